package io.github.responses4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChoresTest {
    private final Chores chores = new Chores();

    @AfterEach
    void close() {
        chores.close();
    }

    @Test
    void aClockThatMeetsAnErrorGoesOn() throws InterruptedException {
        CountDownLatch rounds = new CountDownLatch(3);
        chores.every(Duration.ofMillis(1), () -> {
            rounds.countDown();
            throw new OutOfMemoryError("of a test");
        });
        assertThat(rounds.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsAskedForWhileItIsDoneIsLeftOut() {
        List<Runnable> waiting = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        Runnable chore = chores.alone(done::incrementAndGet, waiting::add);
        chore.run();
        chore.run();
        assertThat(waiting).hasSize(1);
        waiting.remove(0).run();
        chore.run();
        assertThat(waiting).hasSize(1);
        waiting.remove(0).run();
        assertThat(done).hasValue(2);
    }

    @Test
    void whatHasMetAnErrorCanBeAskedForAgain() {
        AtomicInteger begun = new AtomicInteger();
        Runnable chore = chores.alone(
                () -> {
                    begun.incrementAndGet();
                    throw new OutOfMemoryError("of a test");
                },
                Runnable::run);
        chore.run();
        chore.run();
        assertThat(begun).hasValue(2);
    }

    @Test
    void whatFoundNoThreadCanBeAskedForAgain() {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Executor full = task -> {
            if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("of a test");
            }
            task.run();
        };
        Runnable chore = chores.alone(done::incrementAndGet, full);
        assertThatThrownBy(chore::run).isInstanceOf(OutOfMemoryError.class);
        chore.run();
        assertThat(done).hasValue(1);
    }
}
