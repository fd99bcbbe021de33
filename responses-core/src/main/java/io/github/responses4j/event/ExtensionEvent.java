package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * An event of a kind that this version does not know, kept whole.
 *
 * @param json the event as on the wire; has a type
 */
public record ExtensionEvent(JsonObject json) implements ResponseEvent {
    /** Checks that there is a type. */
    public ExtensionEvent {
        json.requireString("type");
    }

    @Override
    public String type() {
        return json.requireString("type");
    }
}
