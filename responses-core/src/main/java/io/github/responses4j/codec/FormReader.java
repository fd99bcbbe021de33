package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import io.github.responses4j.response.InvalidRequestException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
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
            "conversation_id",
            "api_key",
            "reasoning_effort",
            "truncation",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "user");

    /** Members that are texts unless they look like a list or an object. */
    private static final Set<String> TEXTS_OR_MORE = Set.of("input", "tool_choice", "stop", "conversation");

    private FormReader() {}

    static ObjectNode read(byte[] body) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        String form = new String(body, StandardCharsets.ISO_8859_1);
        for (String pair : form.isEmpty() ? new String[0] : form.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            put(object, name, decode(equals < 0 ? "" : pair.substring(equals + 1)));
        }
        return object;
    }

    private static void put(ObjectNode object, String name, String value) {
        int bracket = name.indexOf('[');
        if (bracket <= 0 || !name.endsWith("]")) {
            set(object, name, name, value(name, value));
            return;
        }
        String outer = name.substring(0, bracket);
        String inner = name.substring(bracket + 1, name.length() - 1);
        JsonNode there = object.get(outer);
        if (inner.isEmpty() && (there == null || there instanceof ArrayNode)) {
            (there instanceof ArrayNode array ? array : object.putArray(outer)).add(value);
        } else if (!inner.isEmpty() && (there == null || there instanceof ObjectNode)) {
            set(
                    there instanceof ObjectNode whole ? whole : object.putObject(outer),
                    inner,
                    outer,
                    TextNode.valueOf(value));
        } else {
            throw twice(outer);
        }
    }

    private static void set(ObjectNode object, String name, String param, JsonNode value) {
        if (object.has(name)) {
            throw twice(param);
        }
        object.set(name, value);
    }

    private static InvalidRequestException twice(String name) {
        return new InvalidRequestException("'" + name + "' is given twice.", "invalid_value", name);
    }

    private static JsonNode value(String name, String value) {
        boolean list = value.startsWith("[") || value.startsWith("{");
        if (TEXTS.contains(name) || TEXTS_OR_MORE.contains(name) && !list) {
            return TextNode.valueOf(value);
        }
        try {
            return Json.read(value.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidJsonException e) {
            return TextNode.valueOf(value);
        }
    }

    /** Undoes the URL encoding of bytes held as characters; what comes out must be UTF-8. */
    private static String decode(String bytes) {
        try {
            byte[] utf8 = URLDecoder.decode(bytes, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new InvalidRequestException("The form is not URL-encoded UTF-8.", "invalid_form", null);
        }
    }
}
