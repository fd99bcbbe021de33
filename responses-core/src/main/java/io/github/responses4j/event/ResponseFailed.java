package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;

/**
 * The response ended by an error.
 *
 * @param json the event as on the wire
 */
public record ResponseFailed(JsonObject json) implements LifecycleEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.failed";

    /** An event with its number. */
    public static ResponseFailed of(long sequenceNumber, Response response) {
        return new ResponseFailed(JsonObject.ofType(TYPE)
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
