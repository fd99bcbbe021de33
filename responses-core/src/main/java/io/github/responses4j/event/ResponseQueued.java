package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;

/**
 * The response waits for a worker.
 *
 * @param json the event as on the wire
 */
public record ResponseQueued(JsonObject json) implements LifecycleEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.queued";

    /** An event with its number. */
    public static ResponseQueued of(long sequenceNumber, Response response) {
        return new ResponseQueued(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("response", response.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }
}
