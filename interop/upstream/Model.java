import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said, as a function of the request alone. */
final class Model {
    private static final Map<String, String> CAPITALS = Map.ofEntries(
            Map.entry("germany", "Berlin"),
            Map.entry("france", "Paris"),
            Map.entry("italy", "Rome"),
            Map.entry("japan", "Tokyo"),
            Map.entry("norway", "Oslo"));
    private static final Map<String, String> TIME_ZONES = Map.ofEntries(
            Map.entry("berlin", "Europe/Berlin"),
            Map.entry("paris", "Europe/Paris"),
            Map.entry("rome", "Europe/Rome"),
            Map.entry("tokyo", "Asia/Tokyo"),
            Map.entry("oslo", "Europe/Oslo"));
    private static final Pattern NAME_TOLD = Pattern.compile("(?i)my name is (\\p{L}+)");
    private static final Pattern SUM = Pattern.compile("(-?\\d+(?:\\.\\d+)?)\\s*([-+*x/])\\s*(-?\\d+(?:\\.\\d+)?)");
    private static final Pattern COUNT = Pattern.compile("(?i)count to (\\d+)");
    private static final Pattern CAPITAL_OF = Pattern.compile("(?i)capital(?: city)? of (\\p{L}+)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final Map<String, Object> request;
    private final List<Object> messages;
    private final String question;

    Model(Map<String, Object> request) {
        this.request = request;
        this.messages = Json.list(request.get("messages"));
        this.question = texts("user").stream().reduce("", (earlier, last) -> last);
    }

    Answer answer() {
        String reasoning = Json.string(request.get("model")).contains("reason")
                ? "The question is \"" + question + "\". I answer it."
                : "";
        if (question.toLowerCase(Locale.ROOT).contains("forbidden")) {
            return new Answer(reasoning, "", "I cannot help with that.", List.of(), "stop");
        }
        List<Answer.Call> calls = calls();
        if (!calls.isEmpty()) {
            return new Answer(reasoning, "", "", calls, "tool_calls");
        }
        return limited(reasoning, formatted(plainText()));
    }

    private Answer limited(String reasoning, String text) {
        Object limit = request.getOrDefault("max_completion_tokens", request.get("max_tokens"));
        List<String> tokens = Answer.words(text);
        if (!(limit instanceof Number number) || tokens.size() <= number.intValue()) {
            return new Answer(reasoning, text, "", List.of(), "stop");
        }
        return new Answer(reasoning, String.join("", tokens.subList(0, number.intValue())), "", List.of(), "length");
    }

    private String plainText() {
        List<String> results = toolResults();
        if (!results.isEmpty()) {
            return "The tools answered: " + String.join("; ", results);
        }
        String lower = question.toLowerCase(Locale.ROOT);
        if (lower.contains("my name?")) {
            Matcher told = NAME_TOLD.matcher(String.join("\n", texts("user")));
            String name = told.results().map(match -> match.group(1)).reduce("", (earlier, last) -> last);
            return name.isEmpty() ? "You have not told me your name." : "Your name is " + name + ".";
        }
        if (lower.contains("your instructions?")) {
            String instructions = String.join("\n", texts("system")) + String.join("\n", texts("developer"));
            return instructions.isEmpty() ? "I have no instructions." : "My instructions are: " + instructions;
        }
        Matcher told = NAME_TOLD.matcher(question);
        if (told.find()) {
            return "Nice to meet you, " + told.group(1) + ".";
        }
        Matcher sum = SUM.matcher(question);
        if (sum.find()) {
            return sum.group().strip() + " = " + Json.number(result(sum));
        }
        Matcher count = COUNT.matcher(question);
        if (count.find()) {
            List<String> numbers = new ArrayList<>();
            for (int i = 1; i <= Math.min(1000, Integer.parseInt(count.group(1))); i++) {
                numbers.add(Integer.toString(i));
            }
            return String.join(" ", numbers);
        }
        Matcher capital = CAPITAL_OF.matcher(question);
        if (capital.find() && CAPITALS.containsKey(capital.group(1).toLowerCase(Locale.ROOT))) {
            return "The capital of " + capital.group(1) + " is " + capital() + ".";
        }
        if (lower.contains("haiku")) {
            return "Small words in a row,\none upstream says them slowly.\nThe stream finds its end.";
        }
        return "You asked: " + question;
    }

    private String capital() {
        Matcher capital = CAPITAL_OF.matcher(question);
        return capital.find() ? CAPITALS.getOrDefault(capital.group(1).toLowerCase(Locale.ROOT), "") : "";
    }

    private static double result(Matcher sum) {
        double left = Double.parseDouble(sum.group(1));
        double right = Double.parseDouble(sum.group(3));
        return switch (sum.group(2)) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "/" -> left / right;
            default -> left * right;
        };
    }

    /** The outputs that stand after the last question: the model has them to answer from. */
    private List<String> toolResults() {
        List<String> results = new ArrayList<>();
        for (Object message : messages) {
            String role = Json.string(Json.object(message).get("role"));
            if (role.equals("user")) {
                results.clear();
            } else if (role.equals("tool")) {
                results.add(text(Json.object(message).get("content")));
            }
        }
        return results;
    }

    private List<String> texts(String role) {
        return messages.stream()
                .filter(message -> role.equals(Json.object(message).get("role")))
                .map(message -> text(Json.object(message).get("content")))
                .toList();
    }

    private List<Answer.Call> calls() {
        Object choice = request.get("tool_choice");
        List<Map<String, Object>> offered = Json.list(request.get("tools")).stream()
                .map(tool -> Json.object(Json.object(tool).get("function")))
                .toList();
        if (offered.isEmpty() || "none".equals(choice) || !toolResults().isEmpty()) {
            return List.of();
        }
        Object forced = Json.object(Json.object(choice).get("function")).get("name");
        List<Map<String, Object>> wanted = offered.stream()
                .filter(tool ->
                        forced == null ? isNamed(Json.string(tool.get("name"))) : forced.equals(tool.get("name")))
                .toList();
        if (wanted.isEmpty() && "required".equals(choice)) {
            wanted = offered.subList(0, 1);
        }
        if (Boolean.FALSE.equals(request.get("parallel_tool_calls")) && wanted.size() > 1) {
            wanted = wanted.subList(0, 1);
        }
        return wanted.stream()
                .map(tool -> new Answer.Call(
                        "call_" + NEXT_ID.incrementAndGet(),
                        Json.string(tool.get("name")),
                        Json.write(instance(tool.get("parameters"), Json.object(tool.get("parameters"))))))
                .toList();
    }

    /** Whether the question holds the tool's name or one of the words in it, as in "what time is it" for get_time. */
    private boolean isNamed(String tool) {
        String lower = question.toLowerCase(Locale.ROOT);
        for (String word : tool.toLowerCase(Locale.ROOT).split("[_-]")) {
            if (word.length() > 3
                    && Pattern.compile("\\b" + Pattern.quote(word) + "\\b")
                            .matcher(lower)
                            .find()) {
                return true;
            }
        }
        return lower.contains(tool.toLowerCase(Locale.ROOT));
    }

    private String formatted(String text) {
        Map<String, Object> format = Json.object(request.get("response_format"));
        if ("json_object".equals(format.get("type"))) {
            return Json.write(Json.of("answer", text));
        }
        if ("json_schema".equals(format.get("type"))) {
            Map<String, Object> schema =
                    Json.object(Json.object(format.get("json_schema")).get("schema"));
            return Json.write(instance(schema, schema));
        }
        return text;
    }

    /** The smallest value that the schema allows, filled from the question where a property's name says how. */
    private Object instance(Object schema, Map<String, Object> root) {
        return instance("", Json.object(schema), root);
    }

    private Object instance(String name, Map<String, Object> schema, Map<String, Object> root) {
        if (schema.get("$ref") instanceof String reference) {
            Object target = root;
            for (String step : reference.replaceFirst("^#/?", "").split("/")) {
                target = step.isEmpty() ? target : Json.object(target).get(step);
            }
            return instance(name, Json.object(target), root);
        }
        for (String union : List.of("anyOf", "oneOf", "allOf")) {
            if (!Json.list(schema.get(union)).isEmpty()) {
                return instance(name, Json.object(Json.list(schema.get(union)).get(0)), root);
            }
        }
        if (schema.containsKey("const")) {
            return schema.get("const");
        }
        if (!Json.list(schema.get("enum")).isEmpty()) {
            return Json.list(schema.get("enum")).get(0);
        }
        Object type =
                schema.get("type") instanceof List<?> types && !types.isEmpty() ? types.get(0) : schema.get("type");
        return switch (Json.string(type)) {
            case "string" -> word(name);
            case "integer" -> (long) figure();
            case "number" -> figure();
            case "boolean" -> true;
            case "null" -> null;
            case "array" -> new ArrayList<>(List.of(instance(name, Json.object(schema.get("items")), root)));
            default -> {
                Map<String, Object> properties = new LinkedHashMap<>();
                Json.object(schema.get("properties"))
                        .forEach((key, value) -> properties.put(key, instance(key, Json.object(value), root)));
                yield properties;
            }
        };
    }

    private double figure() {
        Matcher sum = SUM.matcher(question);
        if (sum.find()) {
            return result(sum);
        }
        Matcher number = NUMBER.matcher(question);
        return number.find() ? Double.parseDouble(number.group()) : 0;
    }

    private String word(String property) {
        Matcher place = Pattern.compile("\\b(?:in|of) (\\p{Lu}\\p{L}+)").matcher(question);
        String named = place.find() ? place.group(1) : "";
        return switch (property) {
            case "timezone" -> TIME_ZONES.getOrDefault(named.toLowerCase(Locale.ROOT), "UTC");
            case "city", "location", "place", "capital" -> capital().isEmpty() ? named : capital();
            case "country" -> named;
            default -> plainText();
        };
    }

    /** A content value, string or parts, as text; a part that is no text stands as its type in brackets. */
    static String text(Object content) {
        if (content instanceof String string) {
            return string;
        }
        List<String> parts = new ArrayList<>();
        for (Object part : Json.list(content)) {
            String type = Json.string(Json.object(part).get("type"));
            parts.add(type.equals("text") ? Json.string(Json.object(part).get("text")) : "[" + type + "]");
        }
        return String.join("\n", parts);
    }
}
