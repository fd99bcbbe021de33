package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A part of a reasoning summary.
 *
 * @param json the part as on the wire
 */
public record SummaryText(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "summary_text";

    /** Checks the text. */
    public SummaryText {
        json.requireString("text");
    }

    /** A part of this text. */
    public static SummaryText of(String text) {
        return new SummaryText(JsonObject.ofType(TYPE).put("text", text).build());
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
