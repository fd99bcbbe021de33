package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;

/**
 * The response exists; always the first event.
 *
 * @param json the event as on the wire
 */
public record ResponseCreated(JsonObject json) implements LifecycleEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.created";

    /** An event with its number. */
    public static ResponseCreated of(long sequenceNumber, Response response) {
        return new ResponseCreated(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("response", response.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }
}
