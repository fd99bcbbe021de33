package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * Text for the model.
 *
 * @param json the part as on the wire
 */
public record InputText(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "input_text";

    /** Checks the text. */
    public InputText {
        json.requireString("text");
    }

    /** A part of this text. */
    public static InputText of(String text) {
        return new InputText(JsonObject.ofType(TYPE).put("text", text).build());
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
