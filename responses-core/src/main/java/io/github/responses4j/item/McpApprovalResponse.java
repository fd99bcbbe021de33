package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A person agrees, or not, to a call of an MCP tool.
 *
 * @param json the item as on the wire
 */
public record McpApprovalResponse(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "mcp_approval_response";

    @Override
    public String type() {
        return TYPE;
    }

    /** The id of the request that this answers; empty if it says none. */
    public String approvalRequestId() {
        return json.string("approval_request_id", "");
    }

    /** Whether the call may be made. */
    public boolean approve() {
        return Boolean.TRUE.equals(json.bool("approve"));
    }
}
