package io.github.responses4j.backend;

import io.github.responses4j.item.Item;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backend is given for one sample.
 *
 * @param model the model's name
 * @param instructions the standing orders in force; null if there are none
 * @param context everything that the model is to see, oldest first; holds no {@code item_reference}
 * @param tools the tools on offer, those that the engine runs included
 * @param toolChoice which of them may or must be called in this sample
 * @param maxOutputTokens how many tokens this sample may have; null for no bound
 * @param stream whether the answer should come piece by piece
 * @param settings the caller's request, for sampling settings and unknown members; its input, tools and state are already above
 */
public record BackendRequest(
        String model,
        @Nullable String instructions,
        List<Item> context,
        List<Tool> tools,
        ToolChoice toolChoice,
        @Nullable Long maxOutputTokens,
        boolean stream,
        ResponseRequest settings) {
    /** Copies the lists. */
    public BackendRequest {
        context = List.copyOf(context);
        tools = List.copyOf(tools);
    }
}
