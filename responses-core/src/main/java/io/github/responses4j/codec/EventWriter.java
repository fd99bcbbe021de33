package io.github.responses4j.codec;

import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.ReasoningTextDelta;
import io.github.responses4j.event.ReasoningTextDone;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes events to the wire, exactly. Deltas, which are nearly all of a stream, are put together from fixed pieces; everything else is
 * written as the JSON that it is. Safe from any thread; a buffer is for one.
 */
public final class EventWriter {
    /** Reasoning events as Open Responses names them. */
    private static final Map<String, String> OPEN_NAMES = Map.of(
            ReasoningTextDelta.TYPE, "response.reasoning.delta", ReasoningTextDone.TYPE, "response.reasoning.done");

    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Profile profile;

    /** A writer that follows a profile. */
    public EventWriter(Profile profile) {
        this.profile = profile;
    }

    /** The event's name on the wire, in this profile. */
    public String type(ResponseEvent event) {
        String type = event.type();
        return profile.openReasoningNames() ? OPEN_NAMES.getOrDefault(type, type) : type;
    }

    /** Appends an event as a JSON object. */
    public void json(ResponseEvent event, WireBuffer out) {
        String type = type(event);
        if (event instanceof DeltaEvent delta) {
            delta(type, delta, out);
            return;
        }
        JsonObject json = event.json();
        out.raw((type.equals(event.type()) ? json : json.with("type", type)).toBytes());
    }

    /** Appends an event as a server-sent event: one frame, whole. */
    public void frame(ResponseEvent event, WireBuffer out) {
        if (profile.eventLines()) {
            out.ascii("event: ").ascii(type(event)).ascii("\n");
        }
        out.ascii("data: ");
        json(event, out);
        out.ascii("\n\n");
    }

    /** Appends what ends a stream of server-sent events; nothing in a profile that has no such mark. */
    public void end(WireBuffer out) {
        if (profile.doneMarker()) {
            out.raw(DONE);
        }
    }

    @SuppressWarnings(
            "ReferenceEquality") // the shared object stands for nearly all deltas; an equal one is written the long way
    private static void delta(String type, DeltaEvent delta, WireBuffer out) {
        out.ascii("{\"type\":\"").ascii(type).ascii("\",\"sequence_number\":").number(delta.sequenceNumber());
        out.ascii(",\"item_id\":").string(delta.place().itemId());
        out.ascii(",\"output_index\":").number(delta.place().outputIndex());
        String index = delta.indexName();
        if (index != null) {
            out.ascii(",\"").ascii(index).ascii("\":").number(delta.place().partIndex());
        }
        out.ascii(",\"delta\":").string(delta.delta());
        if (delta.rest() == OutputTextDelta.NO_LOGPROBS) {
            out.ascii(",\"logprobs\":[]}");
        } else if (!delta.rest().isEmpty()) {
            byte[] rest = delta.rest().toBytes();
            out.ascii(",").raw(rest, 1, rest.length - 1);
        } else {
            out.ascii("}");
        }
    }
}
