package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which tools the demo model calls: those that the question names, or that it must. */
final class DemoTools {
    private static final Pattern BOUNDARY = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    /** Words in names of tools that say nothing about what the tool is for. */
    private static final Set<String> EMPTY_WORDS = Set.of(
            "a",
            "an",
            "the",
            "get",
            "set",
            "do",
            "run",
            "my",
            "of",
            "for",
            "in",
            "to",
            "by",
            "is",
            "it",
            "at",
            "on",
            "and",
            "or",
            "what",
            "tool",
            "function",
            "call",
            "fetch",
            "current",
            "demo",
            "mcp",
            "api",
            "use",
            "user",
            "make");

    private DemoTools() {}

    /**
     * A call to be made.
     *
     * @param id the call's id
     * @param name the tool's name
     * @param custom whether it is a custom tool
     * @param payload what the tool is given
     */
    record Call(String id, String name, boolean custom, String payload) {}

    static List<Call> calls(BackendRequest request, DemoConversation conversation) {
        if (!conversation.results().isEmpty()) {
            return List.of();
        }
        List<Call> calls = new ArrayList<>();
        for (Tool tool : chosen(request, conversation.question())) {
            String id = "call_demo_" + (conversation.calls() + calls.size() + 1);
            calls.add(call(id, tool, conversation.question()));
        }
        boolean single = Boolean.FALSE.equals(request.settings().json().bool("parallel_tool_calls"));
        return single && calls.size() > 1 ? calls.subList(0, 1) : calls;
    }

    private static List<Tool> chosen(BackendRequest request, String question) {
        ToolChoice choice = request.toolChoice();
        if (choice.mode().equals(ToolChoice.NONE.mode())) {
            return List.of();
        }
        List<String> allowed = choice.allowedNames();
        List<Tool> offered = request.tools().stream()
                .filter(tool -> tool instanceof FunctionTool || tool instanceof CustomTool)
                .filter(tool -> allowed == null || allowed.contains(name(tool)))
                .toList();
        JsonObject json = choice.json();
        String forced = json == null || allowed != null ? null : json.string("name");
        if (forced != null) {
            return offered.stream()
                    .filter(tool -> name(tool).equals(forced))
                    .limit(1)
                    .toList();
        }
        Set<String> words = Set.of(wordsOf(question));
        List<Tool> named = offered.stream()
                .filter(tool -> names(question, words, name(tool)))
                .toList();
        boolean must = choice.mode().equals(ToolChoice.REQUIRED.mode());
        return named.isEmpty() && must ? offered.stream().limit(1).toList() : named;
    }

    private static boolean names(String question, Set<String> words, String tool) {
        if (question.toLowerCase(Locale.ROOT).contains(tool.toLowerCase(Locale.ROOT))) {
            return true;
        }
        for (String part : wordsOf(tool)) {
            if (!EMPTY_WORDS.contains(part) && words.stream().anyMatch(word -> alike(word, part))) {
                return true;
            }
        }
        return false;
    }

    // Equal, or two forms of one word: calculate and calculator, multiply and multiplied.
    private static boolean alike(String one, String other) {
        int shared = 0;
        int shorter = Math.min(one.length(), other.length());
        while (shared < shorter && one.charAt(shared) == other.charAt(shared)) {
            shared++;
        }
        int longer = Math.max(one.length(), other.length());
        return shared == longer
                || (shared >= 4 && shared == shorter && longer - shorter <= 1)
                || (shared >= 6 && shared >= shorter - 2 && longer - shared <= 4);
    }

    private static String[] wordsOf(String text) {
        return BOUNDARY.splitAsStream(text)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }

    private static Call call(String id, Tool tool, String question) {
        String name = name(tool);
        if (tool instanceof FunctionTool function) {
            JsonObject schema = function.parameters();
            JsonObject arguments = new DemoSchema(question, name).arguments(schema == null ? JsonObject.EMPTY : schema);
            return new Call(id, name, false, arguments.toString());
        }
        return new Call(id, name, true, question);
    }

    private static String name(Tool tool) {
        return tool.json().string("name", "");
    }
}
