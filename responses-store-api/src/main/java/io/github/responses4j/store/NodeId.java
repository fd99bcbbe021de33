package io.github.responses4j.store;

import java.util.Objects;

/**
 * The name of one running process among those that share a store; unique per start of a process.
 *
 * @param value the id as on the wire; opaque, compared case-sensitively, never empty
 */
public record NodeId(String value) {
    /** Refuses the empty id. */
    public NodeId {
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
