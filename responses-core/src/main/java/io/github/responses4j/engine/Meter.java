package io.github.responses4j.engine;

import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.tool.Tool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one model is shown.
 *
 * @param counter knows what a token is
 * @param model the model's name; empty if the request names none
 */
record Meter(TokenCounter counter, String model) {
    /** The tokens of everything but the context: instructions, tools, and the schema of the answer. */
    long frame(@Nullable String instructions, List<Tool> tools, ResponseRequest settings) {
        long tokens = instructions == null ? 0 : counter.text(model, instructions);
        for (Tool tool : tools) {
            tokens += counter.tool(model, tool);
        }
        JsonObject format = settings.textFormat();
        if (format != null && !"text".equals(format.string("type"))) {
            tokens += counter.text(model, format.toString());
        }
        return tokens;
    }

    /** The tokens of a context. */
    long items(List<Item> context) {
        long tokens = 0;
        for (Item item : context) {
            tokens += item(item);
        }
        return tokens;
    }

    long item(Item item) {
        return counter.item(model, item);
    }
}
