package io.github.responses4j.http;

import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the routes lead to. Each method answers its exchange, or throws what is wrong with it. */
final class Endpoints {
    private static final JsonObject HEALTHY =
            JsonObject.builder().put("status", "healthy").build();
    private static final JsonObject READY =
            JsonObject.builder().put("status", "ready").build();

    private final ResponsesEngine engine;
    private final BooleanSupplier stopping;
    private final Streams streams;
    private final CreateEndpoint creation;
    private final ResponseEndpoints responses;
    private final ContextEndpoints contexts;
    private final ConversationEndpoints conversations;
    private final long created = System.currentTimeMillis() / 1000;

    Endpoints(ResponsesEngine engine, HandlerSettings settings, Pulse pulse, BooleanSupplier stopping) {
        this.engine = engine;
        this.stopping = stopping;
        Bodies bodies = new Bodies(settings.body());
        streams = new Streams(engine, settings, pulse);
        creation = new CreateEndpoint(engine, bodies, streams, stopping);
        responses = new ResponseEndpoints(engine, streams);
        contexts = new ContextEndpoints(engine, bodies, streams);
        conversations = new ConversationEndpoints(engine.conversations(), bodies);
    }

    /** Cancels everything that runs for a client that waits. */
    void cancelRuns() {
        streams.cancelRuns();
    }

    CreateEndpoint creation() {
        return creation;
    }

    ResponseEndpoints responses() {
        return responses;
    }

    ContextEndpoints contexts() {
        return contexts;
    }

    ConversationEndpoints conversations() {
        return conversations;
    }

    void models(Exchange exchange) {
        List<JsonObject> data = engine.models().stream().map(this::modelJson).toList();
        exchange.send(
                200,
                JsonObject.builder().put("object", "list").put("data", data).build());
    }

    void model(Exchange exchange) {
        String model = exchange.argument(0);
        if (!engine.models().contains(model)) {
            throw HttpError.refused(404, "model_not_found", "model", "The model '" + model + "' does not exist.")
                    .exception();
        }
        exchange.send(200, modelJson(model));
    }

    private JsonObject modelJson(String model) {
        return JsonObject.builder()
                .put("id", model)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "system")
                .build();
    }

    void health(Exchange exchange) {
        exchange.send(200, HEALTHY);
    }

    void ready(Exchange exchange) {
        if (stopping.getAsBoolean()) {
            throw HttpError.stopping().exception();
        }
        if (!engine.healthy()) {
            throw HttpError.unavailable("The response store is not available.").exception();
        }
        exchange.send(200, READY);
    }
}
