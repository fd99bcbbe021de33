package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * Context made shorter: everything before it in one encrypted piece.
 *
 * @param json the item as on the wire
 */
public record Compaction(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "compaction";

    @Override
    public String type() {
        return TYPE;
    }

    /** The shortened context, to be handed back unchanged. */
    public String encryptedContent() {
        return json.string("encrypted_content", "");
    }
}
