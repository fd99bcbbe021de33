package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/**
 * A JSON type as the wire tables name it.
 *
 * @param words the type for people
 */
record JsonKind(String words, Predicate<JsonNode> test) {

    static final JsonKind STRING = new JsonKind("a string", JsonNode::isTextual);
    static final JsonKind NAME = new JsonKind(
            "a non-empty string", node -> node.isTextual() && !node.textValue().isEmpty());
    static final JsonKind INDEX = new JsonKind(
            "an integer from 0", node -> node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0);
    static final JsonKind INTEGER = new JsonKind("an integer", JsonNode::isIntegralNumber);
    static final JsonKind NUMBER = new JsonKind("a number", JsonNode::isNumber);
    static final JsonKind BOOLEAN = new JsonKind("true or false", JsonNode::isBoolean);
    static final JsonKind ARRAY = new JsonKind("an array", JsonNode::isArray);
    static final JsonKind OBJECT = new JsonKind("an object", JsonNode::isObject);
    static final JsonKind STRING_OR_NULL = new JsonKind("a string or null", node -> node.isTextual() || node.isNull());
    static final JsonKind OBJECT_OR_NULL = new JsonKind("an object or null", node -> node.isObject() || node.isNull());
    static final JsonKind STRING_OR_OBJECT =
            new JsonKind("a string or an object", node -> node.isTextual() || node.isObject());
    static final JsonKind STRING_OR_ARRAY =
            new JsonKind("a string or an array", node -> node.isTextual() || node.isArray());
    static final JsonKind TEXT_OR_ITEMS_OR_NULL =
            new JsonKind("a string, an array or null", node -> node.isTextual() || node.isArray() || node.isNull());
    static final JsonKind RESPONSE = new JsonKind("\"response\"", node -> "response".equals(node.textValue()));

    boolean fits(JsonNode node) {
        return test.test(node);
    }
}
