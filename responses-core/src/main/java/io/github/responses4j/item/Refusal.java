package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * The model's refusal to answer, in its own words.
 *
 * @param json the part as on the wire
 */
public record Refusal(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "refusal";

    /** Checks the text. */
    public Refusal {
        json.requireString("refusal");
    }

    /** A part of this text. */
    public static Refusal of(String text) {
        return new Refusal(JsonObject.ofType(TYPE).put("refusal", text).build());
    }

    /** The text. */
    public String text() {
        return json.requireString("refusal");
    }

    @Override
    public String plainText() {
        return text();
    }
}
