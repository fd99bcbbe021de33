package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

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

    /** How many tokens a context must have at least before it may be compacted. */
    public static final int MIN_THRESHOLD = 1_000;

    private static final int MAX_KEY = 64;
    private static final int MAX_VALUE = 512;
    private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
    private static final Pattern FORMAT_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Map<String, FieldRule> RULES = rules();

    private RequestRules() {}

    private static Map<String, FieldRule> rules() {
        Map<String, FieldRule> rules = new LinkedHashMap<>();
        rules.put("model", FieldRule.text(256));
        rules.put("input", FieldRule.textOr(MAX_TEXT, FieldRule.list(MAX_ITEMS, FieldRule.object())));
        rules.put("instructions", FieldRule.text(MAX_TEXT));
        rules.put("previous_response_id", FieldRule.text(256));
        rules.put("conversation", FieldRule.textOr(256, FieldRule.object()));
        rules.put("prompt", FieldRule.object());
        rules.put("store", FieldRule.bool());
        rules.put("background", FieldRule.bool());
        rules.put("stream", FieldRule.bool());
        rules.put("stream_options", FieldRule.object());
        rules.put("include", FieldRule.list(64, FieldRule.text(256)));
        rules.put("max_output_tokens", FieldRule.integer(16, Long.MAX_VALUE));
        rules.put("max_tool_calls", FieldRule.integer(1, Long.MAX_VALUE));
        rules.put("temperature", FieldRule.decimal(0, 2));
        rules.put("top_p", FieldRule.decimal(0, 1));
        rules.put("top_logprobs", FieldRule.integer(0, 20));
        rules.put("presence_penalty", FieldRule.decimal(-2, 2));
        rules.put("frequency_penalty", FieldRule.decimal(-2, 2));
        rules.put("repetition_penalty", FieldRule.decimal(0, 10));
        rules.put("top_k", FieldRule.integer(-1, Integer.MAX_VALUE));
        rules.put("seed", FieldRule.integer(Long.MIN_VALUE, Long.MAX_VALUE));
        rules.put("stop", FieldRule.textOr(MAX_TEXT, FieldRule.list(4, FieldRule.text(MAX_TEXT))));
        rules.put("parallel_tool_calls", FieldRule.bool());
        rules.put("tools", FieldRule.list(MAX_TOOLS, RequestRules::tool));
        rules.put("tool_choice", RequestRules::toolChoice);
        rules.put("text", RequestRules::text);
        rules.put("reasoning", RequestRules::reasoning);
        rules.put("truncation", FieldRule.oneOf("auto", "disabled"));
        rules.put("metadata", RequestRules::metadata);
        rules.put("service_tier", FieldRule.text(MAX_KEY));
        rules.put("safety_identifier", FieldRule.text(MAX_KEY));
        rules.put("prompt_cache_key", FieldRule.text(MAX_KEY));
        rules.put("prompt_cache_retention", FieldRule.text(MAX_KEY));
        rules.put("user", FieldRule.text(MAX_TEXT));
        rules.put("context_management", FieldRule.list(64, RequestRules::contextManagement));
        return rules;
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
            throw new InvalidRequestException(
                    "Missing required parameter: 'model'.", "missing_required_parameter", "model");
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
    }

    private static void contextManagement(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        type(path, value);
        FieldRule.oneOf("compaction").check(path + ".type", value.path("type"));
        optional(path, value, "compact_threshold", FieldRule.integer(MIN_THRESHOLD, Long.MAX_VALUE));
    }

    private static void tool(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        if (List.of("function", "custom").contains(type(path, value))) {
            boolean nested = value.path("function").isObject();
            JsonNode named = nested ? value.path("function") : value;
            String where = nested ? path + ".function" : path;
            name(where + ".name", named.path("name"), TOOL_NAME);
            optional(where, named, "parameters", FieldRule.object());
        }
    }

    private static void toolChoice(String path, JsonNode value) {
        if (value.isObject()) {
            type(path, value);
            return;
        }
        FieldRule.oneOf("none", "auto", "required").check(path, value);
    }

    private static void text(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        optional(path, value, "verbosity", FieldRule.oneOf("low", "medium", "high"));
        JsonNode format = value.path("format");
        if (format.isMissingNode() || format.isNull()) {
            return;
        }
        FieldRule.object().check(path + ".format", format);
        type(path + ".format", format);
        FieldRule.oneOf("text", "json_object", "json_schema").check(path + ".format.type", format.path("type"));
        if ("json_schema".equals(format.path("type").textValue())) {
            name(path + ".format.name", format.path("name"), FORMAT_NAME);
            if (format.path("schema").isMissingNode()) {
                throw missing(path + ".format.schema");
            }
            FieldRule.object().check(path + ".format.schema", format.path("schema"));
        }
    }

    private static void reasoning(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        optional(path, value, "effort", FieldRule.text(MAX_KEY));
        optional(path, value, "summary", FieldRule.text(MAX_KEY));
    }

    private static void optional(String path, JsonNode object, String name, FieldRule rule) {
        if (object.hasNonNull(name)) {
            rule.check(path + "." + name, object.path(name));
        }
    }

    private static String type(String path, JsonNode object) {
        if (!object.hasNonNull("type")) {
            throw missing(path + ".type");
        }
        FieldRule.text(MAX_VALUE).check(path + ".type", object.path("type"));
        return object.path("type").textValue();
    }

    private static void name(String path, JsonNode value, Pattern pattern) {
        if (value.isMissingNode() || value.isNull()) {
            throw missing(path);
        }
        FieldRule.text(MAX_VALUE).check(path, value);
        if (!pattern.matcher(value.textValue()).matches()) {
            throw new InvalidRequestException(
                    "Invalid '" + path + "': expected a string that matches '^" + pattern + "$'.",
                    "invalid_value",
                    path);
        }
    }

    private static void metadata(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        if (value.size() > MAX_METADATA) {
            throw new InvalidRequestException(
                    "Invalid 'metadata': too many properties. Expected an object with at most " + MAX_METADATA
                            + " properties, but got " + value.size() + " instead.",
                    "object_above_max_properties",
                    path);
        }
        for (Map.Entry<String, JsonNode> pair : value.properties()) {
            if (pair.getKey().length() > MAX_KEY) {
                throw new InvalidRequestException(
                        "Invalid 'metadata': a key has more than " + MAX_KEY + " characters.",
                        "string_above_max_length",
                        path);
            }
            FieldRule.text(MAX_VALUE).check(path + "." + pair.getKey(), pair.getValue());
        }
    }

    private static InvalidRequestException missing(String path) {
        return new InvalidRequestException(
                "Missing required parameter: '" + path + "'.", "missing_required_parameter", path);
    }
}
