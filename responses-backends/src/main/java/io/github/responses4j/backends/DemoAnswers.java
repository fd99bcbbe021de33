package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the demo model says. */
final class DemoAnswers {
    private static final int IGNORE_CASE = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    private static final Pattern FACT =
            Pattern.compile("\\bmy ([\\p{L} ]{1,40}?) (?:is|are) ([^.!?,;\\n]{1,100})", IGNORE_CASE);
    private static final Pattern NAME =
            Pattern.compile("\\b(?:[Ii] am|[Ii]'m|[Cc]all me|user's name is|user is called) (\\p{Lu}[\\p{L}'-]*)");
    private static final Pattern REMEMBER = Pattern.compile(
            "\\bremember (?:that )?(?:this |the |my )?(\\p{L}+)(?: is|:)? ?[\"“']?([\\p{L}\\p{N}-]+)", IGNORE_CASE);
    private static final Pattern ASKED = Pattern.compile(
            "\\b(?:what(?:'s| is| are| was| were)|who is|tell me|do you (?:know|remember)|recall|say)\\b.*?\\bmy ([\\p{L} ]{1,40})",
            IGNORE_CASE);
    private static final Pattern WHICH =
            Pattern.compile("\\b(?:what|which) (?:was the |is the )?(\\p{L}+)", IGNORE_CASE);
    private static final Pattern REPEAT = Pattern.compile(
            "^(?:please )?(?:say|repeat|reply with|respond with|answer with|echo)(?: exactly| only| just)*(?: the words?)?:? (.+)$",
            IGNORE_CASE | Pattern.DOTALL);
    private static final Pattern COUNT =
            Pattern.compile("\\bcount (?:from (\\d{1,4}) )?(?:up )?to (\\d{1,4})\\b", IGNORE_CASE);
    private static final Pattern SUMMARISE =
            Pattern.compile("^(?:please )?summari[sz]e (?:the|this|our) conversation\\b", IGNORE_CASE);
    private static final Pattern GREETING =
            Pattern.compile("^(?:hello|hi|hey|good (?:morning|evening|afternoon|day))\\b.{0,20}$", IGNORE_CASE);
    private static final Pattern FOLLOW_UP = Pattern.compile(
            "\\b(add|plus|subtract|minus|multiply|times|divide)\\b(?: (?:it|that|this|the result))?(?: by| to| from)? ?(-?\\d+(?:\\.\\d+)?)",
            IGNORE_CASE);
    private static final Pattern LAST_NUMBER = Pattern.compile("(-?\\d+(?:\\.\\d+)?)(?!.*\\d)", Pattern.DOTALL);
    private static final Pattern OWN_NAME =
            Pattern.compile("\\b(?:your name is|you are called|you are named) (\\p{L}+)", IGNORE_CASE);

    private DemoAnswers() {}

    static String answer(BackendRequest request, DemoConversation conversation) {
        JsonObject format = request.settings().textFormat();
        String type = format == null ? "text" : format.string("type", "text");
        if (format != null && type.equals("json_schema")) {
            JsonObject schema = format.object("schema");
            String basis = conversation.question() + results(conversation);
            return new DemoSchema(basis, "")
                    .instance(schema == null ? JsonObject.EMPTY : schema)
                    .toString();
        }
        String plain = plain(conversation);
        if (type.equals("json_object")) {
            return JsonObject.builder().put("answer", plain).build().toString();
        }
        return obeying(conversation.orders(), plain);
    }

    private static String plain(DemoConversation conversation) {
        if (!conversation.results().isEmpty()) {
            return results(conversation).strip();
        }
        String question = conversation.question().strip();
        if (question.isEmpty()) {
            return "I have not been asked anything yet.";
        }
        for (Answer way : WAYS) {
            String answer = way.to(question, conversation);
            if (answer != null) {
                return answer;
            }
        }
        return (question.endsWith("?") ? "You asked: \"" : "You said: \"") + question
                + "\" I am the demo model and know no more than that.";
    }

    private static final List<Answer> WAYS = List.of(
            DemoAnswers::summarised,
            DemoAnswers::repeated,
            DemoAnswers::counted,
            DemoAnswers::computed,
            DemoAnswers::capital,
            DemoAnswers::recalled,
            DemoAnswers::told,
            DemoAnswers::greeted);

    /** One thing that the model can do. */
    @FunctionalInterface
    private interface Answer {
        @Nullable
        String to(String question, DemoConversation conversation);
    }

    private static String results(DemoConversation conversation) {
        List<String> sentences = new ArrayList<>();
        for (DemoConversation.Result result : conversation.results()) {
            String output = result.output().strip();
            sentences.add(" " + result.tool() + " says: " + (output.isEmpty() ? "nothing" : output)
                    + (output.endsWith(".") ? "" : "."));
        }
        return String.join("", sentences);
    }

    private static @Nullable String summarised(String question, DemoConversation conversation) {
        if (!SUMMARISE.matcher(question).find()) {
            return null;
        }
        List<String> told = conversation.told().subList(0, conversation.told().size() - 1);
        return told.isEmpty() ? "Nothing was said." : "The user said: " + String.join("\n", told);
    }

    private static @Nullable String repeated(String question, DemoConversation conversation) {
        Matcher match = REPEAT.matcher(question);
        if (!match.find() || ASKED.matcher(question).find()) {
            return null;
        }
        String text = match.group(1).strip();
        boolean quoted = text.length() > 1 && "\"'“".indexOf(text.charAt(0)) >= 0;
        return quoted ? text.replaceAll("^[\"'“]|[\"'”][.!]?$", "") : text;
    }

    private static @Nullable String counted(String question, DemoConversation conversation) {
        Matcher match = COUNT.matcher(question);
        if (!match.find()) {
            return null;
        }
        int from = match.group(1) == null ? 1 : Integer.parseInt(match.group(1));
        int to = Integer.parseInt(match.group(2));
        return from > to
                ? null
                : IntStream.rangeClosed(from, to).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    private static @Nullable String computed(String question, DemoConversation conversation) {
        String expression = DemoArithmetic.expressionIn(question);
        Matcher more = FOLLOW_UP.matcher(question);
        if (expression.isEmpty() && more.find() && !conversation.answered().isEmpty()) {
            List<String> answered = conversation.answered();
            Matcher last = LAST_NUMBER.matcher(answered.get(answered.size() - 1));
            if (last.find()) {
                String sign = switch (more.group(1).toLowerCase(Locale.ROOT)) {
                    case "add", "plus" -> " + ";
                    case "subtract", "minus" -> " - ";
                    case "divide" -> " / ";
                    default -> " * ";
                };
                expression = last.group(1) + sign + more.group(2);
            }
        }
        if (expression.isEmpty()) {
            return null;
        }
        BigDecimal value = DemoArithmetic.value(expression);
        return value == null ? expression + " has no value." : expression + " = " + DemoArithmetic.plain(value) + ".";
    }

    private static @Nullable String capital(String question, DemoConversation conversation) {
        boolean asked = question.toLowerCase(Locale.ROOT).contains("capital");
        List<String> told = conversation.told();
        boolean again = told.size() > 1
                && question.toLowerCase(Locale.ROOT).matches("(?:and|what about|how about)\\b.*")
                && told.get(told.size() - 2).toLowerCase(Locale.ROOT).contains("capital");
        return asked || again ? DemoCapitals.sentence(question) : null;
    }

    private static @Nullable String recalled(String question, DemoConversation conversation) {
        Map<String, String> facts = facts(conversation);
        String lower = question.toLowerCase(Locale.ROOT);
        if (lower.contains("your name") || lower.contains("who are you")) {
            Matcher own = OWN_NAME.matcher(conversation.orders());
            return "My name is " + (own.find() ? own.group(1) : "Demo") + ".";
        }
        Matcher asked = ASKED.matcher(question);
        if (asked.find() || lower.contains("who am i")) {
            String thing = lower.contains("who am i") ? "name" : thing(asked.group(1));
            String value = facts.get(thing);
            return value == null ? "You have not told me your " + thing + "." : "Your " + thing + " is " + value + ".";
        }
        Matcher which = WHICH.matcher(question);
        if (which.find() && lower.contains("remember")) {
            String value = facts.get(which.group(1).toLowerCase(Locale.ROOT));
            return value == null ? null : "The " + which.group(1).toLowerCase(Locale.ROOT) + " is " + value + ".";
        }
        return null;
    }

    private static @Nullable String told(String question, DemoConversation conversation) {
        Map<String, String> facts = new LinkedHashMap<>();
        collect(question, facts);
        if (facts.isEmpty() || question.endsWith("?")) {
            return null;
        }
        String name = facts.get("name");
        return name != null ? "Nice to meet you, " + name + "!" : "I will remember that.";
    }

    private static @Nullable String greeted(String question, DemoConversation conversation) {
        if (!GREETING.matcher(question).find()) {
            return null;
        }
        String name = facts(conversation).get("name");
        return "Hello" + (name == null ? "" : ", " + name) + "! How can I help you?";
    }

    private static Map<String, String> facts(DemoConversation conversation) {
        Map<String, String> facts = new LinkedHashMap<>();
        collect(conversation.orders(), facts);
        conversation.told().forEach(text -> collect(text, facts));
        return facts;
    }

    private static void collect(String text, Map<String, String> facts) {
        for (Matcher named = NAME.matcher(text); named.find(); ) {
            facts.put("name", named.group(1));
        }
        for (Matcher kept = REMEMBER.matcher(text); kept.find(); ) {
            facts.put(kept.group(1).toLowerCase(Locale.ROOT), kept.group(2));
        }
        for (Matcher fact = FACT.matcher(text); fact.find(); ) {
            String before = text.substring(0, fact.start()).toLowerCase(Locale.ROOT);
            if (!before.matches("(?s).*\\b(?:what|who|is|was)\\s*$")) {
                facts.put(
                        thing(fact.group(1)),
                        fact.group(2)
                                .replaceAll("(?i)\\s+and (?:i|my|what|who)\\b.*", "")
                                .strip());
            }
        }
    }

    private static String thing(String words) {
        return words.toLowerCase(Locale.ROOT).strip().replaceAll("\\s+(?:is|again|please|now|then)$", "");
    }

    private static String obeying(String orders, String answer) {
        String lower = orders.toLowerCase(Locale.ROOT);
        String said = answer;
        if (lower.contains("pirate")) {
            said = "Arr! " + said;
        }
        if (lower.matches("(?s).*\\b(?:upper ?-?case|capital letters|all caps)\\b.*")) {
            said = said.toUpperCase(Locale.ROOT);
        } else if (lower.matches("(?s).*\\blower ?-?case\\b.*")) {
            said = said.toLowerCase(Locale.ROOT);
        }
        Matcher end = Pattern.compile(
                        "\\b(?:end|finish)\\b.{0,40}\\bwith[:]? [\"“']([^\"”']{1,100})[\"”']", IGNORE_CASE)
                .matcher(orders);
        return end.find() ? said + " " + end.group(1) : said;
    }
}
