package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.item.McpApprovalResponse;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import java.util.List;
import java.util.Set;

/** Writes a request as another server of responses takes it: items as they are, and nothing that it would have to remember. */
final class ResponsesRequestWriter {
    /** Members that the engine has dealt with; the rest is passed on. */
    private static final Set<String> THE_ENGINES = Set.of(
            "model",
            "input",
            "instructions",
            "tools",
            "tool_choice",
            "stream",
            "stream_options",
            "store",
            "background",
            "previous_response_id",
            "conversation",
            "metadata",
            "prompt",
            "max_output_tokens",
            "max_tokens",
            "context_management",
            "truncation");

    /** Kinds of items that an upstream takes without an id. */
    private static final Set<String> FREE_OF_ID = Set.of(
            Message.TYPE,
            FunctionCall.TYPE,
            FunctionCallOutput.TYPE,
            CustomToolCall.TYPE,
            CustomToolCallOutput.TYPE,
            Reasoning.TYPE,
            Compaction.TYPE,
            McpApprovalResponse.TYPE,
            ItemTypes.COMPUTER_CALL_OUTPUT,
            ItemTypes.SHELL_CALL,
            ItemTypes.SHELL_CALL_OUTPUT,
            ItemTypes.APPLY_PATCH_CALL,
            ItemTypes.APPLY_PATCH_CALL_OUTPUT,
            ItemTypes.TOOL_SEARCH_CALL,
            ItemTypes.TOOL_SEARCH_OUTPUT,
            ItemTypes.ADDITIONAL_TOOLS,
            ItemTypes.COMPACTION_TRIGGER);

    private ResponsesRequestWriter() {}

    /** The body of the request. */
    static byte[] write(BackendRequest request) {
        return body(request).toBytes();
    }

    static JsonObject body(BackendRequest request) {
        JsonObject.Builder body = JsonObject.builder().put("model", request.model());
        body.putIfPresent("instructions", request.instructions());
        body.put(
                "input",
                request.context().stream().map(ResponsesRequestWriter::item).toList());
        JsonObject settings = request.settings().json();
        for (String name : settings.names()) {
            if (!THE_ENGINES.contains(name) && !settings.isNull(name)) {
                body.put(name, settings.get(name));
            }
        }
        List<Tool> tools = request.tools();
        if (!tools.isEmpty()) {
            body.put("tools", tools.stream().map(Tool::json).toList());
            if (!request.toolChoice().equals(ToolChoice.AUTO)) {
                body.put("tool_choice", request.toolChoice().wire());
            }
        }
        Long bound = request.maxOutputTokens();
        if (bound != null) {
            body.put("max_output_tokens", bound);
        }
        body.put("store", false);
        if (request.stream()) {
            body.put("stream", true);
        }
        return body.build();
    }

    // The ids are ours: an upstream would look for them, or find that encrypted reasoning belongs to another one.
    private static JsonObject item(Item item) {
        JsonObject json = item.json();
        if (item.type().equals(ItemTypes.LOCAL_SHELL_CALL_OUTPUT) && !json.isAbsentOrNull("call_id")) {
            return json.without("call_id").with("id", json.string("call_id", ""));
        }
        if (!FREE_OF_ID.contains(item.type())) {
            return json;
        }
        JsonObject bare = json.without("id");
        return item instanceof Reasoning && !json.has("summary")
                ? bare.toBuilder().put("summary", List.<JsonObject>of()).build()
                : bare;
    }
}
