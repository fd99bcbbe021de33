package io.github.responses4j.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Each tenant's responses in the order of their creation. Safe from any thread. */
final class TenantLists {
    private final ConcurrentMap<Tenant, ConcurrentNavigableMap<Long, InMemoryEntry>> lists = new ConcurrentHashMap<>();

    void add(InMemoryEntry entry) {
        lists.compute(entry.key.tenant(), (tenant, list) -> {
            ConcurrentNavigableMap<Long, InMemoryEntry> all = list == null ? new ConcurrentSkipListMap<>() : list;
            all.put(entry.number, entry);
            return all;
        });
    }

    void remove(InMemoryEntry entry) {
        lists.computeIfPresent(entry.key.tenant(), (tenant, list) -> {
            list.remove(entry.number);
            return list.isEmpty() ? null : list;
        });
    }

    /** The responses that follow one, the next ones first; all if it is null. */
    Collection<InMemoryEntry> after(Tenant tenant, @Nullable InMemoryEntry entry, boolean newestFirst) {
        ConcurrentNavigableMap<Long, InMemoryEntry> list = lists.get(tenant);
        if (list == null) {
            return List.of();
        }
        ConcurrentNavigableMap<Long, InMemoryEntry> ordered = newestFirst ? list.descendingMap() : list;
        return entry == null
                ? ordered.values()
                : ordered.tailMap(entry.number, false).values();
    }

    /** A page of the responses that are visible. */
    static Page<StoredResponse> page(Collection<InMemoryEntry> entries, int limit, Instant now) {
        List<StoredResponse> data = new ArrayList<>();
        Iterator<InMemoryEntry> all = entries.iterator();
        while (all.hasNext()) {
            InMemoryEntry entry = all.next();
            synchronized (entry) {
                if (entry.isVisible(now)) {
                    if (data.size() == limit) {
                        return new Page<>(data, true);
                    }
                    data.add(entry.snapshot());
                }
            }
        }
        return new Page<>(data, false);
    }

    void clear() {
        lists.clear();
    }
}
