package io.github.responses4j.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Where the responses of a store in memory are found; {@link InMemoryResponseStore} tells what the locks protect. */
final class InMemoryIndexes {
    final Duration timeToLive;
    final ConcurrentMap<ResponseKey, InMemoryEntry> entries = new ConcurrentHashMap<>();
    final InMemoryConversations conversations;
    final ItemIndex<InMemoryEntry> items = new ItemIndex<>();
    final TenantLists lists = new TenantLists();
    final ConcurrentMap<CallerKey, InMemoryEntry> keys = new ConcurrentHashMap<>();
    /** Background responses that wait, by creation. */
    final ConcurrentNavigableMap<Long, InMemoryEntry> queued = new ConcurrentSkipListMap<>();
    /** Background responses that run, by the end of their leases. */
    final ConcurrentNavigableMap<Due, InMemoryEntry> leased = new ConcurrentSkipListMap<>();
    /** Ended responses by their end: the order of eviction. */
    final ConcurrentNavigableMap<Long, InMemoryEntry> ended = new ConcurrentSkipListMap<>();
    /** Ended responses by their expiry. */
    final ConcurrentNavigableMap<Due, InMemoryEntry> expiring = new ConcurrentSkipListMap<>();

    final AtomicLong numbers = new AtomicLong();

    InMemoryIndexes(Duration timeToLive, int maxConversations) {
        this.timeToLive = timeToLive;
        this.conversations = new InMemoryConversations(maxConversations);
    }

    record CallerKey(Tenant tenant, String key) {}

    /** A time in an index; the number tells entries of the same time apart. */
    record Due(Instant at, long number) implements Comparable<Due> {
        private static final Comparator<Due> ORDER =
                Comparator.comparing(Due::at).thenComparingLong(Due::number);

        @Override
        public int compareTo(Due other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Ends a run. The caller holds the entry's monitor.
     *
     * @param joins whether its items become items of its conversation
     */
    void end(InMemoryEntry entry, ResponseStatus terminal, boolean joins, Instant now) {
        leaveWorkIndexes(entry);
        InMemoryConversation held = entry.held();
        if (held != null) {
            conversations.release(held, joins ? entry.turn() : null);
        }
        Instant expiresAt = entry.end(terminal, numbers.incrementAndGet(), now);
        ended.put(entry.endNumber(), entry);
        expiring.put(new Due(expiresAt, entry.number), entry);
    }

    /** Takes a response out of the workers' sight. The caller holds the entry's monitor. */
    void leaveWorkIndexes(InMemoryEntry entry) {
        queued.remove(entry.number);
        Instant leaseUntil = entry.leaseUntil();
        if (leaseUntil != null) {
            leased.remove(new Due(leaseUntil, entry.number));
        }
    }

    void unlist(InMemoryEntry entry) {
        synchronized (entry) {
            leaveStore(entry);
            entry.unlist();
        }
    }

    /** Forgets an ended response's names. The caller holds the entry's monitor. Harmless when it is done twice. */
    void leaveStore(InMemoryEntry entry) {
        entries.remove(entry.key, entry);
        lists.remove(entry);
        for (List<StoredItem> forgotten : List.of(entry.input(), entry.output())) {
            forgotten.forEach(item -> items.remove(entry.key.tenant(), item.id(), entry));
        }
        IdempotencyKey key = entry.idempotencyKey();
        if (key != null) {
            keys.remove(new CallerKey(entry.key.tenant(), key.key()), entry);
        }
        ended.remove(entry.endNumber());
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            expiring.remove(new Due(expiresAt, entry.number));
        }
    }

    void clear() {
        List.of(entries, keys, queued, leased, ended, expiring).forEach(Map::clear);
        conversations.clear();
        items.clear();
        lists.clear();
    }
}
