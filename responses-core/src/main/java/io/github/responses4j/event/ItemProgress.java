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

    /** A search of the web has begun. */
    public static final String WEB_SEARCH_IN_PROGRESS = "response.web_search_call.in_progress";

    /** The web is being searched. */
    public static final String WEB_SEARCH_SEARCHING = "response.web_search_call.searching";

    /** The web was searched. */
    public static final String WEB_SEARCH_COMPLETED = "response.web_search_call.completed";

    /** A search in files has begun. */
    public static final String FILE_SEARCH_IN_PROGRESS = "response.file_search_call.in_progress";

    /** Files are being searched. */
    public static final String FILE_SEARCH_SEARCHING = "response.file_search_call.searching";

    /** Files were searched. */
    public static final String FILE_SEARCH_COMPLETED = "response.file_search_call.completed";

    /** Code is being written. */
    public static final String CODE_INTERPRETER_IN_PROGRESS = "response.code_interpreter_call.in_progress";

    /** Code is being run. */
    public static final String CODE_INTERPRETER_INTERPRETING = "response.code_interpreter_call.interpreting";

    /** Code was run. */
    public static final String CODE_INTERPRETER_COMPLETED = "response.code_interpreter_call.completed";

    /** An image is asked for. */
    public static final String IMAGE_GENERATION_IN_PROGRESS = "response.image_generation_call.in_progress";

    /** An image is being made. */
    public static final String IMAGE_GENERATION_GENERATING = "response.image_generation_call.generating";

    /** An image was made. */
    public static final String IMAGE_GENERATION_COMPLETED = "response.image_generation_call.completed";

    /** All names that such an event may have. */
    public static final Set<String> TYPES = Set.of(
            MCP_CALL_IN_PROGRESS,
            MCP_CALL_COMPLETED,
            MCP_CALL_FAILED,
            MCP_LIST_TOOLS_IN_PROGRESS,
            MCP_LIST_TOOLS_COMPLETED,
            MCP_LIST_TOOLS_FAILED,
            WEB_SEARCH_IN_PROGRESS,
            WEB_SEARCH_SEARCHING,
            WEB_SEARCH_COMPLETED,
            FILE_SEARCH_IN_PROGRESS,
            FILE_SEARCH_SEARCHING,
            FILE_SEARCH_COMPLETED,
            CODE_INTERPRETER_IN_PROGRESS,
            CODE_INTERPRETER_INTERPRETING,
            CODE_INTERPRETER_COMPLETED,
            IMAGE_GENERATION_IN_PROGRESS,
            IMAGE_GENERATION_GENERATING,
            IMAGE_GENERATION_COMPLETED);

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
