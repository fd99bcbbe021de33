package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;

/**
 * The response ended early, with usable output.
 *
 * @param json the event as on the wire
 */
public record ResponseIncomplete(JsonObject json) implements LifecycleEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.incomplete";

    /** An event with its number. */
    public static ResponseIncomplete of(long sequenceNumber, Response response) {
        return new ResponseIncomplete(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("response", response.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean isTerminal() {
        return true;
    }
}
