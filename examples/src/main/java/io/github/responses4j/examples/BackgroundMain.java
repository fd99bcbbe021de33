package io.github.responses4j.examples;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;

/** Has a response worked on in the background, and follows it. */
public final class BackgroundMain {
    private BackgroundMain() {}

    /** Queues a response, then reads its events, then reads the last of them again. */
    public static void main(String[] args) {
        try (ResponsesEngine engine =
                ResponsesEngine.builder().backend(DemoBackend.create()).build()) {
            ResponseRequest request = ResponseRequest.builder("demo", "What is the capital of Norway?")
                    .background(true)
                    .set("stream", BooleanNode.TRUE) // keep its events
                    .build();
            Response queued = engine.create(Tenant.SINGLE, request);
            System.out.println(queued.status().wire());

            long[] last = {-1};
            engine.replay(
                    Tenant.SINGLE,
                    queued.id(),
                    -1,
                    event -> {
                        last[0] = event.sequenceNumber();
                        if (event instanceof OutputTextDelta delta) {
                            System.out.print(delta.delta());
                        }
                    },
                    new Cancellation());
            System.out.println();

            engine.replay(
                    Tenant.SINGLE,
                    queued.id(),
                    last[0] - 1,
                    event -> System.out.println(event.type()),
                    new Cancellation());
        }
    }
}
