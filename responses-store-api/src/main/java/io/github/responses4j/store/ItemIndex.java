package io.github.responses4j.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who has an item of an id, and the item. Safe from any thread.
 *
 * @param <T> what has items; compared by identity
 */
final class ItemIndex<T> {
    private record Key(Tenant tenant, String itemId) {}

    private final ConcurrentMap<Key, Map<T, StoredItem>> owners = new ConcurrentHashMap<>();

    /** Enters an item, unless the owner has one of this id already. */
    void add(Tenant tenant, StoredItem item, T owner) {
        owners.compute(new Key(tenant, item.id()), (key, before) -> {
            // Nearly always there is one owner: an id comes again only if a caller sends an item back.
            if (before == null) {
                return Map.of(owner, item);
            }
            if (before.containsKey(owner)) {
                return before;
            }
            Map<T, StoredItem> several = before instanceof ConcurrentMap ? before : new ConcurrentHashMap<>(before);
            several.put(owner, item);
            return several;
        });
    }

    /** Forgets an owner's item of this id; harmless if it has none. */
    void remove(Tenant tenant, String itemId, T owner) {
        owners.computeIfPresent(new Key(tenant, itemId), (key, before) -> {
            if (!before.containsKey(owner)) {
                return before;
            }
            if (before.size() == 1) {
                return null;
            }
            before.remove(owner);
            return before;
        });
    }

    /** The items of this id, each with its owner. */
    Map<T, StoredItem> of(Tenant tenant, String itemId) {
        return owners.getOrDefault(new Key(tenant, itemId), Map.of());
    }

    void clear() {
        owners.clear();
    }
}
