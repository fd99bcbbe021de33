package io.github.responses4j.http;

import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.CompactedResponse;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;

/** What is asked about a context: how long it is, and a shorter one. */
final class ContextEndpoints {
    private final ResponsesEngine engine;
    private final Bodies bodies;
    private final Streams streams;

    ContextEndpoints(ResponsesEngine engine, Bodies bodies, Streams streams) {
        this.engine = engine;
        this.bodies = bodies;
        this.streams = streams;
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
        OpenRun open = streams.begin(exchange, true);
        CompactedResponse compacted;
        try (OpenRun watched = open.watched(null)) {
            compacted = engine.compact(exchange.tenant(), request, options(exchange), watched.cancellation());
        } catch (ResponsesException e) {
            if (!open.isGone()) {
                throw e;
            }
            exchange.abort(open.gone());
            return;
        } finally {
            streams.end(open);
        }
        exchange.send(200, compacted.json());
    }

    private static RunOptions options(Exchange exchange) {
        return RunOptions.DEFAULT.withProfile(exchange.profile());
    }
}
