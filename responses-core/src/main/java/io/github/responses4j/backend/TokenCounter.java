package io.github.responses4j.backend;

import io.github.responses4j.item.Item;
import io.github.responses4j.tool.Tool;

/**
 * Counts tokens: to see whether a context fits a model's window, whether it is to be compacted, and for callers who ask.
 *
 * <p>What a model is shown counts as the sum of its parts: the instructions by {@link #text}, each item by {@link #item}, each tool by
 * {@link #tool}, the schema of a text format by {@link #text}. A counter that only knows texts, such as a tokenizer, needs {@link #text}
 * alone. Safe from any thread; called often and expected to return soon; never negative, and the same for the same input.
 */
@FunctionalInterface
public interface TokenCounter {
    /**
     * The tokens of a text.
     *
     * @param model the model's name as the request has it
     * @param text any text, the empty one included
     */
    long text(String model, String text);

    /**
     * The tokens of an item: unless said otherwise its texts and what a tool is called with or gave back, by {@link #text}, 4 for being an
     * item, and 765 for each image and each file, 85 for an image that asks for little detail.
     *
     * @param model the model's name as the request has it
     * @param item what the model is shown
     */
    default long item(String model, Item item) {
        return TokenEstimate.item(this, model, item);
    }

    /**
     * The tokens of a tool on offer: unless said otherwise its definition, by {@link #text}, and 8 for being a tool.
     *
     * @param model the model's name as the request has it
     * @param tool the tool
     */
    default long tool(String model, Tool tool) {
        return TokenEstimate.tool(this, model, tool);
    }

    /**
     * A counter that knows no model's tokenizer: a token is four bytes of UTF-8, begun ones included. An estimate: within about a quarter
     * of the truth for English prose, further off for code, numbers and some scripts.
     */
    static TokenCounter estimate() {
        return TokenEstimate.COUNTER;
    }
}
