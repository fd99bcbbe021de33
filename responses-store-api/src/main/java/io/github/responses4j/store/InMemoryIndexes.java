package io.github.responses4j.store;

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
    final Retention retention;
    final ConcurrentMap<ResponseKey, InMemoryEntry> entries = new ConcurrentHashMap<>();
    final InMemoryConversations conversations;
    final ItemIndex<InMemoryEntry> items = new ItemIndex<>();
    final TenantLists lists = new TenantLists();
    final ConcurrentMap<CallerKey, InMemoryEntry> keys = new ConcurrentHashMap<>();
    /** Background responses that wait, by creation. */
    final ConcurrentNavigableMap<Long, InMemoryEntry> queued = new ConcurrentSkipListMap<>();
    /** Background responses that run, by the end of their leases. */
    final ConcurrentNavigableMap<Due, InMemoryEntry> leased = new ConcurrentSkipListMap<>();
    /** Foreground responses that run, by the end of their leases. */
    final ConcurrentNavigableMap<Due, InMemoryEntry> attended = new ConcurrentSkipListMap<>();
    /** Ended responses by their end: the order of eviction. */
    final ConcurrentNavigableMap<Long, InMemoryEntry> ended = new ConcurrentSkipListMap<>();
    /** Ended responses by their expiry. */
    final ConcurrentNavigableMap<Due, InMemoryEntry> expiring = new ConcurrentSkipListMap<>();

    /** Of each id the response that was deleted last and may be restored. */
    final ConcurrentMap<ResponseKey, InMemoryEntry> deleted = new ConcurrentHashMap<>();
    /** Deleted responses that are still kept, by the end of their windows. */
    final ConcurrentNavigableMap<Due, InMemoryEntry> restorable = new ConcurrentSkipListMap<>();

    final InMemoryUsage usage;
    final AtomicLong numbers = new AtomicLong();

    InMemoryIndexes(Retention retention, int max) {
        this.retention = retention;
        this.conversations = new InMemoryConversations(max);
        this.usage = new InMemoryUsage(retention.keepsUsage(), max);
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
        usage.add(entry);
    }

    /** Where the leases are that are taken over in the same way as this response's. */
    private ConcurrentNavigableMap<Due, InMemoryEntry> leases(InMemoryEntry entry) {
        return entry.background ? leased : attended;
    }

    /** Lets others see when the lease expires. The caller holds the entry's monitor. */
    void enterLease(InMemoryEntry entry) {
        Instant leaseUntil = entry.leaseUntil();
        if (leaseUntil != null) {
            leases(entry).put(new Due(leaseUntil, entry.number), entry);
        }
    }

    /** Takes a response out of the workers' sight. The caller holds the entry's monitor. */
    void leaveWorkIndexes(InMemoryEntry entry) {
        queued.remove(entry.number);
        Instant leaseUntil = entry.leaseUntil();
        if (leaseUntil != null) {
            leases(entry).remove(new Due(leaseUntil, entry.number));
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
        usage.leave(entry);
        ended.remove(entry.endNumber());
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            expiring.remove(new Due(expiresAt, entry.number));
        }
    }

    /** Hides a response that was ended and has left the store. The caller holds the entry's monitor. */
    void bury(InMemoryEntry entry, Instant until) {
        entry.bury(until);
        deleted.put(entry.key, entry);
        restorable.put(new Due(until, entry.number), entry);
    }

    /** Brings a deleted response back; false if its time is over or its id taken. The caller holds the entry's monitor. */
    boolean unearth(InMemoryEntry entry, Instant now) {
        Instant until = entry.restorableUntil();
        Instant expiresAt = entry.expiresAt();
        if (until == null || expiresAt == null || !entry.isRestorable(now)) {
            return false;
        }
        // Visible first: one that is not would make room for whoever comes with the same id.
        entry.unearth();
        InMemoryEntry taken =
                entries.compute(entry.key, (k, earlier) -> earlier != null && earlier.isVisible(now) ? earlier : entry);
        if (taken != entry) {
            entry.bury(until);
            return false;
        }
        deleted.remove(entry.key, entry);
        restorable.remove(new Due(until, entry.number));
        lists.add(entry);
        for (List<StoredItem> known : List.of(entry.input(), entry.output())) {
            known.forEach(item -> items.add(entry.key.tenant(), item, entry));
        }
        ended.put(entry.endNumber(), entry);
        expiring.put(new Due(expiresAt, entry.number), entry);
        usage.add(entry);
        return true;
    }

    /** Erases a deleted response, unless it was restored meanwhile. */
    void erase(InMemoryEntry entry) {
        synchronized (entry) {
            Instant until = entry.restorableUntil();
            if (until != null && entry.isBuried()) {
                deleted.remove(entry.key, entry);
                restorable.remove(new Due(until, entry.number));
                entry.erase();
            }
        }
    }

    void clear() {
        List.of(entries, keys, queued, leased, attended, ended, expiring, deleted, restorable)
                .forEach(Map::clear);
        usage.clear();
        conversations.clear();
        items.clear();
        lists.clear();
    }
}
