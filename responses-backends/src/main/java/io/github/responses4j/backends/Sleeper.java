package io.github.responses4j.backends;

import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits between two attempts. */
@FunctionalInterface
interface Sleeper {
    /**
     * Waits; ends early when cancelled.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void sleep(Duration time, Cancellation cancellation) throws InterruptedException;

    /** Waits for real. */
    static Sleeper real() {
        return (time, cancellation) -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            Cancellation.Registration hook = cancellation.onCancel(cancelled::countDown);
            try {
                boolean unusedEarly = cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
            } finally {
                hook.close();
            }
        };
    }
}
