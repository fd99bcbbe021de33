package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Cuts wires into pieces, and lets one side wait for the other without a clock. */
final class WireTiming {
    static final long PATIENCE_SECONDS = 20;

    private WireTiming() {}

    static List<byte[]> pieces(byte[] all, int size) {
        List<byte[]> pieces = new ArrayList<>();
        for (int start = 0; start < all.length; start += size) {
            pieces.add(Arrays.copyOfRange(all, start, Math.min(all.length, start + size)));
        }
        return pieces;
    }

    static List<byte[]> events(byte[] all) {
        List<byte[]> events = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < all.length; i++) {
            if (all[i] == '\n' && all[i - 1] == '\n') {
                events.add(Arrays.copyOfRange(all, start, i + 1));
                start = i + 1;
            }
        }
        return events;
    }

    static int lastEvent(byte[] all) {
        List<byte[]> events = events(all);
        return all.length - events.get(events.size() - 1).length;
    }

    static <T> CompletableFuture<T> onThread(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void acquire(Semaphore semaphore) {
        try {
            assertThat(semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void pause(Semaphore never) {
        try {
            assertThat(never.tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static final class FlushGate implements ModelEventSink {
        private final BackendRecorder recorder = new BackendRecorder();
        private final Runnable onFlush;

        FlushGate(Runnable onFlush) {
            this.onFlush = onFlush;
        }

        BackendRecorder recorder() {
            return recorder;
        }

        @Override
        public void accept(ModelEvent event) {
            recorder.accept(event);
        }

        @Override
        public void flush() {
            recorder.flush();
            onFlush.run();
        }
    }
}
