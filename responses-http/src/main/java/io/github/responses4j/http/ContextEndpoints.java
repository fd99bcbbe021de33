package io.github.responses4j.http;

import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;

/** What is asked about a context: how long it is, and a shorter one. */
final class ContextEndpoints {
    private final ResponsesEngine engine;
    private final Bodies bodies;

    ContextEndpoints(ResponsesEngine engine, Bodies bodies) {
        this.engine = engine;
        this.bodies = bodies;
    }

    void countTokens(Exchange exchange) {
        ResponseRequest request = RequestReader.readMembers(bodies.json(exchange));
        long tokens = engine.countTokens(exchange.tenant(), request, options(exchange));
        exchange.send(
                200,
                JsonObject.builder()
                        .put("object", "response.input_tokens")
                        .put("input_tokens", tokens)
                        .build());
    }

    void compact(Exchange exchange) {
        ResponseRequest request = RequestReader.read(bodies.json(exchange));
        exchange.send(
                200,
                engine.compact(exchange.tenant(), request, options(exchange)).json());
    }

    private static RunOptions options(Exchange exchange) {
        return RunOptions.DEFAULT.withProfile(exchange.profile());
    }
}
