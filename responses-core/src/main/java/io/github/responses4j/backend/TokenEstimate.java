package io.github.responses4j.backend;

import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.InputFile;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.tool.Tool;
import java.util.List;
import java.util.Objects;

/** What things amount to where no model's own rules are known. */
final class TokenEstimate {
    static final TokenCounter COUNTER = (model, text) -> (utf8Length(text) + 3) / 4;

    private static final long ITEM = 4;
    private static final long TOOL = 8;
    private static final long IMAGE = 765;
    private static final long SMALL_IMAGE = 85;

    private TokenEstimate() {}

    static long item(TokenCounter counter, String model, Item item) {
        if (item instanceof Message message) {
            return ITEM + parts(counter, model, message.content());
        }
        if (item instanceof ToolCall call) {
            return ITEM + counter.text(model, call.name()) + counter.text(model, call.payload());
        }
        if (item instanceof FunctionCallOutput output) {
            return ITEM + parts(counter, model, output.output());
        }
        if (item instanceof CustomToolCallOutput output) {
            return ITEM + parts(counter, model, output.output());
        }
        if (item instanceof Reasoning reasoning) {
            long thought = reasoning.content().isEmpty()
                    ? counter.text(model, Objects.requireNonNullElse(reasoning.encryptedContent(), ""))
                    : parts(counter, model, reasoning.content());
            return ITEM + thought + parts(counter, model, reasoning.summary());
        }
        if (item instanceof Compaction compaction) {
            return ITEM + counter.text(model, compaction.encryptedContent());
        }
        return ITEM + counter.text(model, item.json().without("id").toString());
    }

    static long tool(TokenCounter counter, String model, Tool tool) {
        return TOOL + counter.text(model, tool.json().toString());
    }

    private static long parts(TokenCounter counter, String model, List<Content> parts) {
        long tokens = 0;
        for (Content part : parts) {
            if (part instanceof InputImage image) {
                tokens += "low".equals(image.json().string("detail")) ? SMALL_IMAGE : IMAGE;
            } else if (part instanceof InputFile) {
                tokens += IMAGE;
            } else {
                tokens += counter.text(model, part.plainText());
            }
        }
        return tokens;
    }

    private static long utf8Length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // The two halves of a character beyond the basic plane make four bytes together.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
