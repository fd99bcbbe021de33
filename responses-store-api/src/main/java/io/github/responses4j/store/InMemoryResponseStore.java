package io.github.responses4j.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in maps.
 *
 * <p>What the locks protect. The monitor of an entry protects that response: its state and its places in {@code queued},
 * {@code leased}, {@code ended} and {@code expiring} change together under it. {@code create} decides inside {@code compute}
 * on the idempotency key and then on the conversation, so that one key or one conversation sees creates one after another
 * and a refused create leaves no trace; it holds the parent's monitor meanwhile, so that the parent cannot go away.
 * {@code trimming} lets one thread at a time evict, so that none is evicted too many.
 *
 * <p>Order of locks: {@code trimming}, a published entry (never two), {@code keys}, {@code conversations}, the entry being
 * created, then any single map operation. What expired is removed by the calls that come in; each response is removed once,
 * so the cost per call is constant on average, times the logarithm of the indexes.
 */
final class InMemoryResponseStore implements ResponseStore {
    private static final Created CONVERSATION_LOCKED = new Created(Created.Outcome.CONVERSATION_LOCKED, null, null);

    private final Clock clock;
    private final Duration timeToLive;
    private final int maxResponses;

    private final ConcurrentMap<ResponseKey, InMemoryEntry> entries = new ConcurrentHashMap<>();
    /** The running response that holds each conversation. */
    private final ConcurrentMap<ConversationKey, InMemoryEntry> conversations = new ConcurrentHashMap<>();

    private final ConcurrentMap<CallerKey, InMemoryEntry> keys = new ConcurrentHashMap<>();
    /** Background responses that wait, by creation. */
    private final ConcurrentNavigableMap<Long, InMemoryEntry> queued = new ConcurrentSkipListMap<>();
    /** Background responses that run, by the end of their leases. */
    private final ConcurrentNavigableMap<Due, InMemoryEntry> leased = new ConcurrentSkipListMap<>();
    /** Ended responses by their end: the order of eviction. */
    private final ConcurrentNavigableMap<Long, InMemoryEntry> ended = new ConcurrentSkipListMap<>();
    /** Ended responses by their expiry. */
    private final ConcurrentNavigableMap<Due, InMemoryEntry> expiring = new ConcurrentSkipListMap<>();

    private final AtomicLong numbers = new AtomicLong();
    private final Object trimming = new Object();
    private volatile boolean closed;

    InMemoryResponseStore(Clock clock, Duration timeToLive, int maxResponses) {
        if (timeToLive.isZero() || timeToLive.isNegative()) {
            throw new IllegalArgumentException("timeToLive is positive, was " + timeToLive);
        }
        if (maxResponses < 1) {
            throw new IllegalArgumentException("maxResponses is at least 1, was " + maxResponses);
        }
        this.clock = Objects.requireNonNull(clock, "clock");
        this.timeToLive = timeToLive;
        this.maxResponses = maxResponses;
    }

    private record ConversationKey(Tenant tenant, ConversationId conversation) {}

    private record CallerKey(Tenant tenant, String key) {}

    /** A time in an index; the number tells entries of the same time apart. */
    private record Due(Instant at, long number) implements Comparable<Due> {
        private static final Comparator<Due> ORDER =
                Comparator.comparing(Due::at).thenComparingLong(Due::number);

        @Override
        public int compareTo(Due other) {
            return ORDER.compare(this, other);
        }
    }

    @Override
    public Created create(NewResponse response) {
        Instant now = begin();
        ResponseId previousId = response.previousId();
        InMemoryEntry parent = previousId == null ? null : entries.get(new ResponseKey(response.tenant(), previousId));
        Created created;
        if (parent == null) {
            created = new Creation(response, null, now).run();
        } else {
            synchronized (parent) {
                created = new Creation(response, parent.isVisible(now) ? parent : null, now).run();
            }
        }
        trim();
        return created;
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        if (max < 0 || ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("max is not negative and ttl positive, were " + max + ", " + ttl);
        }
        Instant now = begin();
        Instant until = InMemoryEntry.plus(now, ttl);
        List<Claim> claims = new ArrayList<>();
        // Runs that lost their owner come first: a queue that is never empty must not starve them.
        Collection<InMemoryEntry> abandoned =
                leased.headMap(new Due(now, Long.MAX_VALUE), true).values();
        for (Collection<InMemoryEntry> candidates : List.of(abandoned, queued.values())) {
            for (InMemoryEntry entry : candidates) {
                if (claims.size() >= max) {
                    return claims;
                }
                synchronized (entry) {
                    if (entry.isClaimable(now)) {
                        leaveWorkIndexes(entry);
                        claims.add(entry.claim(node, until));
                        leased.put(new Due(until, entry.number), entry);
                    }
                }
            }
        }
        return claims;
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
            InMemoryEntry entry = entries.get(new ResponseKey(lease.tenant(), lease.id()));
            if (entry == null) {
                continue;
            }
            synchronized (entry) {
                if (entry.isHeldBy(lease)) {
                    leaveWorkIndexes(entry);
                    entry.prolong(until);
                    if (entry.background) {
                        leased.put(new Due(until, entry.number), entry);
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
        InMemoryEntry entry = entries.get(new ResponseKey(lease.tenant(), lease.id()));
        if (entry == null) {
            return Append.Result.FENCED;
        }
        Append.Terminal terminal = append.terminal();
        synchronized (entry) {
            if (!entry.isHeldBy(lease) || entry.lastSeq() != append.expectedLastSeq()) {
                return Append.Result.FENCED;
            }
            entry.add(append);
            if (terminal != null) {
                end(entry, terminal.status(), now);
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
        InMemoryEntry entry = entries.get(new ResponseKey(lease.tenant(), lease.id()));
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
        InMemoryEntry entry = entries.get(new ResponseKey(tenant, id));
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
            end(entry, ResponseStatus.CANCELLED, now);
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
            read(key, now, e -> new Progress(e.snapshot().status(), e.lastSeq()))
                    .ifPresent(seq -> last.put(key, seq));
        }
        return last;
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return read(tenant, id, InMemoryEntry::snapshot);
    }

    @Override
    public Optional<List<StoredResponse>> chain(Tenant tenant, ResponseId id) {
        InMemoryEntry entry = read(tenant, id, found -> found).orElse(null);
        List<StoredResponse> chain = new ArrayList<>();
        // One lock at a time is enough for all or nothing: a deletion is final, so what was not yet deleted when the
        // walk came by was not deleted when it began.
        while (entry != null) {
            InMemoryEntry.Link link = entry.link();
            if (link == null) {
                return Optional.empty();
            }
            chain.add(link.response());
            entry = link.parent();
        }
        Collections.reverse(chain);
        return chain.isEmpty() ? Optional.empty() : Optional.of(chain);
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return read(tenant, id, InMemoryEntry::input).map(items -> page(items, query));
    }

    private static Page<StoredItem> page(List<StoredItem> items, PageQuery query) {
        int step = query.newestFirst() ? -1 : 1;
        int next = query.newestFirst() ? items.size() - 1 : 0;
        String after = query.after();
        if (after != null) {
            next = 0;
            while (next < items.size() && !items.get(next).id().equals(after)) {
                next++;
            }
            if (next == items.size()) {
                throw new IllegalArgumentException("after is not an item of this list");
            }
            next += step;
        }
        List<StoredItem> data = new ArrayList<>();
        while (next >= 0 && next < items.size() && data.size() < query.limit()) {
            data.add(items.get(next));
            next += step;
        }
        return new Page<>(data, next >= 0 && next < items.size());
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        Instant now = begin();
        InMemoryEntry entry = entries.get(new ResponseKey(tenant, id));
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            if (!entry.isVisible(now)) {
                return false;
            }
            if (!entry.isEnded()) {
                entry.fence();
                end(entry, ResponseStatus.CANCELLED, now);
            }
            leaveStore(entry);
            entry.erase();
            return true;
        }
    }

    @Override
    public boolean healthy() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        List.of(entries, conversations, keys, queued, leased, ended, expiring).forEach(Map::clear);
    }

    /** What every call does first. */
    private Instant begin() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        Instant now = clock.instant();
        for (var first = expiring.firstEntry();
                first != null && !first.getKey().at().isAfter(now);
                first = expiring.firstEntry()) {
            unlist(first.getValue());
        }
        return now;
    }

    private <T> Optional<T> read(Tenant tenant, ResponseId id, Function<InMemoryEntry, T> reading) {
        return read(new ResponseKey(tenant, id), begin(), reading);
    }

    private <T> Optional<T> read(ResponseKey key, Instant now, Function<InMemoryEntry, T> reading) {
        InMemoryEntry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return entry.isVisible(now) ? Optional.of(reading.apply(entry)) : Optional.empty();
        }
    }

    /** Ends a run. The caller holds the entry's monitor. */
    private void end(InMemoryEntry entry, ResponseStatus terminal, Instant now) {
        leaveWorkIndexes(entry);
        ConversationId conversation = entry.conversation();
        if (conversation != null) {
            conversations.remove(new ConversationKey(entry.key.tenant(), conversation), entry);
        }
        Instant expiresAt = entry.end(terminal, numbers.incrementAndGet(), now);
        ended.put(entry.endNumber(), entry);
        expiring.put(new Due(expiresAt, entry.number), entry);
    }

    /** Takes a response out of the workers' sight. The caller holds the entry's monitor. */
    private void leaveWorkIndexes(InMemoryEntry entry) {
        queued.remove(entry.number);
        Instant leaseUntil = entry.leaseUntil();
        if (leaseUntil != null) {
            leased.remove(new Due(leaseUntil, entry.number));
        }
    }

    /** Drops the oldest ended responses while there are too many. The caller holds no lock. */
    private void trim() {
        while (entries.size() > maxResponses && !ended.isEmpty()) {
            synchronized (trimming) {
                var oldest = entries.size() > maxResponses ? ended.firstEntry() : null;
                if (oldest != null) {
                    unlist(oldest.getValue());
                }
            }
        }
    }

    private void unlist(InMemoryEntry entry) {
        synchronized (entry) {
            leaveStore(entry);
            entry.unlist();
        }
    }

    /** Forgets an ended response's names. The caller holds the entry's monitor. Harmless when it is done twice. */
    private void leaveStore(InMemoryEntry entry) {
        entries.remove(entry.key, entry);
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

    /** One create: decides whether the response may come to be, and publishes it. */
    private final class Creation {
        private final NewResponse response;
        private final @Nullable InMemoryEntry parent;
        private final Instant now;
        private Created outcome = CONVERSATION_LOCKED;

        Creation(NewResponse response, @Nullable InMemoryEntry parent, Instant now) {
            this.response = response;
            this.parent = parent;
            this.now = now;
        }

        Created run() {
            IdempotencyKey key = response.idempotencyKey();
            if (key == null) {
                enterConversation();
            } else {
                keys.compute(new CallerKey(response.tenant(), key.key()), (k, first) -> underKey(key, first));
            }
            return outcome;
        }

        private @Nullable InMemoryEntry underKey(IdempotencyKey key, @Nullable InMemoryEntry first) {
            IdempotencyKey earlier = first == null || !first.isVisible(now) ? null : first.idempotencyKey();
            if (first == null || earlier == null) {
                return enterConversation();
            }
            outcome = key.equals(earlier)
                    ? new Created(Created.Outcome.DUPLICATE, null, first.key.id())
                    : new Created(Created.Outcome.KEY_REUSED, null, null);
            return first;
        }

        private @Nullable InMemoryEntry enterConversation() {
            InMemoryEntry taken = entries.get(new ResponseKey(response.tenant(), response.id()));
            if (taken != null && taken.isVisible(now)) {
                throw idTaken();
            }
            if (response.previousId() != null && parent == null) {
                throw new IllegalArgumentException("no previous response " + response.previousId());
            }
            ConversationTurn turn = response.conversation();
            ConversationId conversation = turn == null ? null : turn.id();
            if (conversation == null) {
                return publish();
            }
            InMemoryEntry holder =
                    conversations.computeIfAbsent(new ConversationKey(response.tenant(), conversation), k -> publish());
            return outcome.outcome() == Created.Outcome.CREATED ? holder : null;
        }

        private InMemoryEntry publish() {
            Duration keep = response.timeToLive() == null ? timeToLive : response.timeToLive();
            InMemoryEntry entry = new InMemoryEntry(response, parent, numbers.incrementAndGet(), now, keep);
            synchronized (entry) {
                InMemoryEntry taken = entries.compute(
                        entry.key, (k, earlier) -> earlier != null && earlier.isVisible(now) ? earlier : entry);
                if (taken != entry) {
                    throw idTaken();
                }
                Lease lease = null;
                if (entry.background) {
                    queued.put(entry.number, entry);
                } else {
                    lease = entry.lease(response.node(), InMemoryEntry.plus(now, response.leaseTtl()));
                }
                outcome = new Created(Created.Outcome.CREATED, lease, null);
                return entry;
            }
        }

        private IllegalArgumentException idTaken() {
            return new IllegalArgumentException("response " + response.id() + " exists already");
        }
    }
}
