package io.github.responses4j.store;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

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

    /** The list itself, if no two of its items have the same id. */
    static List<StoredItem> distinct(List<StoredItem> items) {
        Set<String> ids = new HashSet<>();
        for (StoredItem item : items) {
            if (!ids.add(item.id())) {
                throw new IllegalArgumentException("two items have the same id");
            }
        }
        return items;
    }
}
