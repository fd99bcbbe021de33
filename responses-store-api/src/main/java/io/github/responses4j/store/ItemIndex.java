package io.github.responses4j.store;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * Who has an item of an id. Safe from any thread.
 *
 * @param <T> what has items
 */
final class ItemIndex<T> {
    private record Key(Tenant tenant, String itemId) {}

    private final ConcurrentMap<Key, List<T>> owners = new ConcurrentHashMap<>();

    void add(Tenant tenant, String itemId, T owner) {
        // Nearly always there is one: an id comes twice only if a caller sends an item back.
        owners.merge(
                new Key(tenant, itemId),
                List.of(owner),
                (before, one) -> before.contains(owner)
                        ? before
                        : Stream.concat(before.stream(), one.stream()).toList());
    }

    void remove(Tenant tenant, String itemId, T owner) {
        owners.computeIfPresent(new Key(tenant, itemId), (key, before) -> {
            List<T> left = before.stream().filter(other -> !other.equals(owner)).toList();
            return left.isEmpty() ? null : left;
        });
    }

    List<T> of(Tenant tenant, String itemId) {
        return owners.getOrDefault(new Key(tenant, itemId), List.of());
    }

    void clear() {
        owners.clear();
    }
}
