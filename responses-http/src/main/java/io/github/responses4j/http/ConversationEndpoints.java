package io.github.responses4j.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.codec.RequestRules;
import io.github.responses4j.engine.Conversations;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.Page;
import java.util.List;
import java.util.Set;

/** What is done with conversations. */
final class ConversationEndpoints {
    private static final String ITEMS = "items";
    private static final String METADATA = "metadata";

    private final Conversations conversations;
    private final Bodies bodies;

    ConversationEndpoints(Conversations conversations, Bodies bodies) {
        this.conversations = conversations;
        this.bodies = bodies;
    }

    void create(Exchange exchange) {
        ObjectNode body = bodies.object(exchange, Set.of(ITEMS, METADATA));
        List<Item> items = body.hasNonNull(ITEMS) ? RequestReader.items(ITEMS, body.get(ITEMS)) : List.of();
        exchange.send(
                200,
                conversations.create(exchange.tenant(), items, metadata(body)).json());
    }

    void retrieve(Exchange exchange) {
        exchange.send(
                200, conversations.retrieve(exchange.tenant(), id(exchange)).json());
    }

    void update(Exchange exchange) {
        ObjectNode body = bodies.object(exchange, Set.of(METADATA));
        require(body, METADATA);
        exchange.send(
                200,
                conversations
                        .update(exchange.tenant(), id(exchange), metadata(body))
                        .json());
    }

    void delete(Exchange exchange) {
        ConversationId id = id(exchange);
        conversations.delete(exchange.tenant(), id);
        exchange.send(
                200,
                JsonObject.builder()
                        .put("id", id.value())
                        .put("object", "conversation.deleted")
                        .put("deleted", true)
                        .build());
    }

    void items(Exchange exchange) {
        exchange.send(
                200,
                Lists.of(conversations.items(
                        exchange.tenant(),
                        id(exchange),
                        Query.of(exchange.request()).page())));
    }

    void addItems(Exchange exchange) {
        ObjectNode body = bodies.object(exchange, Set.of(ITEMS));
        require(body, ITEMS);
        List<Item> items = RequestReader.items(ITEMS, body.get(ITEMS));
        exchange.send(200, Lists.of(new Page<>(conversations.addItems(exchange.tenant(), id(exchange), items), false)));
    }

    void item(Exchange exchange) {
        exchange.send(
                200,
                conversations
                        .item(exchange.tenant(), id(exchange), exchange.argument(1))
                        .json());
    }

    void deleteItem(Exchange exchange) {
        exchange.send(
                200,
                conversations
                        .deleteItem(exchange.tenant(), id(exchange), exchange.argument(1))
                        .json());
    }

    private static ConversationId id(Exchange exchange) {
        return new ConversationId(exchange.argument(0));
    }

    private static void require(ObjectNode body, String name) {
        if (!body.has(name)) {
            throw new InvalidRequestException(
                    "Missing required parameter: '" + name + "'.", "missing_required_parameter", name);
        }
    }

    private static JsonObject metadata(ObjectNode body) {
        JsonNode metadata = body.path(METADATA);
        if (metadata.isMissingNode() || metadata.isNull()) {
            return JsonObject.EMPTY;
        }
        RequestRules.checkMetadata(METADATA, metadata);
        return JsonObject.copyOf((ObjectNode) metadata);
    }
}
