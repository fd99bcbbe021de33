package io.github.responses4j.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.item.McpApprovalRequest;
import io.github.responses4j.item.McpApprovalResponse;
import io.github.responses4j.item.McpCall;
import io.github.responses4j.item.McpListTools;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Items as a list of them shows them: a caller may leave out what the wire demands of an item that a server gives (OpenAI Responses API,
 * item resources). What the model sees is the item as it came.
 */
final class ListedItems {
    /** What is put into items that lack it, by kind. */
    private static final Map<String, JsonObject> DEMANDED = demanded();

    private ListedItems() {}

    static Item of(Item item) {
        JsonObject json = item.json();
        if (item instanceof Message message) {
            json = json.toBuilder()
                    .put("type", Message.TYPE)
                    .put(
                            "content",
                            message.content().stream().map(ListedItems::part).toList())
                    .build();
        } else if (item instanceof FunctionCallOutput output) {
            json = parts(json, output.output());
        } else if (item instanceof CustomToolCallOutput output) {
            json = parts(json, output.output());
        } else if (item.type().equals(ItemTypes.COMPUTER_CALL_OUTPUT)) {
            json = screenshot(json);
        }
        JsonObject demanded = DEMANDED.getOrDefault(item.type(), JsonObject.EMPTY);
        for (String name : demanded.names()) {
            if (json.isAbsentOrNull(name)) {
                json = json.with(name, Objects.requireNonNull(demanded.get(name)));
            }
        }
        return Item.of(json);
    }

    private static Map<String, JsonObject> demanded() {
        Map<String, JsonObject> all = new HashMap<>();
        String status = "'status':'completed'";
        for (String type : List.of(
                Message.TYPE,
                FunctionCall.TYPE,
                CustomToolCall.TYPE,
                CustomToolCallOutput.TYPE,
                ItemTypes.COMPUTER_CALL_OUTPUT,
                ItemTypes.LOCAL_SHELL_CALL,
                ItemTypes.LOCAL_SHELL_CALL_OUTPUT,
                ItemTypes.SHELL_CALL,
                ItemTypes.SHELL_CALL_OUTPUT,
                ItemTypes.APPLY_PATCH_CALL,
                ItemTypes.APPLY_PATCH_CALL_OUTPUT,
                ItemTypes.PROGRAM_OUTPUT)) {
            put(all, type, status);
        }
        put(all, FunctionCallOutput.TYPE, status + ",'call_id':''");
        put(all, Reasoning.TYPE, "'summary':[]");
        put(all, Compaction.TYPE, "'encrypted_content':''");
        put(all, McpListTools.TYPE, "'server_label':'','tools':[]");
        put(all, McpCall.TYPE, "'server_label':'','name':'','arguments':'','output':null,'error':null");
        put(all, McpApprovalRequest.TYPE, "'server_label':'','name':'','arguments':''");
        put(all, McpApprovalResponse.TYPE, "'approval_request_id':'','approve':false");
        put(all, ItemTypes.WEB_SEARCH_CALL, status + ",'action':{'type':'search','query':''}");
        put(all, ItemTypes.FILE_SEARCH_CALL, status + ",'queries':[],'results':null");
        put(all, ItemTypes.CODE_INTERPRETER_CALL, status + ",'container_id':'','code':null,'outputs':null");
        put(all, ItemTypes.IMAGE_GENERATION_CALL, status + ",'result':null");
        put(all, ItemTypes.COMPUTER_CALL, status + ",'pending_safety_checks':[]");
        put(all, ItemTypes.TOOL_SEARCH_CALL, status + ",'call_id':null,'execution':'server','arguments':{}");
        put(all, ItemTypes.TOOL_SEARCH_OUTPUT, status + ",'call_id':null,'execution':'server','tools':[]");
        put(all, ItemTypes.ADDITIONAL_TOOLS, "'role':'developer','tools':[]");
        return Map.copyOf(all);
    }

    private static void put(Map<String, JsonObject> all, String type, String members) {
        all.put(type, JsonObject.parse("{" + members.replace('\'', '"') + "}"));
    }

    private static JsonObject parts(JsonObject json, List<Content> output) {
        return json.string("output") != null
                ? json
                : json.toBuilder()
                        .put("output", output.stream().map(ListedItems::part).toList())
                        .build();
    }

    /** Some clients send what a screen shows as any other image. */
    private static JsonObject screenshot(JsonObject json) {
        JsonObject output = json.object("output");
        return output == null || !InputImage.TYPE.equals(output.string("type"))
                ? json
                : json.toBuilder()
                        .put("output", output.with("type", "computer_screenshot"))
                        .build();
    }

    private static JsonObject part(Content part) {
        JsonObject json = part.json();
        if (part instanceof InputImage image) {
            return json.with("detail", image.detail());
        }
        if (part instanceof OutputText) {
            return withList(withList(json, "annotations"), "logprobs");
        }
        return json;
    }

    private static JsonObject withList(JsonObject json, String name) {
        JsonNode value = json.get(name);
        return value != null && value.isArray()
                ? json
                : json.toBuilder().put(name, List.<JsonObject>of()).build();
    }
}
