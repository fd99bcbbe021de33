package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;

/** Two turns in process, the second continuing the first. Needs no key and no network. */
public final class HelloMain {
    private HelloMain() {}

    // [readme]
    /** Asks twice. */
    public static void main(String[] args) {
        try (ResponsesEngine engine =
                ResponsesEngine.builder().backend(DemoBackend.create()).build()) {
            Response first = engine.create(
                    Tenant.SINGLE,
                    ResponseRequest.builder("demo", "My name is Alice.").build());
            Response second = engine.create(
                    Tenant.SINGLE,
                    ResponseRequest.builder("demo", "What is my name?")
                            .previousResponseId(first.id())
                            .build());
            System.out.println(second.outputText());
        }
    }
    // [/readme]
}
