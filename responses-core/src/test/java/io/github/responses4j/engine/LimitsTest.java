package io.github.responses4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void theDefaultsAreStated() {
        assertThat(Limits.DEFAULT)
                .isEqualTo(new Limits(
                        32,
                        128,
                        16,
                        1_000_000,
                        100_000,
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(10),
                        BackgroundLimits.DEFAULT,
                        16_000_000));
    }

    @Test
    void eachBoundIsAtLeastSomething() {
        Limits limits = Limits.DEFAULT;
        List<Supplier<Limits>> bad = List.of(
                () -> limits.withMaxSteps(0),
                () -> limits.withMaxToolCalls(0),
                () -> limits.withMaxParallelTools(0),
                () -> limits.withMaxToolOutput(0),
                () -> limits.withMaxContextItems(0),
                () -> limits.withContextCache(-1),
                () -> limits.withToolTimeout(Duration.ZERO),
                () -> limits.withMaxRunTime(Duration.ofNanos(-1)),
                () -> limits.withBackground(new BackgroundLimits(0, SECOND, SECOND, SECOND, 1, SECOND)),
                () -> limits.withBackground(new BackgroundLimits(1, Duration.ZERO, SECOND, SECOND, 1, SECOND)),
                () -> limits.withBackground(new BackgroundLimits(1, SECOND, Duration.ZERO, SECOND, 1, SECOND)),
                () -> limits.withBackground(new BackgroundLimits(1, SECOND, SECOND, Duration.ZERO, 1, SECOND)),
                () -> limits.withBackground(new BackgroundLimits(1, SECOND, SECOND, SECOND, 0, SECOND)),
                () -> limits.withBackground(new BackgroundLimits(1, SECOND, SECOND, SECOND, 1, Duration.ZERO)));
        for (Supplier<Limits> one : bad) {
            assertThatThrownBy(one::get).isInstanceOf(IllegalArgumentException.class);
        }
        Limits least = limits.withMaxSteps(1)
                .withMaxToolCalls(1)
                .withMaxParallelTools(1)
                .withMaxToolOutput(1)
                .withMaxContextItems(1)
                .withToolTimeout(Duration.ofNanos(1))
                .withMaxRunTime(Duration.ofNanos(1))
                .withContextCache(0);
        assertThat(least)
                .isEqualTo(new Limits(
                        1, 1, 1, 1, 1, Duration.ofNanos(1), Duration.ofNanos(1), BackgroundLimits.DEFAULT, 0));
    }

    @Test
    void eachBoundIsChangedAlone() {
        BackgroundLimits background = BackgroundLimits.DEFAULT.withLease(SECOND);
        Limits changed = Limits.DEFAULT
                .withMaxSteps(1)
                .withMaxToolCalls(2)
                .withMaxParallelTools(3)
                .withMaxToolOutput(4)
                .withMaxContextItems(5)
                .withToolTimeout(Duration.ofSeconds(6))
                .withMaxRunTime(Duration.ofSeconds(7))
                .withBackground(background)
                .withContextCache(9);

        assertThat(changed)
                .isEqualTo(new Limits(1, 2, 3, 4, 5, Duration.ofSeconds(6), Duration.ofSeconds(7), background, 9));
    }
}
