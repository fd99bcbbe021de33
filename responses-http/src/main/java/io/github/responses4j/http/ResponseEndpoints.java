package io.github.responses4j.http;

import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** What is done with responses that are stored. */
final class ResponseEndpoints {
    private final ResponsesEngine engine;
    private final Streams streams;
    private final RandomGenerator padding = new SecureRandom();

    ResponseEndpoints(ResponsesEngine engine, Streams streams) {
        this.engine = engine;
        this.streams = streams;
    }

    void list(Exchange exchange) {
        PageQuery query = Query.of(exchange.request()).page();
        Shown shown = shown(exchange);
        String after = query.after() == null ? null : shown.id(query.after()).value();
        Page<Response> page = engine.list(exchange.tenant(), new PageQuery(after, query.limit(), query.newestFirst()));
        exchange.send(200, Lists.json(page.data().stream().map(shown::response).toList(), page.hasMore()));
    }

    void retrieve(Exchange exchange) {
        Query query = Query.of(exchange.request());
        ResponseId id = id(exchange);
        boolean stream = query.flag("stream") && !exchange.method().equals("HEAD");
        if (!stream) {
            Response response = engine.retrieve(exchange.tenant(), id);
            refuseEncrypted(query);
            exchange.send(200, shown(exchange).response(response));
            return;
        }
        boolean pad = query.flag("include_obfuscation");
        long after = query.startingAfter(exchange.request().getHeaders().get("Last-Event-ID"));
        // What is unknown is unknown before anything else is wrong with the question.
        engine.retrieve(exchange.tenant(), id);
        refuseEncrypted(query);
        streams.replay(exchange, id, after, new EventWriter(exchange.profile(), pad ? padding : null));
    }

    private static void refuseEncrypted(Query query) {
        if (query.list("include").contains("reasoning.encrypted_content")) {
            throw new InvalidRequestException(
                    "Encrypted content cannot be requested for persisted responses.", null, "include");
        }
    }

    void delete(Exchange exchange) {
        engine.delete(exchange.tenant(), id(exchange));
        exchange.send(
                200,
                JsonObject.builder()
                        .put("id", exchange.argument(0))
                        .put("object", "response")
                        .put("deleted", true)
                        .build());
    }

    void cancel(Exchange exchange) {
        Response response = engine.cancel(exchange.tenant(), id(exchange));
        JsonObject json = shown(exchange).response(response);
        boolean told = exchange.profile().name().startsWith(Profile.BUD.name());
        if (told && response.status() == ResponseStatus.CANCELLED) {
            json = json.toBuilder()
                    .put("cancelled_at", System.currentTimeMillis() / 1000)
                    .build();
        }
        exchange.send(200, json);
    }

    void inputItems(Exchange exchange) {
        Query query = Query.of(exchange.request());
        PageQuery page = query.page();
        String scope = query.text("scope");
        if (scope != null && !scope.equals("context")) {
            throw new InvalidRequestException(
                    "Invalid value for 'scope': expected 'context'.", "invalid_value", "scope");
        }
        exchange.send(
                200,
                Lists.of(
                        scope == null
                                ? engine.inputItems(exchange.tenant(), id(exchange), page)
                                : engine.contextItems(exchange.tenant(), id(exchange), page)));
    }

    private ResponseId id(Exchange exchange) {
        return shown(exchange).id(exchange.argument(0));
    }

    private Shown shown(Exchange exchange) {
        return new Shown(exchange.profile(), engine);
    }
}
