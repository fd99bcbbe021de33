package io.github.responses4j.engine;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.tool.Cancellation;
import org.jspecify.annotations.Nullable;

/** Keeps a sink that throws from being taken for a backend that failed: the run is cancelled, and the caller gets its own exception. */
final class GuardedSink implements EventSink {
    private final EventSink sink;
    private final Cancellation cancellation;
    private @Nullable Throwable failure;

    GuardedSink(EventSink sink, Cancellation cancellation) {
        this.sink = sink;
        this.cancellation = cancellation;
    }

    @Override
    public void accept(ResponseEvent event) {
        if (failure == null) {
            try {
                sink.accept(event);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    @Override
    public void flush() {
        if (failure == null) {
            try {
                sink.flush();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable e) {
        failure = e;
        cancellation.cancel();
    }

    void rethrow() {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
