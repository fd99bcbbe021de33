package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.McpCall;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.item.ToolCallOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the demo model takes from a conversation.
 *
 * @param orders the standing orders: instructions, system and developer messages
 * @param told what the user said, oldest first, the question included
 * @param answered what the model said, oldest first
 * @param question the last message of the user's; empty if there is none
 * @param results what tools gave back since then, with the tools' names
 * @param calls how many calls the conversation has
 */
record DemoConversation(
        String orders, List<String> told, List<String> answered, String question, List<Result> results, int calls) {
    /** How many characters of a text are looked at: the patterns are not made for books. */
    private static final int MAX_TEXT = 4_000;

    /**
     * What a tool gave back.
     *
     * @param tool the tool's name
     * @param output what it gave
     */
    record Result(String tool, String output) {}

    static DemoConversation of(BackendRequest request) {
        StringBuilder orders = new StringBuilder();
        orders.append(request.instructions() == null ? "" : request.instructions());
        List<String> told = new ArrayList<>();
        List<String> answered = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        for (Item item : request.context()) {
            if (item instanceof Message message) {
                switch (message.role()) {
                    case USER -> {
                        told.add(bounded(message.text()));
                        results.clear();
                    }
                    case ASSISTANT -> answered.add(bounded(message.text()));
                    case SYSTEM, DEVELOPER -> orders.append('\n').append(message.text());
                }
            } else if (item instanceof ToolCall call) {
                names.put(call.callId(), call.name());
            } else if (item instanceof ToolCallOutput output) {
                results.add(new Result(names.getOrDefault(output.callId(), "tool"), output.text()));
            } else if (item instanceof McpCall call) {
                String output = call.output();
                results.add(new Result(call.name(), output == null ? "an error" : output));
            }
        }
        String question = told.isEmpty() ? "" : told.get(told.size() - 1);
        return new DemoConversation(
                bounded(orders.toString()),
                List.copyOf(told),
                List.copyOf(answered),
                question,
                List.copyOf(results),
                names.size());
    }

    /** What an item has for a reader. */
    static String textOf(Item item) {
        if (item instanceof Message message) {
            return message.text();
        }
        if (item instanceof FunctionCall call) {
            return call.arguments();
        }
        if (item instanceof CustomToolCall call) {
            return call.input();
        }
        if (item instanceof ToolCallOutput output) {
            return output.text();
        }
        return "";
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
