package io.github.responses4j.examples;

import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;

/** A context is counted by a counter of one's own, made shorter, and gone on from. Needs no key and no network. */
public final class ContextMain {
    private ContextMain() {}

    // [readme]
    /** Counts and compacts, then goes on. */
    public static void main(String[] args) {
        TokenCounter words = (model, text) -> text.isBlank() ? 0 : text.strip().split("\\s+").length;
        try (ResponsesEngine engine = ResponsesEngine.builder()
                .backend(DemoBackend.create())
                .tokenCounter(words)
                .contextWindow("demo", 4_000)
                .build()) {
            ResponseRequest request =
                    ResponseRequest.builder("demo", "My name is Alice.").build();
            System.out.println(engine.countTokens(Tenant.SINGLE, request, RunOptions.DEFAULT) + " tokens");
            List<Item> window =
                    new ArrayList<>(engine.compact(Tenant.SINGLE, request, RunOptions.DEFAULT, new Cancellation())
                            .output());
            window.add(Message.user("What is my name?"));
            System.out.println(engine.create(
                            Tenant.SINGLE,
                            ResponseRequest.builder("demo", window).build())
                    .outputText());
        }
    }
    // [/readme]
}
