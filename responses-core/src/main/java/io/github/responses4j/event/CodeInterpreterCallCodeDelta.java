package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The code that a server is going to run has grown.
 *
 * @param sequenceNumber the event's number in its stream
 * @param place where it has grown
 * @param delta by what it has grown
 * @param rest further members
 */
public record CodeInterpreterCallCodeDelta(long sequenceNumber, Place place, String delta, JsonObject rest)
        implements DeltaEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.code_interpreter_call_code.delta";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public @Nullable String indexName() {
        return null;
    }
}
