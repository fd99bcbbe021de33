package io.github.responses4j.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in maps.
 *
 * <p>What the locks protect. The monitor of an entry protects that response: its state and its places in the indexes of {@link
 * InMemoryIndexes} change together under it. {@code create} decides inside {@code compute} on the idempotency key, so that
 * one key sees creates one after another, and lets the new response hold its conversation before it publishes it, so that a
 * refused create leaves no trace; it holds the parent's monitor meanwhile, so that the parent cannot go away. {@code
 * trimming} lets one thread at a time evict, so that none is evicted too many.
 *
 * <p>Order of locks: {@code trimming}, a published entry (never two), {@code keys}, the entry being created, what {@link
 * InMemoryConversations} locks, then any single map operation. What expired is removed by the calls that come in; each
 * response is removed once, so the cost per call is constant on average, times the logarithm of the indexes.
 */
final class InMemoryResponseStore implements ResponseStore {
    private final Clock clock;
    private final int maxResponses;

    private final InMemoryIndexes in;
    private final Object trimming = new Object();
    private volatile boolean closed;

    InMemoryResponseStore(Clock clock, Retention retention, int maxResponses) {
        if (maxResponses < 1) {
            throw new IllegalArgumentException("maxResponses is at least 1, was " + maxResponses);
        }
        this.clock = Objects.requireNonNull(clock, "clock");
        this.maxResponses = maxResponses;
        this.in = new InMemoryIndexes(retention, maxResponses);
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public Created create(NewResponse response) {
        Instant now = begin();
        ResponseId previousId = response.previousId();
        InMemoryEntry parent =
                previousId == null ? null : in.entries.get(new ResponseKey(response.tenant(), previousId));
        Created created;
        if (parent == null) {
            created = new InMemoryCreation(in, response, null, now).run();
        } else {
            synchronized (parent) {
                created = new InMemoryCreation(in, response, parent.isVisible(now) ? parent : null, now).run();
            }
        }
        trim();
        return created;
    }

    @Override
    public Optional<Created> underKey(Tenant tenant, IdempotencyKey key) {
        Instant now = begin();
        InMemoryEntry first = in.keys.get(new InMemoryIndexes.CallerKey(tenant, key.key()));
        return Optional.ofNullable(InMemoryCreation.underKey(key, first, now));
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        Instant now = beginToTake(max, ttl);
        // Runs that lost their owner come first: a queue that is never empty must not starve them.
        return new InMemoryTaking(in, node, max, ttl, now)
                .from(expired(in.leased, now))
                .from(in.queued.values())
                .claims;
    }

    @Override
    public List<Claim> reap(NodeId node, int max, Duration ttl) {
        Instant now = beginToTake(max, ttl);
        return new InMemoryTaking(in, node, max, ttl, now).from(expired(in.attended, now)).claims;
    }

    private Instant beginToTake(int max, Duration ttl) {
        if (max < 0 || ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("max is not negative and ttl positive, were " + max + ", " + ttl);
        }
        return begin();
    }

    private static Collection<InMemoryEntry> expired(
            ConcurrentNavigableMap<InMemoryIndexes.Due, InMemoryEntry> leases, Instant now) {
        return leases.headMap(new InMemoryIndexes.Due(now, Long.MAX_VALUE), true)
                .values();
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("ttl is not negative, was " + ttl);
        }
        Instant now = begin();
        Instant until = InMemoryEntry.plus(now, ttl);
        Set<Lease> prolonged = new HashSet<>();
        for (Lease lease : held) {
            InMemoryEntry entry = in.entries.get(new ResponseKey(lease.tenant(), lease.id()));
            if (entry == null) {
                continue;
            }
            synchronized (entry) {
                if (entry.isHeldBy(lease)) {
                    if (entry.background || !ttl.isZero()) {
                        in.leaveWorkIndexes(entry);
                        entry.prolong(until, ttl.isZero());
                        in.enterLease(entry);
                    }
                    prolonged.add(lease);
                }
            }
        }
        return prolonged;
    }

    @Override
    public Append.Result append(Lease lease, Append append) {
        Instant now = begin();
        InMemoryEntry entry = in.entries.get(new ResponseKey(lease.tenant(), lease.id()));
        if (entry == null) {
            return Append.Result.FENCED;
        }
        Append.Terminal terminal = append.terminal();
        synchronized (entry) {
            if (!entry.isHeldBy(lease) || !entry.isAsExpected(append)) {
                return Append.Result.FENCED;
            }
            entry.add(append);
            append.items().forEach(item -> in.items.add(lease.tenant(), item, entry));
            if (terminal != null) {
                in.end(entry, terminal.status(), terminal.joinsConversation(), now);
            }
        }
        if (terminal != null) {
            trim();
        }
        return Append.Result.OK;
    }

    @Override
    public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
        begin();
        InMemoryEntry entry = in.entries.get(new ResponseKey(lease.tenant(), lease.id()));
        if (entry == null) {
            return ToolStart.FENCED;
        }
        synchronized (entry) {
            if (!entry.isHeldBy(lease)) {
                return ToolStart.FENCED;
            }
            return entry.start(callId) ? ToolStart.STARTED : ToolStart.ALREADY_STARTED;
        }
    }

    @Override
    public Cancelled cancel(Tenant tenant, ResponseId id) {
        Instant now = begin();
        InMemoryEntry entry = in.entries.get(new ResponseKey(tenant, id));
        if (entry == null) {
            return Cancelled.NOT_FOUND;
        }
        synchronized (entry) {
            if (!entry.isVisible(now)) {
                return Cancelled.NOT_FOUND;
            }
            if (entry.isEnded()) {
                return Cancelled.ALREADY_ENDED;
            }
            entry.fence();
            in.end(entry, ResponseStatus.CANCELLED, false, now);
        }
        trim();
        return Cancelled.CANCELLED;
    }

    @Override
    public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
        if (after < -1 || max < 1) {
            throw new IllegalArgumentException("after is at least -1 and max 1, were " + after + ", " + max);
        }
        return read(tenant, id, entry -> entry.tail(after, max));
    }

    @Override
    public Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched) {
        Instant now = begin();
        Map<ResponseKey, Progress> last = new HashMap<>();
        for (ResponseKey key : watched) {
            read(key, now, InMemoryEntry::progress).ifPresent(progress -> last.put(key, progress));
        }
        return last;
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return read(tenant, id, InMemoryEntry::snapshot);
    }

    @Override
    public Optional<Chain> chain(Tenant tenant, ResponseId id) {
        return walk(tenant, id, InMemoryEntry::snapshot).map(whole -> {
            int last = whole.size() - 1;
            List<StoredTurn> earlier =
                    whole.subList(0, last).stream().map(StoredTurn::of).toList();
            return new Chain(earlier, whole.get(last));
        });
    }

    @Override
    public Optional<List<ResponseId>> lineage(Tenant tenant, ResponseId id) {
        return walk(tenant, id, entry -> entry.key.id());
    }

    private <T> Optional<List<T>> walk(Tenant tenant, ResponseId id, Function<InMemoryEntry, T> reading) {
        InMemoryEntry entry = read(tenant, id, found -> found).orElse(null);
        List<T> chain = new ArrayList<>();
        // One lock at a time is enough for all or nothing: what was not yet deleted when the walk came by was not
        // deleted
        // when it began, or was restored meanwhile.
        while (entry != null) {
            InMemoryEntry.Link<T> link = entry.link(reading);
            if (link == null) {
                return Optional.empty();
            }
            chain.add(link.reading());
            entry = link.parent();
        }
        Collections.reverse(chain);
        return chain.isEmpty() ? Optional.empty() : Optional.of(chain);
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return read(tenant, id, InMemoryEntry::input).map(input -> Pages.of(input, query));
    }

    @Override
    public Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds) {
        Instant now = begin();
        Map<String, StoredItem> found = new HashMap<>();
        for (String itemId : itemIds) {
            StoredItem item = in.conversations.item(tenant, itemId);
            if (item == null) {
                item = ofResponse(tenant, itemId, now);
            }
            if (item != null) {
                found.put(itemId, item);
            }
        }
        return found;
    }

    private @Nullable StoredItem ofResponse(Tenant tenant, String itemId, Instant now) {
        for (Map.Entry<InMemoryEntry, StoredItem> kept :
                in.items.of(tenant, itemId).entrySet()) {
            if (kept.getKey().isVisible(now)) {
                return kept.getValue();
            }
        }
        return null;
    }

    @Override
    public Page<StoredResponse> responses(Tenant tenant, PageQuery query) {
        Instant now = begin();
        String after = query.after();
        InMemoryEntry last = after == null ? null : in.entries.get(new ResponseKey(tenant, new ResponseId(after)));
        if (after != null && (last == null || !last.isVisible(now))) {
            throw new IllegalArgumentException("after is not a response of this tenant");
        }
        return TenantLists.page(in.lists.after(tenant, last, query.newestFirst()), query.limit(), now);
    }

    @Override
    public void createConversation(NewConversation conversation) {
        in.conversations.create(conversation, begin());
    }

    @Override
    public Optional<StoredConversation> conversation(Tenant tenant, ConversationId id) {
        begin();
        return in.conversations.read(tenant, id, InMemoryConversation::snapshot);
    }

    @Override
    public boolean updateConversation(Tenant tenant, ConversationId id, String document) {
        begin();
        return in.conversations.update(tenant, id, document);
    }

    @Override
    public boolean deleteConversation(Tenant tenant, ConversationId id) {
        begin();
        return in.conversations.delete(tenant, id);
    }

    @Override
    public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
        begin();
        return in.conversations.read(tenant, id, InMemoryConversation::content);
    }

    @Override
    public Optional<Page<StoredItem>> conversationItems(Tenant tenant, ConversationId id, PageQuery query) {
        return conversationContent(tenant, id).map(content -> Pages.of(content.items(), query));
    }

    @Override
    public Optional<StoredItem> conversationItem(Tenant tenant, ConversationId id, String itemId) {
        begin();
        return in.conversations.read(tenant, id, conversation -> conversation.item(itemId));
    }

    @Override
    public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> more) {
        begin();
        return in.conversations.add(tenant, id, StoredItem.distinct(more));
    }

    @Override
    public ConversationChange deleteConversationItem(Tenant tenant, ConversationId id, String itemId) {
        begin();
        return in.conversations.remove(tenant, id, itemId);
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        Instant now = begin();
        InMemoryEntry entry = in.entries.get(new ResponseKey(tenant, id));
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            if (!entry.isVisible(now)) {
                return false;
            }
            if (!entry.isEnded()) {
                entry.fence();
                in.end(entry, ResponseStatus.CANCELLED, false, now);
            }
            in.leaveStore(entry);
            if (in.retention.restoreWindow().isZero()) {
                entry.erase();
            } else {
                in.bury(entry, InMemoryEntry.plus(now, in.retention.restoreWindow()));
            }
        }
        trim();
        return true;
    }

    @Override
    public boolean restore(Tenant tenant, ResponseId id) {
        Instant now = begin();
        InMemoryEntry entry = in.deleted.get(new ResponseKey(tenant, id));
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            return in.unearth(entry, now);
        }
    }

    @Override
    public int sweep(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max is at least 1, was " + max);
        }
        requireOpen();
        return expire(clock.instant(), max);
    }

    @Override
    public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max is at least 1, was " + max);
        }
        begin();
        return in.usage.read(tenant, from, to, max);
    }

    @Override
    public boolean healthy() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        in.clear();
    }

    /** What every call does first. */
    private Instant begin() {
        requireOpen();
        Instant now = clock.instant();
        expire(now, Integer.MAX_VALUE);
        return now;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** Removes what has expired, and what can no longer be restored. */
    private int expire(Instant now, int max) {
        int removed = 0;
        for (InMemoryEntry first = due(in.expiring, now); first != null && removed < max; removed++) {
            in.unlist(first);
            first = due(in.expiring, now);
        }
        for (InMemoryEntry first = due(in.restorable, now); first != null && removed < max; removed++) {
            in.erase(first);
            first = due(in.restorable, now);
        }
        return removed;
    }

    private static @Nullable InMemoryEntry due(
            ConcurrentNavigableMap<InMemoryIndexes.Due, InMemoryEntry> times, Instant now) {
        var first = times.firstEntry();
        return first == null || first.getKey().at().isAfter(now) ? null : first.getValue();
    }

    private <T> Optional<T> read(Tenant tenant, ResponseId id, Function<InMemoryEntry, T> reading) {
        return read(new ResponseKey(tenant, id), begin(), reading);
    }

    private <T> Optional<T> read(ResponseKey key, Instant now, Function<InMemoryEntry, T> reading) {
        InMemoryEntry entry = in.entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return entry.isVisible(now) ? Optional.of(reading.apply(entry)) : Optional.empty();
        }
    }

    /** Drops what is the oldest while there is too much. The caller holds no lock. */
    private void trim() {
        while (in.entries.size() + in.restorable.size() > maxResponses && !in.restorable.isEmpty()) {
            synchronized (trimming) {
                boolean tooMany = in.entries.size() + in.restorable.size() > maxResponses;
                var oldest = tooMany ? in.restorable.firstEntry() : null;
                if (oldest != null) {
                    in.erase(oldest.getValue());
                }
            }
        }
        while (in.entries.size() > maxResponses && !in.ended.isEmpty()) {
            synchronized (trimming) {
                var oldest = in.entries.size() > maxResponses ? in.ended.firstEntry() : null;
                if (oldest != null) {
                    in.unlist(oldest.getValue());
                }
            }
        }
        in.conversations.trim();
    }
}
