package io.github.responses4j.store;

import java.util.Objects;

/**
 * One event of a response's log.
 *
 * @param seq the event's {@code sequence_number}, from 0, assigned by the lease holder
 * @param json the event as ASCII-escaped JSON text
 */
public record StoredEvent(long seq, String json) {
    /** Refuses negative numbers. */
    public StoredEvent {
        Objects.requireNonNull(json, "json");
        if (seq < 0) {
            throw new IllegalArgumentException("seq starts at 0, was " + seq);
        }
    }
}
