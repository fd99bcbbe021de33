package io.github.responses4j.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Map;

/** Equality of JSON values in which a number is its value, however it is held: the parser and a program hold the same one differently. */
final class Numbers {
    /** 0 for equal leaves, anything else for others; compares nothing but leaves. */
    static final Comparator<JsonNode> BY_VALUE = (left, right) -> same(left, right) ? 0 : 1;

    private Numbers() {}

    private static boolean same(JsonNode left, JsonNode right) {
        if (isPlain(left) && isPlain(right)) {
            return left.decimalValue().compareTo(right.decimalValue()) == 0;
        }
        return left.equals(right);
    }

    // NaN and the infinities, which only a program can make, have no decimal value.
    private static boolean isPlain(JsonNode node) {
        return node instanceof NumericNode number && !number.isNaN();
    }

    static int hash(JsonNode node) {
        int hash = node.getNodeType().hashCode();
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                hash += member.getKey().hashCode() ^ hash(member.getValue());
            }
        } else if (node.isArray()) {
            for (JsonNode entry : node) {
                hash = 31 * hash + hash(entry);
            }
        } else if (isPlain(node)) {
            BigDecimal value = node.decimalValue();
            hash = value.signum() == 0 ? 0 : value.stripTrailingZeros().hashCode();
        } else {
            hash = node.hashCode();
        }
        return hash;
    }
}
