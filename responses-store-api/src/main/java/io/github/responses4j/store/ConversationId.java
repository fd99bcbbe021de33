package io.github.responses4j.store;

import java.util.Objects;

/**
 * The id of a conversation, such as {@code conv_…}.
 *
 * @param value the id as on the wire; opaque, compared case-sensitively, never empty
 */
public record ConversationId(String value) {
    /** Refuses the empty id. */
    public ConversationId {
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
