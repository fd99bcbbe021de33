package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;

/**
 * The tools of an MCP server.
 *
 * @param json the tool as on the wire
 */
public record McpTool(JsonObject json) implements Tool {
    /** The kind's name on the wire. */
    public static final String TYPE = "mcp";

    /** The request's name for the server; empty if it gives none. */
    public String serverLabel() {
        return json.string("server_label", "");
    }
}
