package io.github.responses4j.stream;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.ResponseStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * Tells a response that has ended as events once more: the same grammar, the same items under the same ids, and at the end the response
 * as it is. Texts come in one piece each. Told twice, a response has the same events.
 */
public final class Retelling {
    /** Nothing that is told again asks for the time. */
    private static final Clock STANDING = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private Retelling() {}

    /**
     * Tells a response.
     *
     * @param stored the response, in a terminal status; a cancelled one has no last event
     * @param sink takes the events, on this thread
     */
    public static void tell(Response stored, EventSink sink) {
        List<Item> output = stored.output();
        Iterator<String> ids = output.stream()
                .map(item -> Objects.requireNonNull(item.id(), "a stored item has an id"))
                .iterator();
        // The machine asks for one id per item, in order.
        ResponseStateMachine machine =
                new ResponseStateMachine(asCreated(stored), prefix -> ids.next(), STANDING, sink, TerminalGate.open());
        machine.start();
        output.forEach(machine::append);
        machine.endAs(stored);
    }

    private static JsonObject asCreated(Response stored) {
        boolean background = Boolean.TRUE.equals(stored.json().bool("background"));
        ResponseStatus start = background ? ResponseStatus.QUEUED : ResponseStatus.IN_PROGRESS;
        return stored.json().toBuilder()
                .put("status", start.wire())
                .put("output", List.<JsonObject>of())
                .putNull("usage")
                .putNull("error")
                .putNull("incomplete_details")
                .putNull("completed_at")
                .build();
    }
}
