package io.github.responses4j.tool;

import io.github.responses4j.item.Content;
import io.github.responses4j.item.InputText;
import java.util.List;

/**
 * What a hosted tool gave back.
 *
 * @param content the parts for the model; a failure's message is a part too
 * @param failed whether the tool could not do its work
 */
public record ToolResult(List<Content> content, boolean failed) {
    /** Copies the list. */
    public ToolResult {
        content = List.copyOf(content);
    }

    /** A text. */
    public static ToolResult text(String text) {
        return new ToolResult(List.of(InputText.of(text)), false);
    }

    /** A failure that the model is told about, so that it can try otherwise. */
    public static ToolResult failure(String message) {
        return new ToolResult(List.of(InputText.of(message)), true);
    }
}
