package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Types and ranges of a request's members (OpenAI Responses API, create body; error codes as its service gives them). A member that is
 * absent or null keeps every rule.
 */
public final class RequestRules {
    /** How many characters a text may have. */
    public static final int MAX_TEXT = 10_485_760;

    /** How many items an input may have. */
    public static final int MAX_ITEMS = 20_000;

    /** How many tools a request may offer. */
    public static final int MAX_TOOLS = 1_024;

    /** How many pairs the metadata may have. */
    public static final int MAX_METADATA = 16;

    private static final int MAX_KEY = 64;
    private static final int MAX_VALUE = 512;
    private static final int MAX_ID = 256;
    private static final int MAX_SECRET = 4_096;
    private static final int MIN_THRESHOLD = 1_000;
    private static final Map<String, FieldRule> RULES = rules();

    private RequestRules() {}

    private static Map<String, FieldRule> rules() {
        Map<String, FieldRule> rules = new LinkedHashMap<>();
        rules.put("model", FieldRule.text(MAX_ID));
        rules.put("input", FieldRule.textOr(MAX_TEXT, FieldRule.list(MAX_ITEMS, ItemRules::input)));
        rules.put("instructions", FieldRule.text(MAX_TEXT));
        rules.put("previous_response_id", FieldRule.text(MAX_ID));
        FieldRule conversation = ObjectRule.ANY.needs("id", FieldRule.id());
        rules.put(
                "conversation",
                (path, value) -> (value.isTextual() ? FieldRule.id() : conversation).check(path, value));
        rules.put(
                "prompt",
                ObjectRule.ANY
                        .needs("id", FieldRule.text(MAX_ID))
                        .may("version", FieldRule.text(MAX_ID))
                        .may("variables", FieldRule.object()));
        rules.put("store", FieldRule.bool());
        rules.put("background", FieldRule.bool());
        rules.put("stream", FieldRule.bool());
        rules.put("stream_options", ObjectRule.ANY.may("include_obfuscation", FieldRule.bool()));
        rules.put("include", FieldRule.list(MAX_KEY, FieldRule.text(MAX_ID)));
        rules.put("max_output_tokens", FieldRule.integer(16, Long.MAX_VALUE));
        rules.put("max_tool_calls", FieldRule.integer(1, Long.MAX_VALUE));
        sampling(rules);
        rules.put("parallel_tool_calls", FieldRule.bool());
        rules.put("tools", FieldRule.list(MAX_TOOLS, ToolRules::tool));
        rules.put("tool_choice", ToolRules::choice);
        rules.put("text", FormatRules.TEXT);
        rules.put("reasoning", reasoning());
        rules.put("truncation", FieldRule.oneOf("auto", "disabled"));
        rules.put("metadata", RequestRules::metadata);
        rules.put("service_tier", FieldRule.text(MAX_KEY));
        rules.put("safety_identifier", FieldRule.text(MAX_KEY));
        rules.put("prompt_cache_key", FieldRule.text(MAX_KEY));
        rules.put("prompt_cache_retention", FieldRule.text(MAX_KEY));
        rules.put("prompt_cache_options", FieldRule.object());
        rules.put("moderation", FieldRule.object());
        rules.put("user", FieldRule.text(MAX_TEXT));
        rules.put(
                "context_management",
                FieldRule.list(
                        MAX_KEY,
                        ObjectRule.ANY
                                .needs("type", FieldRule.oneOf("compaction"))
                                .may("compact_threshold", FieldRule.integer(MIN_THRESHOLD, Long.MAX_VALUE))));
        dialects(rules);
        return Collections.unmodifiableMap(rules);
    }

    private static void sampling(Map<String, FieldRule> rules) {
        rules.put("temperature", FieldRule.decimal(0, 2));
        rules.put("top_p", FieldRule.decimal(0, 1));
        rules.put("top_logprobs", FieldRule.integer(0, 20));
        rules.put("presence_penalty", FieldRule.decimal(-2, 2));
        rules.put("frequency_penalty", FieldRule.decimal(-2, 2));
        rules.put("repetition_penalty", FieldRule.decimal(0, 10));
        rules.put("top_k", FieldRule.integer(-1, Integer.MAX_VALUE));
        rules.put("seed", FieldRule.integer(Long.MIN_VALUE, Long.MAX_VALUE));
        rules.put("stop", FieldRule.textOr(MAX_TEXT, FieldRule.list(4, FieldRule.text(MAX_TEXT))));
    }

    /** Members by which other services say the same; they are gone when a request has been read. */
    private static void dialects(Map<String, FieldRule> rules) {
        rules.put("max_tokens", FieldRule.integer(16, Long.MAX_VALUE));
        rules.put("max_completion_tokens", FieldRule.integer(16, Long.MAX_VALUE));
        rules.put("reasoning_effort", FieldRule.text(MAX_KEY));
        rules.put("response_format", FormatRules::format);
        rules.put("conversation_id", FieldRule.id());
        rules.put("modalities", FieldRule.list(MAX_KEY, FieldRule.text(MAX_KEY)));
        rules.put("api_key", FieldRule.text(MAX_SECRET));
    }

    /** The members that the rules know; others are kept and passed on. */
    public static Set<String> known() {
        return RULES.keySet();
    }

    /**
     * Checks types and ranges of a request.
     *
     * @throws InvalidRequestException naming the first member that does not keep its rule
     */
    public static void check(JsonObject request) {
        checkMembers(request);
        if (request.string("model", "").isEmpty() && request.isAbsentOrNull("prompt")) {
            throw FieldRule.missing("model");
        }
    }

    /**
     * Checks types and ranges of what there is, for a body in which nothing is required.
     *
     * @throws InvalidRequestException naming the first member that does not keep its rule
     */
    public static void checkMembers(JsonObject request) {
        RULES.forEach((name, rule) -> {
            if (!request.isAbsentOrNull(name)) {
                rule.check(name, Objects.requireNonNull(request.get(name)));
            }
        });
        boolean continues = !request.string("previous_response_id", "").isEmpty();
        if (continues && (!request.isAbsentOrNull("conversation") || !request.isAbsentOrNull("conversation_id"))) {
            throw new InvalidRequestException(
                    "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'previous_response_id' or"
                            + " 'conversation'.",
                    "mutually_exclusive_parameters",
                    null);
        }
    }

    /**
     * Checks the items of a list that is no create body, such as those that are added to a conversation.
     *
     * @param path what the list is called, such as {@code items}
     * @throws InvalidRequestException naming the first item that is not what it must be
     */
    public static void checkItems(String path, JsonNode items) {
        FieldRule.list(MAX_ITEMS, ItemRules::input).check(path, items);
    }

    /**
     * Checks an item's id: at most 255 characters, of which one that is not visible ASCII takes the room of five.
     *
     * @param path what the id is called, such as {@code items[0].id}
     * @throws InvalidRequestException if no store could hold it
     */
    public static void checkId(String path, String id) {
        FieldRule.id().check(path, TextNode.valueOf(id));
    }

    /**
     * Checks metadata.
     *
     * @param path what the metadata is called, such as {@code metadata}
     * @throws InvalidRequestException if it is no object of texts, or beyond the limits
     */
    public static void checkMetadata(String path, JsonNode metadata) {
        metadata(path, metadata);
    }

    private static FieldRule reasoning() {
        ObjectRule object = ObjectRule.ANY;
        for (String name : List.of("effort", "summary", "generate_summary", "reasoning_effort", "context", "mode")) {
            object = object.may(name, FieldRule.text(MAX_KEY));
        }
        FieldRule written = object;
        return (path, value) -> {
            // Bud says with a boolean whether there is reasoning at all.
            if (!value.isBoolean()) {
                written.check(path, value);
            }
        };
    }

    private static void metadata(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        if (value.size() > MAX_METADATA) {
            throw new InvalidRequestException(
                    "Invalid '" + path + "': too many properties. Expected an object with at most " + MAX_METADATA
                            + " properties, but got " + value.size() + " instead.",
                    "object_above_max_properties",
                    path);
        }
        for (Map.Entry<String, JsonNode> pair : value.properties()) {
            if (pair.getKey().length() > MAX_KEY) {
                throw new InvalidRequestException(
                        "Invalid '" + path + "': a key has more than " + MAX_KEY + " characters.",
                        "string_above_max_length",
                        path);
            }
        }
        FieldRule.texts(MAX_VALUE).check(path, value);
    }
}
