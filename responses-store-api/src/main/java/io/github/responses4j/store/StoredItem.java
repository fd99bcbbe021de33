package io.github.responses4j.store;

import java.util.Objects;

/**
 * One item as it is kept: written once, never changed.
 *
 * @param id the item's id, unique within its list
 * @param json the item as ASCII-escaped JSON text; the store never parses it
 */
public record StoredItem(String id, String json) {
    /** Refuses nulls. */
    public StoredItem {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(json, "json");
    }
}
