package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A part of raw reasoning.
 *
 * @param json the part as on the wire
 */
public record ReasoningText(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "reasoning_text";

    /** Checks the text. */
    public ReasoningText {
        json.requireString("text");
    }

    /** A part of this text. */
    public static ReasoningText of(String text) {
        return new ReasoningText(JsonObject.ofType(TYPE).put("text", text).build());
    }

    /** The text. */
    public String text() {
        return json.requireString("text");
    }

    @Override
    public String plainText() {
        return text();
    }
}
