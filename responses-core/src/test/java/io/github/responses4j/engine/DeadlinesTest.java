package io.github.responses4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadlinesTest {
    private static final Duration FAR = Duration.ofHours(1);
    private static final Duration NEAR = Duration.ofMillis(20);

    private final Deadlines deadlines = new Deadlines();
    private final Queue<String> came = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        deadlines.close();
    }

    /** Keeps the timer busy, so that no deadline comes before the latch is counted down. */
    private CountDownLatch hold() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        deadlines.in(Duration.ZERO, () -> {
            entered.countDown();
            await(release);
        });
        entered.await();
        return release;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void comeInTheirOrderWhateverTheOrderTheyWereSetIn() throws InterruptedException {
        CountDownLatch all = new CountDownLatch(3);
        deadlines.in(FAR, () -> came.add("never"));
        CountDownLatch release = hold();
        long start = System.nanoTime();
        for (int n : new int[] {3, 1, 2}) {
            deadlines.in(NEAR.multipliedBy(n).minusNanos(System.nanoTime() - start), () -> {
                came.add(Integer.toString(n));
                all.countDown();
            });
        }
        release.countDown();

        all.await();

        assertThat(came).containsExactly("1", "2", "3");
    }

    @Test
    void theNextIsStillWaitedForWhenTheFirstHasCome() throws InterruptedException {
        for (int n = 0; n < 3; n++) {
            CountDownLatch one = new CountDownLatch(1);
            deadlines.in(FAR, () -> came.add("never"));
            deadlines.in(NEAR, one::countDown);
            one.await();
        }

        assertThat(came).isEmpty();
    }

    @Test
    void whatWasTakenBackDoesNotComeAndDelaysNothing() throws InterruptedException {
        CountDownLatch other = new CountDownLatch(1);
        CountDownLatch release = hold();
        Deadlines.Deadline early = deadlines.in(NEAR, () -> came.add("taken back"));
        deadlines.in(NEAR.multipliedBy(3), other::countDown);

        early.close();
        release.countDown();

        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(came).isEmpty();
    }

    @Test
    void oneThatThrowsStopsNoOther() throws InterruptedException {
        CountDownLatch other = new CountDownLatch(1);
        deadlines.in(NEAR, () -> {
            throw new IllegalStateException("a task that throws");
        });
        deadlines.in(NEAR.multipliedBy(2), other::countDown);

        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void oneThatIsFartherThanAnyNumberDelaysNothing() throws InterruptedException {
        CountDownLatch near = new CountDownLatch(1);
        deadlines.in(Duration.ofSeconds(Long.MAX_VALUE), () -> came.add("never"));
        deadlines.in(NEAR, near::countDown);

        assertThat(near.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(came).isEmpty();
    }

    @Test
    void noneIsSetWhenTheyAreClosed() {
        deadlines.close();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> deadlines.in(NEAR, () -> came.add("late")));
    }
}
