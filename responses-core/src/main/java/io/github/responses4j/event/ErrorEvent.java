package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The run has failed; {@link ResponseFailed} follows. Carries its members flat and once more under {@code error}, because clients read
 * the one or the other.
 *
 * @param json the event as on the wire
 */
public record ErrorEvent(JsonObject json) implements ResponseEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "error";

    /** An event with its number. */
    public static ErrorEvent of(long sequenceNumber, String errorType, @Nullable String code, String message) {
        return new ErrorEvent(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("code", code)
                .put("message", message)
                .putNull("param")
                .put(
                        "error",
                        JsonObject.ofType(errorType)
                                .put("code", code)
                                .put("message", message)
                                .putNull("param")
                                .build())
                .build());
    }

    /** What happened, for a person. */
    public String message() {
        JsonObject nested = json.object("error");
        return json.string("message", nested == null ? "" : nested.string("message", ""));
    }

    @Override
    public String type() {
        return TYPE;
    }
}
