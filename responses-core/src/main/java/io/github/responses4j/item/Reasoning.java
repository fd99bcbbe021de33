package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.JsonShapeException.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model thought: a summary, the raw text, or an encrypted form that only its maker can read.
 *
 * @param json the item as on the wire
 */
public record Reasoning(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "reasoning";

    /** Checks that summary and content are lists of parts. */
    public Reasoning {
        checkList(json, "summary");
        checkList(json, "content");
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** The summary's parts, in order. */
    public List<Content> summary() {
        return Contents.of(json, "summary", true);
    }

    /** The raw reasoning's parts, in order; empty if the model does not show it. */
    public List<Content> content() {
        return Contents.of(json, "content", true);
    }

    /** The encrypted form, to be handed back unchanged; null if there is none. */
    public @Nullable String encryptedContent() {
        return json.string("encrypted_content");
    }

    private static void checkList(JsonObject json, String name) {
        int parts = json.count(name);
        if (parts >= 0) {
            Contents.checkParts(json, name, parts);
        } else if (!json.isAbsentOrNull(name)) {
            throw new JsonShapeException(name, Problem.WRONG_TYPE, "'" + name + "' must be a list of parts");
        }
    }
}
