package io.github.responses4j.store;

import java.util.List;

/**
 * A piece of a response's log.
 *
 * @param status the status, read before the events: if it is terminal and {@code events} reaches {@code lastSeq}, the log
 *     has ended
 * @param lastSeq the number of the last event, read together with the status; −1 if there is none
 * @param events the events after the asked number, in order, without a gap
 */
public record Tail(ResponseStatus status, long lastSeq, List<StoredEvent> events) {
    /** Copies the list. */
    public Tail {
        events = List.copyOf(events);
    }
}
