package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import java.util.Set;

/**
 * An item of a hosted tool's has moved on, such as {@code response.mcp_call.in_progress}. Carries nothing but the item's place.
 *
 * @param json the event as on the wire
 */
public record ItemProgress(JsonObject json) implements ResponseEvent {
    /** An MCP call has begun. */
    public static final String MCP_CALL_IN_PROGRESS = "response.mcp_call.in_progress";

    /** An MCP call gave a result. */
    public static final String MCP_CALL_COMPLETED = "response.mcp_call.completed";

    /** An MCP call failed. */
    public static final String MCP_CALL_FAILED = "response.mcp_call.failed";

    /** An MCP server is being asked for its tools. */
    public static final String MCP_LIST_TOOLS_IN_PROGRESS = "response.mcp_list_tools.in_progress";

    /** An MCP server told its tools. */
    public static final String MCP_LIST_TOOLS_COMPLETED = "response.mcp_list_tools.completed";

    /** An MCP server did not tell its tools. */
    public static final String MCP_LIST_TOOLS_FAILED = "response.mcp_list_tools.failed";

    /** All names that such an event may have. */
    public static final Set<String> TYPES = Set.of(
            MCP_CALL_IN_PROGRESS,
            MCP_CALL_COMPLETED,
            MCP_CALL_FAILED,
            MCP_LIST_TOOLS_IN_PROGRESS,
            MCP_LIST_TOOLS_COMPLETED,
            MCP_LIST_TOOLS_FAILED);

    /** An event of one of {@link #TYPES} with its number and place. */
    public static ItemProgress of(String type, long sequenceNumber, Place place) {
        return new ItemProgress(JsonObject.ofType(type)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .build());
    }

    @Override
    public String type() {
        return json.requireString("type");
    }
}
