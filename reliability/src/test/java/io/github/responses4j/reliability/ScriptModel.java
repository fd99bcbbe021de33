package io.github.responses4j.reliability;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.response.Usage;
import io.github.responses4j.tool.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does what a {@link Script} says, in the process of the engine. */
final class ScriptModel implements Backend {
    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        Script script = script(request);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Cancellation.Registration ignored = cancellation.onCancel(cancelled::countDown)) {
            if (script.verb().equals("call")) {
                sink.accept(new ModelEvent.CallStarted(script.callId(), script.name()));
                sink.accept(new ModelEvent.CallDelta(script.callId(), "{}"));
                sink.accept(new ModelEvent.CallEnded(script.callId()));
                sink.accept(new ModelEvent.Stopped(StopReason.TOOL_CALLS));
                return;
            }
            for (String word : script.said()) {
                if (script.millis() > 0) {
                    sink.flush();
                }
                pause(cancelled, script.millis());
                sink.accept(new ModelEvent.TextDelta(word));
            }
            if (script.verb().equals("halt")) {
                sink.flush();
                Runtime.getRuntime().halt(137);
            }
            if (script.verb().equals("hold")) {
                sink.flush();
                pause(cancelled, Integer.MAX_VALUE);
            }
        }
        sink.accept(new ModelEvent.UsageReported(Usage.of(1, script.words())));
        sink.accept(new ModelEvent.Stopped(StopReason.DONE));
    }

    private static void pause(CountDownLatch cancelled, int millis) {
        try {
            if (cancelled.await(millis, TimeUnit.MILLISECONDS)) {
                throw new BackendException(BackendException.Kind.CANCELLED, "cancelled", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException(BackendException.Kind.CANCELLED, "interrupted", e);
        }
    }

    static Script script(BackendRequest request) {
        String said = "";
        int outputs = 0;
        for (Item item : request.context()) {
            if (item instanceof Message message && message.role() == io.github.responses4j.item.Role.USER) {
                said = message.text();
                outputs = 0;
            } else if (item.type().equals("function_call_output")) {
                outputs++;
            }
        }
        return Script.of(said, outputs);
    }
}
