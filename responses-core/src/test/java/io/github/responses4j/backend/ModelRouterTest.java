package io.github.responses4j.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelRouterTest {
    private static final Backend ONE = (request, sink, cancellation) -> {};
    private static final Backend TWO = (request, sink, cancellation) -> {};

    @Test
    void theFirstPatternThatMatchesWins() {
        ModelRouter router = ModelRouter.empty().with("gpt-*", ONE).with("*", TWO);
        assertThat(router.find("gpt-5")).containsSame(ONE);
        assertThat(router.find("gpt-")).containsSame(ONE);
        assertThat(router.find("my-gpt-5")).containsSame(TWO);
        assertThat(router.find("")).containsSame(TWO);
        assertThat(router.find("a\nb")).containsSame(TWO);
        assertThat(ModelRouter.empty().with("x", ONE).with("x", TWO).find("x")).containsSame(ONE);
    }

    @Test
    void onlyTheStarIsSpecial() {
        ModelRouter router = ModelRouter.empty().with("a.b[c]*\\E-*x", ONE);
        assertThat(router.find("a.b[c]?\\E-?x")).containsSame(ONE);
        assertThat(router.find("a.b[c]\\E-x")).containsSame(ONE);
        assertThat(router.find("aXb[c]\\E-x")).isEmpty();
        assertThat(router.find("a.bc\\E-x")).isEmpty();
    }

    @Test
    void aRouterIsNeverChanged() {
        ModelRouter empty = ModelRouter.empty();
        ModelRouter more = empty.with("*", ONE);
        assertThat(empty.routes()).isEmpty();
        assertThat(empty.find("x")).isEmpty();
        assertThat(more.routes()).extracting(ModelRouter.Route::pattern).containsExactly("*");
    }
}
