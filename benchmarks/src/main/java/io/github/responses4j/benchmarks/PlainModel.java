package io.github.responses4j.benchmarks;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.tool.Cancellation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A model without a network: writes the context down as a request would carry it, then answers with 1,000 characters.
 *
 * @param deltas in how many pieces it answers
 * @param pause how long it waits before each piece, in milliseconds
 * @param written how many bytes of context it has written
 */
record PlainModel(int deltas, long pause, AtomicLong written) implements Backend {
    private static final int ANSWER = 1000;

    PlainModel(int deltas, long pause) {
        this(deltas, pause, new AtomicLong());
    }

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        long bytes = 0;
        for (Item item : request.context()) {
            bytes += item.json().toBytes().length;
        }
        written.addAndGet(bytes);
        String piece = "lorem ".repeat(ANSWER / 6).substring(0, Math.max(1, ANSWER / deltas - 4));
        for (int i = 0; i < deltas && !cancellation.isCancelled(); i++) {
            if (pause > 0) {
                sink.flush();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
            }
            sink.accept(new ModelEvent.TextDelta(piece, null));
        }
        sink.accept(new ModelEvent.Stopped(StopReason.DONE));
    }
}
