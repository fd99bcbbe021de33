package io.github.responses4j.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.json.JsonShapeException.Problem;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON object that loses nothing: unknown members, explicit nulls and the order of members all stay.
 *
 * <p>Absent, null and a value are three different things: {@link #has} tells absent from the rest, {@link #isNull} tells null.
 * The typed readers give null for anything that is not a value of their type. Equality ignores the order of members, and numbers are
 * equal if their values are: {@code 1} and {@code 1.0} are one number.
 */
public final class JsonObject {
    /** The object without members. */
    public static final JsonObject EMPTY = new JsonObject(JsonNodeFactory.instance.objectNode());

    /** What {@link #footprint} counts for a value. */
    private static final int VALUE = 32;

    private final ObjectNode node;

    private JsonObject(ObjectNode node) {
        this.node = node;
    }

    /** An object with a copy of the node's members. */
    public static JsonObject copyOf(ObjectNode node) {
        return new JsonObject(node.deepCopy());
    }

    /** An object over the node itself; from now on nobody may change the node. */
    public static JsonObject adopt(ObjectNode node) {
        return new JsonObject(node);
    }

    /**
     * Reads an object.
     *
     * @throws InvalidJsonException if the text is no JSON object, or beyond the limits in {@link Json}
     */
    public static JsonObject parse(String text) {
        if (Json.read(text) instanceof ObjectNode object) {
            return new JsonObject(object);
        }
        throw new InvalidJsonException("a JSON object was expected", null);
    }

    /** Starts an object. */
    public static Builder builder() {
        return new Builder(JsonNodeFactory.instance.objectNode());
    }

    /** Starts an object of a kind: its first member is {@code "type"}. */
    public static Builder ofType(String type) {
        return builder().put("type", type);
    }

    /** Whether there is a member of this name, null or not. */
    public boolean has(String name) {
        return node.has(name);
    }

    /** Whether there is a member of this name whose value is null. */
    public boolean isNull(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isNull();
    }

    /** Whether there is no member of this name, or its value is null. */
    public boolean isAbsentOrNull(String name) {
        return !node.hasNonNull(name);
    }

    /** The member's text, or null if it is no string. */
    public @Nullable String string(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    /** The member's text, or {@code otherwise} if it is no string. */
    public String string(String name, String otherwise) {
        String value = string(name);
        return value == null ? otherwise : value;
    }

    /**
     * The member's text.
     *
     * @throws JsonShapeException if it is missing, null, or no string
     */
    public String requireString(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw new JsonShapeException(name, Problem.MISSING, "'" + name + "' is required");
        }
        if (!value.isTextual()) {
            throw new JsonShapeException(name, Problem.WRONG_TYPE, "'" + name + "' must be a string");
        }
        return value.textValue();
    }

    /** The member's truth, or null if it is no boolean. */
    public @Nullable Boolean bool(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isBoolean() ? value.booleanValue() : null;
    }

    /** The member's value, or null if it is no whole number that fits a {@code long}. */
    public @Nullable Long integer(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : null;
    }

    /** The member's value, or null if it is no number. */
    public @Nullable Double number(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isNumber() ? value.doubleValue() : null;
    }

    /** The member, or null if it is no object. */
    public @Nullable JsonObject object(String name) {
        return node.get(name) instanceof ObjectNode object ? new JsonObject(object) : null;
    }

    /** How many entries the member's array has; -1 if it is no array. */
    public int count(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isArray() ? value.size() : -1;
    }

    /** The objects in the member's array, in order; empty if it is no array. Entries that are no objects are passed over. */
    public List<JsonObject> objects(String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isArray()) {
            return List.of();
        }
        List<JsonObject> all = new ArrayList<>(value.size());
        for (JsonNode entry : value) {
            if (entry instanceof ObjectNode object) {
                all.add(new JsonObject(object));
            }
        }
        return List.copyOf(all);
    }

    /** The strings in the member's array, in order; empty if it is no array. Other entries are passed over. */
    public List<String> strings(String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isArray()) {
            return List.of();
        }
        List<String> all = new ArrayList<>(value.size());
        for (JsonNode entry : value) {
            if (entry.isTextual()) {
                all.add(entry.textValue());
            }
        }
        return List.copyOf(all);
    }

    /** A copy of the member's value, or null if there is no such member. */
    public @Nullable JsonNode get(String name) {
        JsonNode value = node.get(name);
        return value == null ? null : value.deepCopy();
    }

    /** The members' names, in order. */
    public List<String> names() {
        List<String> names = new ArrayList<>(node.size());
        for (Iterator<String> all = node.fieldNames(); all.hasNext(); ) {
            names.add(all.next());
        }
        return List.copyOf(names);
    }

    /** Whether there is no member at all. */
    public boolean isEmpty() {
        return node.isEmpty();
    }

    /** This object with one member replaced or added at the end. */
    public JsonObject with(String name, String value) {
        return toBuilder().put(name, value).build();
    }

    /** This object with one member replaced or added at the end. */
    public JsonObject with(String name, JsonNode value) {
        return toBuilder().put(name, value).build();
    }

    /** This object without a member. */
    public JsonObject without(String name) {
        if (!node.has(name)) {
            return this;
        }
        ObjectNode copy = shallowCopy();
        copy.remove(name);
        return new JsonObject(copy);
    }

    /** This object with all members of another one put over its own. */
    public JsonObject withAll(JsonObject other) {
        ObjectNode copy = shallowCopy();
        copy.setAll(other.node);
        return new JsonObject(copy);
    }

    /** A builder that starts with this object's members. */
    public Builder toBuilder() {
        return new Builder(shallowCopy());
    }

    /** A copy as a Jackson node. */
    public ObjectNode toNode() {
        return node.deepCopy();
    }

    /** Writes the object to a generator of the caller's. */
    public void writeTo(JsonGenerator out) throws IOException {
        Json.write(node, out);
    }

    /**
     * About how much memory the object takes, in characters: its names and texts, and {@value #VALUE} more for each value. Walks the
     * object, and makes nothing.
     */
    public long footprint() {
        return footprint(node);
    }

    private static long footprint(JsonNode value) {
        long sum = VALUE;
        if (value.isTextual()) {
            sum += value.textValue().length();
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                sum += member.getKey().length() + footprint(member.getValue());
            }
        } else {
            for (JsonNode entry : value) {
                sum += footprint(entry);
            }
        }
        return sum;
    }

    /** The object as compact UTF-8. */
    public byte[] toBytes() {
        return Json.toBytes(node);
    }

    /**
     * This object, if it can be written: an {@linkplain #adopt adopted} node may hold values that are not JSON.
     *
     * @throws IllegalArgumentException if it holds such a value, at any depth
     */
    public JsonObject requireJson() {
        Deque<JsonNode> open = new ArrayDeque<>();
        open.add(node);
        while (!open.isEmpty()) {
            JsonNode next = open.removeLast();
            if (next.isPojo() || next.isMissingNode()) {
                throw new IllegalArgumentException("a value is not JSON");
            }
            next.forEach(open::add);
        }
        return this;
    }

    /** The object as compact text in which every character beyond ASCII is escaped. */
    public String toAscii() {
        return Json.toAscii(node);
    }

    // Shares the values, which nobody changes, and copies only the table of members.
    private ObjectNode shallowCopy() {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(node);
        return copy;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject object && node.equals(Numbers.BY_VALUE, object.node);
    }

    @Override
    public int hashCode() {
        return Numbers.hash(node);
    }

    @Override
    public String toString() {
        return node.toString();
    }

    /** Builds a {@link JsonObject}; for one thread, and one object. */
    public static final class Builder {
        private final ObjectNode node;

        private Builder(ObjectNode node) {
            this.node = node;
        }

        /** Sets a member; null gives an explicit null. */
        public Builder put(String name, @Nullable String value) {
            node.put(name, value);
            return this;
        }

        /** Sets a member. */
        public Builder put(String name, boolean value) {
            node.put(name, value);
            return this;
        }

        /** Sets a member. */
        public Builder put(String name, long value) {
            node.put(name, value);
            return this;
        }

        /** Sets a member; null gives an explicit null. */
        public Builder put(String name, @Nullable JsonObject value) {
            node.set(name, value == null ? node.nullNode() : value.node);
            return this;
        }

        /** Sets a member to a value that nobody changes any more; null gives an explicit null. */
        public Builder put(String name, @Nullable JsonNode value) {
            node.set(name, value == null ? node.nullNode() : value);
            return this;
        }

        /** Sets a member to an array of objects. */
        public Builder put(String name, List<JsonObject> values) {
            var array = node.putArray(name);
            values.forEach(value -> array.add(value.node));
            return this;
        }

        /** Sets a member to an array of strings. */
        public Builder putStrings(String name, List<String> values) {
            var array = node.putArray(name);
            values.forEach(array::add);
            return this;
        }

        /** Sets a member to an object of strings. */
        public Builder putMap(String name, Map<String, String> values) {
            var object = node.putObject(name);
            values.forEach(object::put);
            return this;
        }

        /** Sets a member to an explicit null. */
        public Builder putNull(String name) {
            node.putNull(name);
            return this;
        }

        /** Sets a member only if there is a value. */
        public Builder putIfPresent(String name, @Nullable String value) {
            return value == null ? this : put(name, value);
        }

        /** The object. The builder must not be used afterwards. */
        public JsonObject build() {
            return new JsonObject(node);
        }
    }
}
