package io.github.responses4j.codec;

import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.LifecycleEvent;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.ReasoningTextDelta;
import io.github.responses4j.event.ReasoningTextDone;
import io.github.responses4j.event.ResponseCreated;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes events to the wire, exactly. Deltas, which are nearly all of a stream, are put together from fixed pieces; everything else is
 * written as the JSON that it is. Safe from any thread, unless it pads deltas with a generator that is not; a buffer is for one.
 */
public final class EventWriter {
    /** Reasoning events as Open Responses names them. */
    private static final Map<String, String> OPEN_NAMES = Map.of(
            ReasoningTextDelta.TYPE, "response.reasoning.delta", ReasoningTextDone.TYPE, "response.reasoning.done");

    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final String PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int BLOCK = 16;

    private final Profile profile;
    private final @Nullable RandomGenerator padding;

    /** A writer that follows a profile. */
    public EventWriter(Profile profile) {
        this(profile, null);
    }

    /**
     * A writer that follows a profile and hides how long deltas are: each has a member {@code obfuscation} with random characters, so that
     * both together fill whole blocks.
     *
     * @param padding makes the characters; null for a writer that does not pad
     */
    public EventWriter(Profile profile, @Nullable RandomGenerator padding) {
        this.profile = profile;
        this.padding = padding;
    }

    /**
     * A writer for the stream that a request asks for.
     *
     * @param padding makes the characters that hide how long deltas are; used only if the request wants them
     */
    public static EventWriter of(Profile profile, ResponseRequest request, RandomGenerator padding) {
        return new EventWriter(profile, request.includesObfuscation() ? padding : null);
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
        if (event instanceof LifecycleEvent lifecycle) {
            json = lifecycle(lifecycle);
        } else if (padding != null && type.endsWith(".delta")) {
            json = json.with(
                    "obfuscation", pad(padding, json.string("delta", "").length()));
        }
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

    private JsonObject lifecycle(LifecycleEvent event) {
        JsonObject json = event.json();
        JsonObject response = json.object("response");
        if (response == null || !profile.flatLifecycle() && !profile.createdMember()) {
            return json;
        }
        if (profile.createdMember()) {
            response = ResponseView.withCreated(response);
            json = json.toBuilder().put("response", response).build();
        }
        if (!profile.flatLifecycle()) {
            return json;
        }
        JsonObject flat = json.withAll(response);
        if (flat.isAbsentOrNull("error")) {
            // Beside the type of an event it would make readers look for an error.
            flat = flat.without("error");
        }
        // Who speaks flat says that a response that was only created is waiting for its turn.
        return event instanceof ResponseCreated ? flat.with("status", ResponseStatus.QUEUED.wire()) : flat;
    }

    @SuppressWarnings(
            "ReferenceEquality") // the shared object stands for nearly all deltas; an equal one is written the long way
    private void delta(String type, DeltaEvent delta, WireBuffer out) {
        out.ascii("{\"type\":\"").ascii(type).ascii("\",\"sequence_number\":").number(delta.sequenceNumber());
        out.ascii(",\"item_id\":").string(delta.place().itemId());
        out.ascii(",\"output_index\":").number(delta.place().outputIndex());
        String index = delta.indexName();
        if (index != null) {
            out.ascii(",\"").ascii(index).ascii("\":").number(delta.place().partIndex());
        }
        out.ascii(",\"delta\":").string(delta.delta());
        if (padding != null) {
            out.ascii(",\"obfuscation\":\"")
                    .ascii(pad(padding, delta.delta().length()))
                    .ascii("\"");
        }
        if (delta.rest() == OutputTextDelta.NO_LOGPROBS) {
            out.ascii(",\"logprobs\":[]}");
        } else if (!delta.rest().isEmpty()) {
            byte[] rest = delta.rest().toBytes();
            out.ascii(",").raw(rest, 1, rest.length - 1);
        } else {
            out.ascii("}");
        }
    }

    /** As many characters as are missing from whole blocks, at least one. */
    private static String pad(RandomGenerator random, int length) {
        StringBuilder padding = new StringBuilder(BLOCK);
        for (int missing = BLOCK - length % BLOCK; missing > 0; missing--) {
            padding.append(PADDING.charAt(random.nextInt(PADDING.length())));
        }
        return padding.toString();
    }
}
