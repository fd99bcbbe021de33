package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * An item of a kind that this version does not know, kept whole so that it can be sent back unchanged.
 *
 * @param json the item as on the wire; has a type
 */
public record ExtensionItem(JsonObject json) implements Item {
    /** Checks that there is a type. */
    public ExtensionItem {
        json.requireString("type");
    }

    @Override
    public String type() {
        return json.requireString("type");
    }
}
