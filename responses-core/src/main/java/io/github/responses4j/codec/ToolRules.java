package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.response.InvalidRequestException;
import java.util.Map;
import java.util.regex.Pattern;

/** What tools, and the choice among them, must look like. What no rule speaks of is kept as it is. */
final class ToolRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
    private static final int MAX_NAME = 512;
    private static final FieldRule TEXT = FieldRule.text(RequestRules.MAX_TEXT);
    private static final FieldRule NAMES = FieldRule.list(RequestRules.MAX_ITEMS, FieldRule.text(MAX_NAME));

    private static final FieldRule FILTER =
            listOr(NAMES, ObjectRule.ANY.may("tool_names", NAMES).may("read_only", FieldRule.bool()));
    private static final ObjectRule TYPED = ObjectRule.ANY.needs("type", FieldRule.text(MAX_NAME));
    private static final FieldRule FUNCTION = ObjectRule.ANY
            .needs("name", named(NAME))
            .may("description", TEXT)
            .may("parameters", FieldRule.object())
            .may("strict", FieldRule.bool());
    private static final FieldRule ALLOWED = ObjectRule.ANY
            .may("type", FieldRule.text(MAX_NAME))
            .may("name", FieldRule.text(MAX_NAME))
            .may("server_label", FieldRule.text(MAX_NAME));

    /** The kinds that are known. */
    private static final Map<String, FieldRule> TOOLS = Map.of(
            "function",
            (path, value) -> nested(path, value, FUNCTION),
            "custom",
            ObjectRule.ANY.needs("name", named(NAME)).may("description", TEXT).may("format", ToolRules::grammar),
            "mcp",
            ObjectRule.ANY
                    .may("server_label", TEXT)
                    .may("server_url", TEXT)
                    .may("connector_id", TEXT)
                    .may("server_description", TEXT)
                    .may("authorization", TEXT)
                    .may("headers", FieldRule.texts(RequestRules.MAX_TEXT))
                    .may("allowed_tools", FILTER)
                    .may("require_approval", ToolRules::approval),
            "file_search",
            ObjectRule.ANY
                    .may("vector_store_ids", NAMES)
                    .may("max_num_results", FieldRule.integer(1, 50))
                    .may("ranking_options", FieldRule.object())
                    .may("filters", FieldRule.object()),
            "code_interpreter",
            ObjectRule.ANY.may("container", FieldRule.textOr(MAX_NAME, FieldRule.object())),
            "namespace",
            ObjectRule.ANY
                    .may("name", TEXT)
                    .may("description", TEXT)
                    .may("tools", FieldRule.list(RequestRules.MAX_TOOLS, FieldRule.object())));

    /** The choices that are written as objects and need more than their type. */
    private static final Map<String, FieldRule> CHOICES = Map.of(
            "function",
            (path, value) -> nested(path, value, ObjectRule.ANY.needs("name", FieldRule.text(MAX_NAME))),
            "custom",
            ObjectRule.ANY.needs("name", FieldRule.text(MAX_NAME)),
            "mcp",
            ObjectRule.ANY.needs("server_label", FieldRule.text(MAX_NAME)).may("name", FieldRule.text(MAX_NAME)),
            "allowed_tools",
            ObjectRule.ANY
                    .may("mode", FieldRule.oneOf("none", "auto", "required"))
                    .needs("tools", FieldRule.list(RequestRules.MAX_TOOLS, ALLOWED)));

    private ToolRules() {}

    static void tool(String path, JsonNode value) {
        TYPED.check(path, value);
        TOOLS.getOrDefault(value.path("type").textValue(), ObjectRule.ANY).check(path, value);
    }

    static void choice(String path, JsonNode value) {
        if (!value.isObject()) {
            FieldRule.oneOf("none", "auto", "required").check(path, value);
            return;
        }
        TYPED.check(path, value);
        CHOICES.getOrDefault(value.path("type").textValue(), ObjectRule.ANY).check(path, value);
    }

    /** What chat completions put into {@code function}. */
    private static void nested(String path, JsonNode value, FieldRule rule) {
        boolean nested = value.path("function").isObject();
        rule.check(nested ? path + ".function" : path, nested ? value.path("function") : value);
    }

    private static void grammar(String path, JsonNode value) {
        TYPED.check(path, value);
        if (value.path("type").textValue().equals("grammar")) {
            ObjectRule.ANY
                    .needs("syntax", FieldRule.text(MAX_NAME))
                    .needs("definition", TEXT)
                    .check(path, value);
        }
    }

    private static void approval(String path, JsonNode value) {
        if (value.isObject()) {
            ObjectRule.ANY.may("always", FILTER).may("never", FILTER).check(path, value);
        } else {
            FieldRule.oneOf("always", "never").check(path, value);
        }
    }

    private static FieldRule listOr(FieldRule list, FieldRule other) {
        return (path, value) -> (value.isArray() ? list : other).check(path, value);
    }

    /** A name that is made of certain characters. */
    static FieldRule named(Pattern pattern) {
        return (path, value) -> {
            FieldRule.text(MAX_NAME).check(path, value);
            if (!pattern.matcher(value.textValue()).matches()) {
                throw new InvalidRequestException(
                        "Invalid '" + path + "': expected a string that matches '^" + pattern + "$'.",
                        "invalid_value",
                        path);
            }
        };
    }
}
