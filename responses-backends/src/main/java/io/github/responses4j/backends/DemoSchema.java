package io.github.responses4j.backends;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.json.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills a JSON schema from a question: numbers in their order, names of people and places for texts. For one value. */
final class DemoSchema {
    private static final int MAX_DEPTH = 16;
    private static final Pattern NUMBER = Pattern.compile("(?<![\\p{L}\\p{N}.])-?\\d{1,15}(?:\\.\\d{1,9})?");
    private static final Pattern QUOTED = Pattern.compile("[\"“']([^\"”']{1,200})[\"”']");
    private static final Pattern NAME = Pattern.compile("\\p{Lu}[\\p{L}\\p{N}'-]*(?:\\s+\\p{Lu}[\\p{L}\\p{N}'-]*)*");
    private static final Set<String> NO_NAMES = Set.of(
            "what",
            "who",
            "where",
            "when",
            "why",
            "how",
            "is",
            "are",
            "the",
            "a",
            "an",
            "please",
            "tell",
            "give",
            "can",
            "could",
            "use",
            "call",
            "show",
            "find",
            "get",
            "in",
            "and",
            "my",
            "i",
            "it",
            "do",
            "does",
            "will",
            "which",
            "look",
            "search",
            "check",
            "calculate",
            "compute",
            "add",
            "multiply",
            "hello",
            "hi",
            "hey",
            "now",
            "then",
            "let",
            "fetch",
            "ask",
            "say",
            "read",
            "write",
            "send",
            "run",
            "if",
            "for",
            "weather",
            "extract",
            "return",
            "make");

    private final String question;
    private final String tool;
    private final Deque<BigDecimal> numbers = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();
    private final Deque<String> quotes = new ArrayDeque<>();
    private ObjectNode root = JsonNodeFactory.instance.objectNode();

    DemoSchema(String question, String tool) {
        this.question = question;
        this.tool = tool.toLowerCase(Locale.ROOT);
        for (Matcher number = NUMBER.matcher(question); number.find(); ) {
            numbers.add(new BigDecimal(number.group()));
        }
        for (Matcher quote = QUOTED.matcher(question); quote.find(); ) {
            quotes.add(quote.group(1));
        }
        for (Matcher name = NAME.matcher(question); name.find(); ) {
            addName(name.group());
        }
    }

    // The first word of a sentence is written like a name without being one.
    private void addName(String found) {
        String name = found;
        while (!name.isEmpty()) {
            int space = name.indexOf(' ');
            String first = space < 0 ? name : name.substring(0, space);
            String word = first.toLowerCase(Locale.ROOT).replaceAll("'.*", "");
            if (!NO_NAMES.contains(word) && !word.equals(tool)) {
                names.add(name.replaceAll("'s$", ""));
                return;
            }
            name = space < 0 ? "" : name.substring(space + 1).strip();
        }
    }

    /** The arguments of a call: what the schema requires, or everything it knows if it requires nothing. */
    JsonObject arguments(JsonObject schema) {
        root = schema.toNode();
        JsonNode value = object(root, 0, root.path("required").isEmpty());
        return JsonObject.adopt((ObjectNode) value);
    }

    /** An instance of a schema, with every property that it knows. */
    JsonNode instance(JsonObject schema) {
        root = schema.toNode();
        return value(root, "", 0);
    }

    private JsonNode value(JsonNode given, String name, int depth) {
        JsonNode schema = resolved(given, depth);
        if (depth > MAX_DEPTH) {
            return NullNode.instance;
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return oneOf(schema.path("enum"));
        }
        if (schema.has("default") && !schema.get("default").isNull()) {
            return schema.get("default");
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth, true);
            case "array" -> array(schema, name, depth);
            case "integer" -> number(schema, true);
            case "number" -> number(schema, false);
            case "boolean" -> BooleanNode.TRUE;
            case "null" -> NullNode.instance;
            default -> text(schema, name);
        };
    }

    private JsonNode resolved(JsonNode given, int depth) {
        JsonNode schema = given;
        for (int i = 0; i <= MAX_DEPTH; i++) {
            String reference = schema.path("$ref").asText("");
            if (reference.startsWith("#")) {
                schema = root.at(reference.substring(1));
            } else if (schema.path("anyOf").has(0)) {
                schema = firstOf(schema.path("anyOf"), depth);
            } else if (schema.path("oneOf").has(0)) {
                schema = firstOf(schema.path("oneOf"), depth);
            } else if (schema.path("allOf").has(0)) {
                schema = merged(schema);
            } else {
                return schema;
            }
        }
        return schema;
    }

    private static JsonNode firstOf(JsonNode choices, int depth) {
        // Deep down the way out of a schema that contains itself is taken.
        for (JsonNode choice : choices) {
            boolean isNull = choice.path("type").asText("").equals("null");
            if (isNull == depth > 3) {
                return choice;
            }
        }
        return choices.get(0);
    }

    private static JsonNode merged(JsonNode schema) {
        ObjectNode all = schema.deepCopy();
        all.remove("allOf");
        for (JsonNode part : schema.path("allOf")) {
            if (part instanceof ObjectNode object) {
                all.setAll(object);
            }
        }
        return all;
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (!one.asText("").equals("null")) {
                    return one.asText("");
                }
            }
        }
        if (type.isTextual()) {
            return type.textValue();
        }
        return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    }

    private JsonNode object(JsonNode schema, int depth, boolean everything) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText("")));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean needed = required.contains(property.getKey());
            if (needed || (everything && depth < 3)) {
                object.set(property.getKey(), value(property.getValue(), property.getKey(), depth + 1));
            }
        }
        return object;
    }

    private JsonNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        int least = Math.max(schema.path("minItems").asInt(depth > 3 ? 0 : 1), 0);
        int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
        JsonNode items = schema.path("items");
        boolean isNumbers = type(resolved(items, depth)).matches("integer|number");
        int wanted = isNumbers ? Math.max(least, numbers.size()) : least;
        for (int i = 0; i < Math.min(Math.min(wanted, most), 100); i++) {
            array.add(value(items, name, depth + 1));
        }
        return array;
    }

    private JsonNode oneOf(JsonNode choices) {
        String asked = question.toLowerCase(Locale.ROOT);
        for (JsonNode choice : choices) {
            if (choice.isTextual() && asked.contains(choice.textValue().toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        return choices.get(0);
    }

    private JsonNode number(JsonNode schema, boolean whole) {
        BigDecimal value = numbers.isEmpty() ? BigDecimal.ONE : numbers.remove();
        if (whole) {
            value = value.setScale(0, RoundingMode.DOWN);
        }
        JsonNode least = schema.path("minimum");
        JsonNode most = schema.path("maximum");
        JsonNode above = schema.path("exclusiveMinimum");
        JsonNode below = schema.path("exclusiveMaximum");
        if (most.isNumber()) {
            value = value.min(most.decimalValue());
        }
        if (below.isNumber() && value.compareTo(below.decimalValue()) >= 0) {
            value = below.decimalValue().subtract(BigDecimal.ONE);
        }
        if (least.isNumber()) {
            value = value.max(least.decimalValue());
        }
        if (above.isNumber() && value.compareTo(above.decimalValue()) <= 0) {
            value = above.decimalValue().add(BigDecimal.ONE);
        }
        JsonNode step = schema.path("multipleOf");
        if (step.isNumber() && step.decimalValue().signum() > 0) {
            value = value.divide(step.decimalValue(), 0, RoundingMode.UP).multiply(step.decimalValue());
        }
        return DecimalNode.valueOf(value);
    }

    private JsonNode text(JsonNode schema, String name) {
        String format = schema.path("format").asText("");
        String value = switch (format) {
            case "date" -> "2025-01-01";
            case "date-time" -> "2025-01-01T00:00:00Z";
            case "time" -> "00:00:00Z";
            case "email" -> "demo@example.com";
            case "uri", "url" -> "https://example.com/";
            case "uuid" -> "00000000-0000-4000-8000-000000000000";
            default -> freeText(name.toLowerCase(Locale.ROOT));
        };
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        int least = schema.path("minLength").asInt(0);
        String cut = value.length() > most ? value.substring(0, Math.max(0, most)) : value;
        return TextNode.valueOf(cut.length() < least ? cut + "x".repeat(Math.min(least, 10_000) - cut.length()) : cut);
    }

    private String freeText(String name) {
        if (name.contains("expr") || name.contains("formula")) {
            String expression = DemoArithmetic.expressionIn(question);
            return expression.isEmpty() ? question : expression;
        }
        if (!quotes.isEmpty()) {
            return quotes.size() > 1 ? quotes.remove() : quotes.peek();
        }
        if (name.matches(".*(question|query|prompt|message|input).*") || names.isEmpty()) {
            return question;
        }
        return names.size() > 1 ? names.remove() : names.peek();
    }
}
