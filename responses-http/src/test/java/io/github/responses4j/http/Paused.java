package io.github.responses4j.http;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.ModelEvent.UsageReported;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.response.Usage;
import io.github.responses4j.tool.Cancellation;
import java.util.concurrent.CountDownLatch;

/** A model that says something, waits until it is told to go on or cancelled, and says something more. */
final class Paused implements Backend {
    final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        try (Cancellation.Registration ignored = cancellation.onCancel(goOn::countDown)) {
            for (String piece : new String[] {"one", " two"}) {
                sink.accept(new TextDelta(piece));
                sink.flush();
            }
            started.countDown();
            StreamTest.await(goOn);
        }
        sink.accept(new TextDelta(" three"));
        sink.flush();
        sink.accept(new TextDelta(" four"));
        sink.accept(new Stopped(StopReason.DONE));
        sink.accept(new UsageReported(Usage.of(3, 4)));
        sink.flush();
    }

    void goOn() {
        goOn.countDown();
    }
}
