package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.item.McpApprovalRequest;
import io.github.responses4j.item.McpApprovalResponse;
import io.github.responses4j.item.McpCall;
import io.github.responses4j.item.McpListTools;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import java.util.Map;
import java.util.Set;

/**
 * What input items and their parts must look like, in the standard and in the dialects. An item or a part of a kind that is not known
 * may hold anything, and so may members that no rule speaks of.
 */
final class ItemRules {
    /** Kinds of parts that may stand in an input by themselves; together with their neighbours they are one message of the user's. */
    static final Set<String> BARE_PARTS =
            Set.of("text", "image_url", "file", "input_text", "input_image", "input_file", "input_audio");

    private static final int MAX_TYPE = 512;
    private static final int MAX_DATA = 75_000_000;
    private static final FieldRule TEXT = FieldRule.text(RequestRules.MAX_TEXT);
    private static final FieldRule DATA = FieldRule.text(MAX_DATA);
    private static final FieldRule OBJECTS = FieldRule.list(RequestRules.MAX_ITEMS, FieldRule.object());
    private static final FieldRule PARTS = FieldRule.list(RequestRules.MAX_ITEMS, ItemRules::part);
    private static final FieldRule CONTENT = FieldRule.textOr(RequestRules.MAX_TEXT, PARTS);
    private static final FieldRule URL =
            FieldRule.textOr(MAX_DATA, ObjectRule.ANY.needs("url", DATA).may("detail", TEXT));
    private static final ObjectRule FILE = ObjectRule.ANY
            .may("file_id", TEXT)
            .may("file_url", DATA)
            .may("filename", TEXT)
            .may("file_data", DATA);
    private static final ObjectRule SAID = ObjectRule.ANY.needs("text", TEXT);
    private static final ObjectRule OF_SERVER = ObjectRule.ANY.may("server_label", TEXT);
    private static final ObjectRule TYPED = ObjectRule.ANY.needs("type", FieldRule.text(MAX_TYPE));

    /** What every item may have. */
    private static final ObjectRule ITEM = ObjectRule.ANY
            .may("type", FieldRule.text(MAX_TYPE))
            .may("id", FieldRule.id())
            .may("status", TEXT);

    private static final Map<String, ObjectRule> ITEMS = Map.ofEntries(
            Map.entry(
                    Message.TYPE,
                    ITEM.needs("role", FieldRule.oneOf("user", "assistant", "system", "developer"))
                            .needs("content", CONTENT)
                            .may("phase", TEXT)),
            Map.entry(
                    FunctionCall.TYPE,
                    ITEM.needs("call_id", TEXT).needs("name", TEXT).needs("arguments", TEXT)),
            Map.entry(FunctionCallOutput.TYPE, ITEM.may("call_id", TEXT).needs("output", CONTENT)),
            Map.entry(
                    CustomToolCall.TYPE,
                    ITEM.needs("call_id", TEXT).needs("name", TEXT).needs("input", TEXT)),
            Map.entry(CustomToolCallOutput.TYPE, ITEM.needs("call_id", TEXT).needs("output", CONTENT)),
            Map.entry(
                    Reasoning.TYPE,
                    ITEM.may("summary", PARTS).may("content", PARTS).may("encrypted_content", DATA)),
            Map.entry(Compaction.TYPE, ITEM.needs("encrypted_content", DATA)),
            Map.entry(ItemReference.TYPE, ITEM.needs("id", TEXT)),
            Map.entry(McpListTools.TYPE, OF_SERVER.may("tools", OBJECTS)),
            Map.entry(
                    McpCall.TYPE,
                    OF_SERVER
                            .may("name", TEXT)
                            .may("arguments", TEXT)
                            .may("output", TEXT)
                            .may("approval_request_id", TEXT)),
            Map.entry(McpApprovalRequest.TYPE, OF_SERVER.may("name", TEXT).may("arguments", TEXT)),
            Map.entry(
                    McpApprovalResponse.TYPE,
                    ITEM.needs("approval_request_id", TEXT)
                            .needs("approve", FieldRule.bool())
                            .may("reason", TEXT)));

    private static final Map<String, ObjectRule> CONTENTS = Map.of(
            "text",
            SAID,
            "input_text",
            SAID,
            "output_text",
            SAID.may("annotations", OBJECTS).may("logprobs", OBJECTS),
            "summary_text",
            SAID,
            "reasoning_text",
            SAID,
            "refusal",
            ObjectRule.ANY.needs("refusal", TEXT),
            "image_url",
            ObjectRule.ANY.needs("image_url", URL),
            "input_image",
            ObjectRule.ANY.may("image_url", URL).may("file_id", TEXT).may("detail", TEXT),
            "file",
            ObjectRule.ANY.needs("file", FILE),
            "input_file",
            FILE);

    private ItemRules() {}

    /** One entry of an input: an item, or a part that stands by itself. */
    static void input(String path, JsonNode value) {
        ITEM.check(path, value);
        if (isBarePart(value)) {
            part(path, value);
            return;
        }
        String untyped = !value.has("role") && value.has("id") ? ItemReference.TYPE : Message.TYPE;
        ITEMS.getOrDefault(value.path("type").asText(untyped), ITEM).check(path, value);
    }

    static boolean isBarePart(JsonNode value) {
        return !value.has("role") && BARE_PARTS.contains(value.path("type").asText(""));
    }

    private static void part(String path, JsonNode value) {
        TYPED.check(path, value);
        CONTENTS.getOrDefault(value.path("type").textValue(), TYPED).check(path, value);
    }
}
