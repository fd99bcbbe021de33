package io.github.responses4j.http;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.Page;
import java.util.List;

/** Lists as the wire has them. */
final class Lists {
    private Lists() {}

    static JsonObject of(Page<Item> page) {
        return json(page.data().stream().map(Item::json).toList(), page.hasMore());
    }

    /** A part of a list, all of whose entries have an id. */
    static JsonObject json(List<JsonObject> data, boolean hasMore) {
        return JsonObject.builder()
                .put("object", "list")
                .put("data", data)
                .put("first_id", data.isEmpty() ? null : data.get(0).string("id"))
                .put(
                        "last_id",
                        data.isEmpty() ? null : data.get(data.size() - 1).string("id"))
                .put("has_more", hasMore)
                .build();
    }
}
