package io.github.responses4j.store;

import java.util.List;

/**
 * Part of a list.
 *
 * @param data the entries, in the order asked for
 * @param hasMore whether another page follows
 * @param <T> what the list holds
 */
public record Page<T>(List<T> data, boolean hasMore) {
    /** Copies the list. */
    public Page {
        data = List.copyOf(data);
    }
}
