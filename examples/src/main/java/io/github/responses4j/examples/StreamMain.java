package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.ResponseCompleted;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;

/** Prints an answer as it grows. */
public final class StreamMain {
    private StreamMain() {}

    /** Streams one answer. */
    public static void main(String[] args) {
        try (ResponsesEngine engine =
                ResponsesEngine.builder().backend(DemoBackend.create()).build()) {
            ResponseRequest request = ResponseRequest.builder("demo", "What is the capital of Norway?")
                    .build();
            engine.stream(Tenant.SINGLE, request, event -> {
                if (event instanceof OutputTextDelta delta) {
                    System.out.print(delta.delta());
                } else if (event instanceof ResponseCompleted done) {
                    System.out.println();
                    System.out.println(done.response().status().wire());
                }
            });
        }
    }
}
