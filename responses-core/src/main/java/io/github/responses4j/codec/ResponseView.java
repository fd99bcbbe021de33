package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What callers of a profile see of responses and their events. The engine keeps everything; a view leaves out and adds. Safe from any
 * thread.
 */
public final class ResponseView {
    private final Profile profile;
    private final Predicate<String> hosted;

    /**
     * The view of a profile.
     *
     * @param hosted whether the engine itself runs the tool of a name
     */
    public ResponseView(Profile profile, Predicate<String> hosted) {
        this.profile = profile;
        this.hosted = hosted;
    }

    /** A response as the caller sees it; the same object if nothing is different. */
    public JsonObject response(JsonObject response) {
        JsonObject seen = profile.showHostedTools() ? response : new HiddenRounds.Items(hosted).without(response);
        return profile.createdMember() ? withCreated(seen) : seen;
    }

    /**
     * A sink for the engine's events that passes to {@code sink} those which the caller sees. Numbers and places have no gaps.
     *
     * <p>An {@link EventWriter} of the same profile writes the members that the profile adds.
     */
    public EventSink events(EventSink sink) {
        return profile.showHostedTools() ? sink : new HiddenRounds(hosted, sink);
    }

    /**
     * As {@link #events(EventSink)}, for a caller that has seen the first events of the stream already. The engine must tell the events
     * from the first one, because what is hidden changes the numbers of what follows.
     *
     * @param after the number of the last event that the caller has seen, as it was shown; −1 for none
     */
    public EventSink eventsAfter(long after, EventSink sink) {
        EventSink rest = new EventSink() {
            @Override
            public void accept(ResponseEvent event) {
                if (event.sequenceNumber() > after) {
                    sink.accept(event);
                }
            }

            @Override
            public void flush() {
                sink.flush();
            }
        };
        return events(after < 0 ? sink : rest);
    }

    /** Whether events that the engine tells have other numbers than those that the caller sees. */
    public boolean renumbers() {
        return !profile.showHostedTools();
    }

    static JsonObject withCreated(JsonObject response) {
        if (!response.has("created_at") || response.has("created")) {
            return response;
        }
        JsonObject.Builder seen = JsonObject.builder();
        for (String name : List.copyOf(response.names())) {
            JsonNode value = Objects.requireNonNull(response.get(name));
            seen.put(name, value);
            if (name.equals("created_at")) {
                seen.put("created", value);
            }
        }
        return seen.build();
    }
}
