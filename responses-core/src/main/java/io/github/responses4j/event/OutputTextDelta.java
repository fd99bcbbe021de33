package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model's text has grown.
 *
 * @param sequenceNumber the event's number in its stream
 * @param place where it has grown
 * @param delta by what it has grown
 * @param rest further members
 */
public record OutputTextDelta(long sequenceNumber, Place place, String delta, JsonObject rest) implements DeltaEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.output_text.delta";

    /** The further members of a delta without log probabilities: clients demand the list even when it is empty. */
    public static final JsonObject NO_LOGPROBS =
            JsonObject.builder().put("logprobs", List.<JsonObject>of()).build();

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public @Nullable String indexName() {
        return "content_index";
    }
}
