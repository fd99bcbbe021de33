package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A call of an MCP tool, with what came of it.
 *
 * @param json the item as on the wire
 */
public record McpCall(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "mcp_call";

    @Override
    public String type() {
        return TYPE;
    }

    /** The name that the request gave to the server; empty if it says none. */
    public String serverLabel() {
        return json.string("server_label", "");
    }

    /** The name of the tool; empty if it says none. */
    public String name() {
        return json.string("name", "");
    }

    /** The arguments as JSON text; empty if it says none. */
    public String arguments() {
        return json.string("arguments", "");
    }

    /** What the tool gave back; null if it failed or has not ended. */
    public @Nullable String output() {
        return json.string("output");
    }
}
