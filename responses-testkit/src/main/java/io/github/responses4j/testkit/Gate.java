package io.github.responses4j.testkit;

import io.github.responses4j.tool.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds threads until it is opened, so that a test decides what happens when, without ever sleeping. Opens once and stays open. Safe
 * from any thread. A wait that takes {@value #PATIENCE_SECONDS} seconds fails instead of hanging the test.
 */
public final class Gate {
    /** How long a wait may take. */
    public static final int PATIENCE_SECONDS = 20;

    // A bit on which hooks can be hung is just what a gate is.
    private final Cancellation opened = new Cancellation();

    /** A gate that is closed. */
    public Gate() {}

    /** Lets everybody through, now and later. */
    public void open() {
        opened.cancel();
    }

    /** Whether it has been opened. */
    public boolean isOpen() {
        return opened.isCancelled();
    }

    /**
     * Waits until it is open.
     *
     * @throws AssertionError if that takes too long, or the thread is interrupted; the interrupt stays set
     */
    public void await() {
        awaitUnless(new Cancellation());
    }

    /**
     * Waits until it is open or the cancellation comes, whichever is first.
     *
     * @return whether it is open
     * @throws AssertionError if that takes too long, or the thread is interrupted; the interrupt stays set
     */
    public boolean awaitUnless(Cancellation cancellation) {
        CountDownLatch either = new CountDownLatch(1);
        try (Cancellation.Registration first = opened.onCancel(either::countDown);
                Cancellation.Registration second = cancellation.onCancel(either::countDown)) {
            if (!either.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the gate was not opened within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted in front of the gate", e);
        }
        return isOpen();
    }
}
