package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * Names an item that is stored. Only ever part of an input.
 *
 * @param json the item as on the wire
 */
public record ItemReference(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "item_reference";

    @Override
    public String type() {
        return TYPE;
    }

    /** A reference to a stored item. */
    public static ItemReference to(String id) {
        return new ItemReference(JsonObject.ofType(TYPE).put("id", id).build());
    }
}
