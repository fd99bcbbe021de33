package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Grammar.either;
import static io.github.responses4j.testkit.Grammar.many;
import static io.github.responses4j.testkit.Grammar.one;
import static io.github.responses4j.testkit.Grammar.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrammarTest {

    private static final Grammar CALL = sequence(one("start"), many(either("delta", "note")), either("ok", "bad"));

    @Test
    void aSentenceEndsWhereItMay() {
        assertThat(accepts(CALL, "start", "ok")).isTrue();
        assertThat(accepts(CALL, "start", "delta", "note", "delta", "bad")).isTrue();
        assertThat(accepts(CALL, "start", "delta")).isFalse();
        assertThat(accepts(CALL)).isFalse();
        assertThat(accepts(many("x"))).isTrue();
        assertThat(accepts(Grammar.END)).isTrue();
    }

    @Test
    void aWrongNameLeadsNowhere() {
        assertThat(after(CALL, "delta")).isEqualTo(Grammar.NEVER);
        assertThat(after(CALL, "start", "start")).isEqualTo(Grammar.NEVER);
        assertThat(after(CALL, "start", "ok", "ok")).isEqualTo(Grammar.NEVER);
        assertThat(after(Grammar.END, "x")).isEqualTo(Grammar.NEVER);
        assertThat(after(Grammar.NEVER, "x")).isEqualTo(Grammar.NEVER);
        assertThat(Grammar.NEVER.mayEnd()).isFalse();
    }

    @Test
    void theNextNamesAreKnown() {
        assertThat(CALL.next()).containsExactly("start");
        assertThat(after(CALL, "start").next()).containsExactlyInAnyOrder("delta", "note", "ok", "bad");
        assertThat(after(CALL, "start", "ok").next()).isEmpty();
    }

    @Test
    void alternativesStayApart() {
        Grammar spelling = either(sequence(many("a.delta"), one("a.done")), sequence(many("b.delta"), one("b.done")));
        assertThat(accepts(spelling, "a.delta", "a.delta", "a.done")).isTrue();
        assertThat(accepts(spelling, "b.done")).isTrue();
        assertThat(after(spelling, "a.delta", "b.delta")).isEqualTo(Grammar.NEVER);
        assertThat(after(spelling, "a.delta").next()).containsExactlyInAnyOrder("a.delta", "a.done");
    }

    @Test
    void aLongStreamDoesNotGrowTheGrammar() {
        Grammar grammar = after(CALL, "start");
        Grammar later = grammar;
        for (int i = 0; i < 1000; i++) {
            later = later.after("delta");
        }
        assertThat(later).isEqualTo(grammar);
    }

    private static boolean accepts(Grammar grammar, String... names) {
        return after(grammar, names).mayEnd();
    }

    private static Grammar after(Grammar grammar, String... names) {
        Grammar rest = grammar;
        for (String name : List.of(names)) {
            rest = rest.after(name);
        }
        return rest;
    }
}
