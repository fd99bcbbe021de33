package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import io.github.responses4j.response.InvalidRequestException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads a form as a create body. A member whose value is no text on the wire is written as JSON ({@code stream=true}, {@code
 * tools=[…]}); {@code metadata[key]=value} sets one pair.
 */
final class FormReader {
    /** Members that are texts however they look. */
    private static final Set<String> TEXTS = Set.of(
            "model",
            "instructions",
            "previous_response_id",
            "truncation",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "user");

    private FormReader() {}

    static ObjectNode read(byte[] body) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        String form = new String(body, StandardCharsets.UTF_8);
        for (String pair : form.isEmpty() ? new String[0] : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            put(object, name, decode(equals < 0 ? "" : pair.substring(equals + 1)));
        }
        return object;
    }

    private static void put(ObjectNode object, String name, String value) {
        int bracket = name.indexOf('[');
        if (bracket > 0 && name.endsWith("]")) {
            String outer = name.substring(0, bracket);
            String inner = name.substring(bracket + 1, name.length() - 1);
            if (inner.isEmpty() && !object.path(outer).isObject()) {
                object.withArray(outer).add(value);
            } else if (!object.path(outer).isArray()) {
                object.withObject("/" + outer).put(inner, value);
            } else {
                throw twice(outer);
            }
            return;
        }
        if (object.has(name)) {
            throw twice(name);
        }
        object.set(name, value(name, value));
    }

    private static InvalidRequestException twice(String name) {
        return new InvalidRequestException("'" + name + "' is given twice.", "invalid_value", name);
    }

    private static JsonNode value(String name, String value) {
        boolean list = value.startsWith("[") || value.startsWith("{");
        if (TEXTS.contains(name) || "input".equals(name) && !list || "tool_choice".equals(name) && !list) {
            return TextNode.valueOf(value);
        }
        try {
            return Json.read(value);
        } catch (InvalidJsonException e) {
            return TextNode.valueOf(value);
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("The form is not URL-encoded correctly.", "invalid_form", null);
        }
    }
}
