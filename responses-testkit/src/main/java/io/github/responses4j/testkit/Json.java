package io.github.responses4j.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Iterator;
import java.util.Optional;

/** Reading and comparing free JSON. */
final class Json {

    private static final int BRIEF = 120;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /** Reads one JSON value; a missing node if the text is not exactly one. */
    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The value for a message: its JSON, shortened. */
    static String brief(JsonNode value) {
        if (value.isMissingNode()) {
            return "absent";
        }
        return brief(value.toString());
    }

    static String brief(String text) {
        return text.length() <= BRIEF ? text : text.substring(0, BRIEF) + "… (" + text.length() + " characters)";
    }

    static String quoted(String text) {
        return '"' + brief(text) + '"';
    }

    /**
     * Where two values differ first. Numbers are compared by value and keys without order; absent and null differ.
     *
     * @param path how the values are called in the answer
     * @return the place and both values, or nothing if they are equal
     */
    static Optional<String> difference(String path, JsonNode expected, JsonNode actual) {
        if (expected.isObject() && actual.isObject()) {
            return objectDifference(path, expected, actual);
        }
        if (expected.isArray() && actual.isArray()) {
            return arrayDifference(path, expected, actual);
        }
        boolean equal = expected.equals(actual) || sameNumber(expected, actual);
        return equal
                ? Optional.empty()
                : Optional.of(path + ": expected " + brief(expected) + ", found " + brief(actual));
    }

    private static boolean sameNumber(JsonNode expected, JsonNode actual) {
        // Infinity is what Jackson makes of 1e999; it has no decimal value.
        return expected.isNumber()
                && actual.isNumber()
                && Double.isFinite(expected.doubleValue())
                && Double.isFinite(actual.doubleValue())
                && expected.decimalValue().compareTo(actual.decimalValue()) == 0;
    }

    private static Optional<String> objectDifference(String path, JsonNode expected, JsonNode actual) {
        for (Iterator<String> names = expected.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            Optional<String> found = difference(path + "." + name, expected.path(name), actual.path(name));
            if (found.isPresent()) {
                return found;
            }
        }
        for (Iterator<String> names = actual.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!expected.has(name)) {
                return Optional.of(path + "." + name + ": expected nothing, found " + brief(actual.path(name)));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> arrayDifference(String path, JsonNode expected, JsonNode actual) {
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            Optional<String> found = difference(path + "[" + i + "]", expected.path(i), actual.path(i));
            if (found.isPresent()) {
                return found;
            }
        }
        return expected.size() == actual.size()
                ? Optional.empty()
                : Optional.of(path + ": expected " + expected.size() + " element(s), found " + actual.size());
    }
}
