package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.response.InvalidRequestException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one member of a request must look like. */
@FunctionalInterface
interface FieldRule {
    /** How much room a store has for a name. */
    int MAX_ID = 255;

    /** How much of it a character takes that is not visible ASCII. */
    int WIDE = 5;

    /**
     * Looks at a value that is there and not null.
     *
     * @throws InvalidRequestException naming the path if the value does not keep the rule
     */
    void check(String path, JsonNode value);

    static FieldRule bool() {
        return (path, value) -> {
            if (!value.isBoolean()) {
                throw wrongType(path, "a boolean", value);
            }
        };
    }

    static FieldRule text(int maxLength) {
        return (path, value) -> {
            if (!value.isTextual()) {
                throw wrongType(path, "a string", value);
            }
            if (value.textValue().length() > maxLength) {
                throw new InvalidRequestException(
                        "Invalid '" + path + "': string too long. Expected a string with maximum length " + maxLength
                                + ", but got a string with length "
                                + value.textValue().length() + " instead.",
                        "string_above_max_length",
                        path);
            }
        };
    }

    /** A name that every store can hold: at most 255 characters, of which one that is not visible ASCII takes the room of five. */
    static FieldRule id() {
        return (path, value) -> {
            text(MAX_ID).check(path, value);
            String id = value.textValue();
            long wide = id.chars()
                    .filter(unit -> unit <= ' ' || unit > '~' || unit == '\\')
                    .count();
            if (id.length() + (WIDE - 1) * wide > MAX_ID) {
                throw new InvalidRequestException(
                        "Invalid '" + path + "': string too long. Expected a string with maximum length " + MAX_ID
                                + ", in which a character other than visible ASCII counts " + WIDE + ".",
                        "string_above_max_length",
                        path);
            }
        };
    }

    static FieldRule oneOf(String... allowed) {
        return (path, value) -> {
            if (!value.isTextual()) {
                throw wrongType(path, "a string", value);
            }
            if (!List.of(allowed).contains(value.textValue())) {
                String values =
                        List.of(allowed).stream().map(one -> "'" + one + "'").collect(Collectors.joining(", "));
                throw new InvalidRequestException(
                        "Invalid value for '" + path + "'. Supported values are: " + values + ".",
                        "invalid_value",
                        path);
            }
        };
    }

    static FieldRule integer(long min, long max) {
        return (path, value) -> {
            if (!value.isIntegralNumber()) {
                throw wrongType(path, "an integer", value);
            }
            range("integer", path, value.decimalValue(), BigDecimal.valueOf(min), BigDecimal.valueOf(max));
        };
    }

    static FieldRule decimal(double min, double max) {
        return (path, value) -> {
            if (!value.isNumber()) {
                throw wrongType(path, "a decimal", value);
            }
            range("decimal", path, value.decimalValue(), BigDecimal.valueOf(min), BigDecimal.valueOf(max));
        };
    }

    static FieldRule object() {
        return (path, value) -> {
            if (!value.isObject()) {
                throw wrongType(path, "an object", value);
            }
        };
    }

    static FieldRule list(int maxSize, FieldRule entry) {
        return (path, value) -> {
            if (!value.isArray()) {
                throw wrongType(path, "an array", value);
            }
            if (value.size() > maxSize) {
                throw new InvalidRequestException(
                        "Invalid '" + path + "': array too long. Expected an array with maximum length " + maxSize
                                + ", but got an array with length " + value.size() + " instead.",
                        "array_above_max_length",
                        path);
            }
            for (int i = 0; i < value.size(); i++) {
                String where = path + "[" + i + "]";
                if (value.get(i).isNull()) {
                    throw wrongType(where, "a value", value.get(i));
                }
                entry.check(where, value.get(i));
            }
        };
    }

    /** An object whose members are texts. */
    static FieldRule texts(int maxLength) {
        return (path, value) -> {
            object().check(path, value);
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                if (!member.getValue().isNull()) {
                    text(maxLength).check(path + "." + member.getKey(), member.getValue());
                }
            }
        };
    }

    static InvalidRequestException missing(String path) {
        return new InvalidRequestException(
                "Missing required parameter: '" + path + "'.", "missing_required_parameter", path);
    }

    /** Either a text, or whatever the other rule allows. */
    static FieldRule textOr(int maxLength, FieldRule other) {
        return (path, value) -> (value.isTextual() ? text(maxLength) : other).check(path, value);
    }

    private static void range(String kind, String path, BigDecimal value, BigDecimal min, BigDecimal max) {
        if (value.compareTo(min) < 0) {
            throw outOfRange(
                    kind,
                    "below_min_value",
                    ": " + kind + " below minimum value. Expected a value >= " + plain(min) + got(value),
                    path);
        }
        if (value.compareTo(max) > 0) {
            throw outOfRange(
                    kind,
                    "above_max_value",
                    ": " + kind + " above maximum value. Expected a value <= " + plain(max) + got(value),
                    path);
        }
    }

    private static InvalidRequestException outOfRange(String kind, String code, String text, String path) {
        return new InvalidRequestException("Invalid '" + path + "'" + text + ".", kind + "_" + code, path);
    }

    // Short even for a number with a huge exponent.
    private static String got(BigDecimal value) {
        return ", but got " + value + " instead";
    }

    private static String plain(BigDecimal bound) {
        return bound.stripTrailingZeros().toPlainString();
    }

    static InvalidRequestException wrongType(String path, String expected, JsonNode value) {
        String got = switch (value.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            default -> "null";
        };
        return new InvalidRequestException(
                "Invalid type for '" + path + "': expected " + expected + ", but got " + got + " instead.",
                "invalid_type",
                path);
    }
}
