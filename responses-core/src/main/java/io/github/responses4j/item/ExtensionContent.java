package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A part of a kind that this version does not know, kept whole so that it can be sent back unchanged.
 *
 * @param json the part as on the wire
 */
public record ExtensionContent(JsonObject json) implements Content {
    @Override
    public String plainText() {
        return json.string("text", "");
    }
}
