package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * The model wants to call an MCP tool that needs a person to agree.
 *
 * @param json the item as on the wire
 */
public record McpApprovalRequest(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "mcp_approval_request";

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
}
