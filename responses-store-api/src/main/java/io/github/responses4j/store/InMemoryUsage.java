package io.github.responses4j.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What the responses of each tenant have used, in the order of their creation. Safe from any thread. */
final class InMemoryUsage {
    private record Gone(Tenant tenant, InMemoryIndexes.Due place) {}

    private final boolean keepsWhatIsGone;
    private final int maxGone;
    private final ConcurrentMap<Tenant, ConcurrentNavigableMap<InMemoryIndexes.Due, UsageRecord>> records =
            new ConcurrentHashMap<>();
    /** Records whose responses are gone, by the creation of these. */
    private final ConcurrentNavigableMap<Long, Gone> gone = new ConcurrentSkipListMap<>();

    InMemoryUsage(boolean keepsWhatIsGone, int maxGone) {
        this.keepsWhatIsGone = keepsWhatIsGone;
        this.maxGone = maxGone;
    }

    /** Enters an ended response that is found by its id, if it has used something. */
    void add(InMemoryEntry entry) {
        UsageRecord record = entry.usage();
        if (record != null) {
            gone.remove(entry.number);
            records.compute(entry.key.tenant(), (tenant, list) -> {
                ConcurrentNavigableMap<InMemoryIndexes.Due, UsageRecord> all =
                        list == null ? new ConcurrentSkipListMap<>() : list;
                all.put(place(entry), record);
                return all;
            });
        }
    }

    /** Takes note that a response is no longer found by its id. Harmless when it is done twice. */
    void leave(InMemoryEntry entry) {
        if (entry.usage() == null) {
            return;
        }
        Gone left = new Gone(entry.key.tenant(), place(entry));
        if (!keepsWhatIsGone) {
            remove(left);
            return;
        }
        gone.put(entry.number, left);
        while (gone.size() > maxGone) {
            Map.Entry<Long, Gone> oldest = gone.pollFirstEntry();
            if (oldest != null) {
                remove(oldest.getValue());
            }
        }
    }

    private static InMemoryIndexes.Due place(InMemoryEntry entry) {
        return new InMemoryIndexes.Due(entry.createdAt(), entry.number);
    }

    private void remove(Gone left) {
        records.computeIfPresent(left.tenant(), (tenant, list) -> {
            list.remove(left.place());
            return list.isEmpty() ? null : list;
        });
    }

    List<UsageRecord> read(Tenant tenant, Instant from, Instant to, int max) {
        ConcurrentNavigableMap<InMemoryIndexes.Due, UsageRecord> list = records.get(tenant);
        if (list == null || !from.isBefore(to)) {
            return List.of();
        }
        InMemoryIndexes.Due first = new InMemoryIndexes.Due(from, Long.MIN_VALUE);
        InMemoryIndexes.Due end = new InMemoryIndexes.Due(to, Long.MIN_VALUE);
        List<UsageRecord> read = new ArrayList<>();
        for (UsageRecord record : list.subMap(first, true, end, false).values()) {
            if (read.size() == max) {
                break;
            }
            read.add(record);
        }
        return read;
    }

    void clear() {
        records.clear();
        gone.clear();
    }
}
