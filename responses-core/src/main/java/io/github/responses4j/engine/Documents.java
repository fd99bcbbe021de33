package io.github.responses4j.engine;

import io.github.responses4j.codec.EventReader;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one mapping between the model and what the store keeps. */
final class Documents {
    /** The notes of most responses, which need not be parsed to be understood. */
    private static final String NOTHING_LIFTED = "{\"lifted\":0}";

    private Documents() {}

    /** Items as documents; each has an id by now. */
    static List<StoredItem> items(List<Item> items) {
        List<StoredItem> stored = new ArrayList<>(items.size());
        for (Item item : items) {
            stored.add(new StoredItem(
                    Objects.requireNonNull(item.id(), "an item without id"),
                    item.json().toAscii()));
        }
        return stored;
    }

    static Item item(StoredItem stored) {
        return Item.of(JsonObject.parse(stored.json()));
    }

    /** A response with its output left empty, which is kept item by item but has its place among the members. */
    static String document(JsonObject response) {
        return response.toBuilder().put("output", List.<JsonObject>of()).build().toAscii();
    }

    /**
     * The engine's notes on a request: how many of its items have become instructions. For a background response also the request
     * itself, so that any process can carry it out; secrets are left out.
     */
    static String notes(Plan plan) {
        JsonObject.Builder notes = JsonObject.builder().put("lifted", plan.lifted());
        if (plan.request().background()) {
            JsonObject.Builder request = plan.request().json().without("input").toBuilder();
            if (!plan.request().tools().isEmpty()) {
                // As they are shown, which is without secrets.
                request.put("tools", plan.created().get("tools"));
            }
            notes.put("profile", plan.options().profile().name()).put("request", request.build());
        }
        return notes.build().toAscii();
    }

    /** The request of a background response, with the input that is stored. */
    static ResponseRequest request(StoredResponse stored) {
        JsonObject noted = Objects.requireNonNull(
                JsonObject.parse(stored.request()).object("request"), "a background response keeps its request");
        List<JsonObject> input = stored.input().stream()
                .map(item -> JsonObject.parse(item.json()))
                .toList();
        return ResponseRequest.of(noted.toBuilder().put("input", input).build());
    }

    /** A conversation as the store keeps it. */
    static String conversation(JsonObject metadata) {
        return JsonObject.builder().put("metadata", metadata).build().toAscii();
    }

    static StoredEvent event(ResponseEvent event) {
        return new StoredEvent(event.sequenceNumber(), event.json().toAscii());
    }

    static ResponseEvent event(StoredEvent stored) {
        return EventReader.read(JsonObject.parse(stored.json()));
    }

    /** A digest of a request, to notice an idempotency key that is used again for another one. */
    static String digest(ResponseRequest request) {
        return digest(request.json().toBytes());
    }

    /** A digest of a text. */
    static String digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    static int lifted(StoredTurn stored) {
        if (stored.request().equals(NOTHING_LIFTED)) {
            return 0;
        }
        Long lifted = JsonObject.parse(stored.request()).integer("lifted");
        return lifted == null ? 0 : Math.toIntExact(lifted);
    }

    /** A response's input without what has become instructions. */
    static List<StoredItem> own(StoredTurn stored) {
        return stored.input().subList(lifted(stored), stored.input().size());
    }

    /** The output so far. */
    static List<Item> output(StoredResponse stored) {
        return stored.output().stream().map(Documents::item).toList();
    }

    /** What a response has used, to be kept for itself: its model and its tokens; null if it has used none. */
    static @Nullable String usage(Response response) {
        JsonObject usage = response.json().object("usage");
        return usage == null
                ? null
                : JsonObject.builder()
                        .put("model", response.json().string("model", ""))
                        .put("usage", usage)
                        .build()
                        .toAscii();
    }

    /** The response as it stands: the document, the items so far, and the status that the store knows. */
    static Response response(StoredResponse stored) {
        List<JsonObject> output = stored.output().stream()
                .map(item -> JsonObject.parse(item.json()))
                .toList();
        return new Response(JsonObject.parse(stored.document()).toBuilder()
                .put("status", stored.status().wire())
                .put("output", output)
                .build());
    }
}
