package io.github.responses4j.store;

import java.util.Objects;

/**
 * The id of a response, such as {@code resp_…}. Its shape is never checked on reading.
 *
 * @param value the id as on the wire; opaque, compared case-sensitively, never empty
 */
public record ResponseId(String value) {
    /** Refuses the empty id. */
    public ResponseId {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("an id is never empty");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
