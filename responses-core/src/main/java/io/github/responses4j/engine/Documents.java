package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The one mapping between the model and what the store keeps. */
final class Documents {
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

    /** The engine's notes on a request: how many of its items have become instructions. */
    static String notes(int lifted) {
        return JsonObject.builder().put("lifted", lifted).build().toAscii();
    }

    static int lifted(StoredResponse stored) {
        Long lifted = JsonObject.parse(stored.request()).integer("lifted");
        return lifted == null ? 0 : Math.toIntExact(lifted);
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
