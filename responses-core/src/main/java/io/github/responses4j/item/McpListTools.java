package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import java.util.List;

/**
 * The tools that an MCP server offers.
 *
 * @param json the item as on the wire
 */
public record McpListTools(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "mcp_list_tools";

    @Override
    public String type() {
        return TYPE;
    }

    /** The name that the request gave to the server; empty if it says none. */
    public String serverLabel() {
        return json.string("server_label", "");
    }

    /** The tools as on the wire. */
    public List<JsonObject> tools() {
        return json.objects("tools");
    }
}
