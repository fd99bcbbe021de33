package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.response.InvalidRequestException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code text} must look like, and the JSON schema of an answer in particular. */
final class FormatRules {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Set<String> TYPES =
            Set.of("string", "number", "integer", "boolean", "object", "array", "null");

    /** Keywords whose value is a schema for each name. */
    private static final List<String> NAMED = List.of("properties", "$defs", "definitions", "patternProperties");

    /** Keywords whose value is a list of schemas. */
    private static final List<String> LISTED = List.of("anyOf", "oneOf", "allOf", "prefixItems");

    /** Keywords whose value is a schema. */
    private static final List<String> NESTED = List.of("not", "additionalProperties", "contains");

    static final FieldRule TEXT = ObjectRule.ANY
            .may("verbosity", FieldRule.oneOf("low", "medium", "high"))
            .may("format", FormatRules::format);

    private static final ObjectRule TYPED =
            ObjectRule.ANY.needs("type", FieldRule.oneOf("text", "json_object", "json_schema"));
    private static final ObjectRule SCHEMA = ObjectRule.ANY
            .needs("name", ToolRules.named(NAME))
            .needs("schema", FieldRule.object())
            .may("description", FieldRule.text(RequestRules.MAX_TEXT))
            .may("strict", FieldRule.bool());

    private FormatRules() {}

    /** A format, flat or with its members under {@code json_schema}, as chat completions have them. */
    static void format(String path, JsonNode format) {
        TYPED.check(path, format);
        if (!"json_schema".equals(format.path("type").textValue())) {
            return;
        }
        boolean nested = format.path("json_schema").isObject();
        String where = nested ? path + ".json_schema" : path;
        JsonNode members = nested ? format.path("json_schema") : format;
        SCHEMA.check(where, members);
        String wrong = wrong("", members.path("schema"));
        if (wrong != null) {
            throw new InvalidRequestException(
                    "Invalid schema for response_format '"
                            + members.path("name").textValue() + "': " + wrong + ".",
                    "invalid_json_schema",
                    where + ".schema");
        }
    }

    /** What is wrong with a schema, or null if nothing is; only what no reader of schemas could make sense of. */
    private static @Nullable String wrong(String at, JsonNode schema) {
        if (schema.isBoolean()) {
            return null;
        }
        if (!schema.isObject()) {
            return place(at) + " is no schema, which is an object or a boolean";
        }
        String wrong = wrongKeyword(at, schema);
        for (String keyword : NAMED) {
            for (Map.Entry<String, JsonNode> entry : schema.path(keyword).properties()) {
                wrong = wrong != null ? wrong : wrong(at + "/" + keyword + "/" + entry.getKey(), entry.getValue());
            }
        }
        for (String keyword : LISTED) {
            for (int i = 0; i < schema.path(keyword).size(); i++) {
                wrong = wrong != null
                        ? wrong
                        : wrong(
                                at + "/" + keyword + "/" + i,
                                schema.path(keyword).path(i));
            }
        }
        for (String keyword : NESTED) {
            wrong = wrong != null || !schema.has(keyword) ? wrong : wrong(at + "/" + keyword, schema.path(keyword));
        }
        JsonNode items = schema.path("items");
        return wrong != null || items.isMissingNode() || items.isArray() ? wrong : wrong(at + "/items", items);
    }

    private static @Nullable String wrongKeyword(String at, JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (!one.isTextual() || !TYPES.contains(one.textValue())) {
                    return place(at) + " has a type that JSON Schema does not know";
                }
            }
        } else if (!type.isMissingNode() && (!type.isTextual() || !TYPES.contains(type.textValue()))) {
            return place(at) + " has a type that JSON Schema does not know";
        }
        for (String keyword : NAMED) {
            if (schema.has(keyword) && !schema.path(keyword).isObject()) {
                return place(at) + " has '" + keyword + "' that is no object";
            }
        }
        for (String keyword : List.of("required", "enum", "anyOf", "oneOf", "allOf", "prefixItems")) {
            if (schema.has(keyword) && !schema.path(keyword).isArray()) {
                return place(at) + " has '" + keyword + "' that is no array";
            }
        }
        return null;
    }

    private static String place(String at) {
        return at.isEmpty() ? "the schema" : "'" + (at.length() > 200 ? at.substring(0, 200) + "…" : at) + "'";
    }
}
