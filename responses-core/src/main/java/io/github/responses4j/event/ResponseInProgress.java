package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;

/**
 * Work has begun.
 *
 * @param json the event as on the wire
 */
public record ResponseInProgress(JsonObject json) implements LifecycleEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.in_progress";

    /** An event with its number. */
    public static ResponseInProgress of(long sequenceNumber, Response response) {
        return new ResponseInProgress(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("response", response.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }
}
