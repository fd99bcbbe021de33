package io.github.responses4j.testkit;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Stores with one guard off each. */
final class BrokenStores {
    private BrokenStores() {}

    /** Waits for another thread to make a window wide; gives up soon where there is no other thread. */
    static void awaitChange(AtomicLong counter) {
        long before = counter.get();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        while (counter.get() == before && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
    }

    /** Knows the current lease of each run. */
    static class LeaseWatcher extends ForwardingStore {
        final Map<ResponseKey, Lease> current = new ConcurrentHashMap<>();

        LeaseWatcher(ResponseStore sound) {
            super(sound);
        }

        Lease currentOf(Lease lease) {
            return current.getOrDefault(new ResponseKey(lease.tenant(), lease.id()), lease);
        }

        @Override
        public Created create(NewResponse response) {
            Created created = super.create(response);
            if (created.lease() != null) {
                current.put(new ResponseKey(response.tenant(), response.id()), created.lease());
            }
            return created;
        }

        @Override
        public List<Claim> claim(NodeId node, int max, Duration ttl) {
            List<Claim> claims = super.claim(node, max, ttl);
            claims.forEach(claim -> current.put(
                    new ResponseKey(claim.lease().tenant(), claim.lease().id()), claim.lease()));
            return claims;
        }

        @Override
        public List<Claim> reap(NodeId node, int max, Duration ttl) {
            List<Claim> claims = super.reap(node, max, ttl);
            claims.forEach(claim -> current.put(
                    new ResponseKey(claim.lease().tenant(), claim.lease().id()), claim.lease()));
            return claims;
        }
    }

    static final class EpochUnchecked extends LeaseWatcher {
        EpochUnchecked(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            long epoch = currentOf(lease).epoch();
            return super.append(new Lease(lease.tenant(), lease.id(), lease.owner(), epoch), append);
        }
    }

    static final class KeyLookedAtByNameAlone extends ForwardingStore {
        private final Map<String, ResponseId> made = new ConcurrentHashMap<>();

        KeyLookedAtByNameAlone(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse response) {
            if (response.idempotencyKey() != null) {
                made.put(response.idempotencyKey().key(), response.id());
            }
            return super.create(response);
        }

        @Override
        public Optional<Created> underKey(Tenant tenant, IdempotencyKey key) {
            return Optional.ofNullable(made.get(key.key()))
                    .map(first -> new Created(Created.Outcome.DUPLICATE, null, first));
        }
    }

    static final class OwnerUnchecked extends LeaseWatcher {
        OwnerUnchecked(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            NodeId owner = currentOf(lease).owner();
            return super.append(new Lease(lease.tenant(), lease.id(), owner, lease.epoch()), append);
        }
    }

    static final class ToolsUnfenced extends LeaseWatcher {
        ToolsUnfenced(ResponseStore sound) {
            super(sound);
        }

        @Override
        public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
            return super.toolStarted(currentOf(lease), callId, requestHash);
        }
    }

    static final class CancelUnfenced extends ForwardingStore {
        private final AtomicLong cancels = new AtomicLong();

        CancelUnfenced(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Cancelled cancel(Tenant tenant, ResponseId id) {
            Cancelled cancelled = super.cancel(tenant, id);
            cancels.incrementAndGet();
            return cancelled;
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            awaitChange(cancels);
            Append.Result result = super.append(lease, append);
            boolean cancelled = super.find(lease.tenant(), lease.id())
                    .filter(response -> response.status() == ResponseStatus.CANCELLED)
                    .isPresent();
            return cancelled ? Append.Result.OK : result;
        }
    }

    /** Serves another tenant's response to whoever knows its id. */
    static class TenantIgnored extends ForwardingStore {
        private final Map<ResponseId, Tenant> owners = new ConcurrentHashMap<>();

        TenantIgnored(ResponseStore sound) {
            super(sound);
        }

        Tenant owner(Tenant tenant, ResponseId id) {
            return owners.getOrDefault(id, tenant);
        }

        @Override
        public Created create(NewResponse response) {
            Created created = super.create(response);
            owners.putIfAbsent(response.id(), response.tenant());
            return created;
        }
    }

    static final class TenantIgnoredByFind extends TenantIgnored {
        TenantIgnoredByFind(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            return super.find(owner(tenant, id), id);
        }
    }

    static final class TenantIgnoredByTail extends TenantIgnored {
        TenantIgnoredByTail(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
            return super.tail(owner(tenant, id), id, after, max);
        }
    }

    static final class TenantIgnoredByDelete extends TenantIgnored {
        TenantIgnoredByDelete(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean delete(Tenant tenant, ResponseId id) {
            return super.delete(owner(tenant, id), id);
        }
    }

    /** Lets a cancel overtake an end. */
    static final class TerminalLeft extends ForwardingStore {
        private final Set<ResponseKey> overtaken = ConcurrentHashMap.newKeySet();

        TerminalLeft(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Cancelled cancel(Tenant tenant, ResponseId id) {
            if (super.cancel(tenant, id) == Cancelled.ALREADY_ENDED) {
                overtaken.add(new ResponseKey(tenant, id));
            }
            return Cancelled.CANCELLED;
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            return super.find(tenant, id)
                    .map(r -> overtaken.contains(new ResponseKey(tenant, id)) ? with(r, ResponseStatus.CANCELLED) : r);
        }
    }

    static StoredResponse with(StoredResponse r, ResponseStatus status) {
        return new StoredResponse(
                r.tenant(),
                r.id(),
                r.previousId(),
                r.conversation(),
                r.background(),
                status,
                r.createdAt(),
                r.document(),
                r.request(),
                r.input(),
                r.output(),
                r.lastSeq(),
                r.epoch());
    }

    /** Takes any append as if it came next. */
    static final class GapAccepted extends ForwardingStore {
        GapAccepted(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            long last = super.find(lease.tenant(), lease.id())
                    .map(StoredResponse::lastSeq)
                    .orElse(-1L);
            List<StoredEvent> events = append.events().stream()
                    .map(event -> new StoredEvent(event.seq() - append.expectedLastSeq() + last, event.json()))
                    .toList();
            return super.append(lease, new Append(last, events, append.items(), append.terminal()));
        }
    }

    /** Adds items behind whatever there is. */
    static final class ItemsUncounted extends ForwardingStore {
        ItemsUncounted(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            return super.append(
                    lease, new Append(append.expectedLastSeq(), append.events(), append.items(), append.terminal()));
        }
    }

    static final class StatusReadLast extends ForwardingStore {
        private final AtomicLong appends = new AtomicLong();

        StatusReadLast(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            Append.Result result = super.append(lease, append);
            appends.incrementAndGet();
            return result;
        }

        @Override
        public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
            Optional<Tail> events = super.tail(tenant, id, after, max);
            if (events.isPresent() && !events.get().status().isTerminal()) {
                awaitChange(appends);
            }
            return events.flatMap(tail -> super.tail(tenant, id, Long.MAX_VALUE, 1)
                    .map(later -> new Tail(later.status(), later.lastSeq(), tail.events())));
        }
    }

    /** Commits the events before the items. */
    static final class HalfCommitted extends ForwardingStore {
        private final AtomicLong finds = new AtomicLong();

        HalfCommitted(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            Append first = new Append(append.expectedLastSeq(), append.events(), List.of(), null);
            Append.Result result = super.append(lease, first);
            if (result != Append.Result.OK) {
                return result;
            }
            awaitChange(finds);
            long last = append.expectedLastSeq() + append.events().size();
            return super.append(lease, new Append(last, List.of(), append.items(), append.terminal()));
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            Optional<StoredResponse> found = super.find(tenant, id);
            finds.incrementAndGet();
            return found;
        }
    }

    static final class LockNotFreed extends ForwardingStore {
        private final Set<String> taken = ConcurrentHashMap.newKeySet();

        LockNotFreed(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse response) {
            boolean free =
                    response.conversation() == null || taken.add(response.tenant() + " " + response.conversation());
            return free ? super.create(response) : new Created(Created.Outcome.CONVERSATION_LOCKED, null, null);
        }
    }

    private static NewResponse under(NewResponse r, IdempotencyKey key, Duration timeToLive, boolean locks) {
        return new NewResponse(
                r.tenant(),
                r.id(),
                r.previousId(),
                locks ? r.conversation() : null,
                key,
                r.background(),
                r.node(),
                r.leaseTtl(),
                timeToLive,
                r.document(),
                r.request(),
                r.input(),
                r.events());
    }

    static final class LockNotTaken extends ForwardingStore {
        LockNotTaken(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            return super.create(under(r, r.idempotencyKey(), r.timeToLive(), false));
        }
    }

    static final class KeyNotRecorded extends ForwardingStore {
        KeyNotRecorded(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            return super.create(under(r, null, r.timeToLive(), true));
        }
    }

    static final class KeyHashIgnored extends ForwardingStore {
        KeyHashIgnored(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            IdempotencyKey key = r.idempotencyKey();
            IdempotencyKey bare = key == null ? null : new IdempotencyKey(key.key(), "");
            return super.create(under(r, bare, r.timeToLive(), true));
        }
    }

    /** Records the key in a commit of its own, before the rest is decided. */
    static final class KeyRecordedTooEarly extends ForwardingStore {
        private final Map<String, ResponseId> keys = new ConcurrentHashMap<>();

        KeyRecordedTooEarly(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            IdempotencyKey key = r.idempotencyKey();
            ResponseId first = key == null ? null : keys.putIfAbsent(r.tenant() + " " + key.key(), r.id());
            return first == null
                    ? super.create(under(r, null, r.timeToLive(), true))
                    : new Created(Created.Outcome.DUPLICATE, null, first);
        }
    }

    static final class TimeToLiveIgnored extends ForwardingStore {
        TimeToLiveIgnored(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            return super.create(under(r, r.idempotencyKey(), null, true));
        }
    }

    static final class RenewalForgotten extends ForwardingStore {
        RenewalForgotten(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
            Set<Lease> current = new HashSet<>(held);
            current.removeIf(
                    lease -> super.append(lease, new Append(-1, List.of(), List.of(), null)) != Append.Result.OK);
            return current;
        }
    }

    /** Claims that come once more when there are no new ones. */
    static final class Echo {
        private final List<Claim> again = new ArrayList<>();

        synchronized List<Claim> of(List<Claim> claims) {
            if (!claims.isEmpty()) {
                again.addAll(claims);
                return claims;
            }
            List<Claim> all = List.copyOf(again);
            again.clear();
            return all;
        }
    }

    /** Gives every claimed response away once more. */
    static final class ClaimedTwice extends ForwardingStore {
        private final Echo echo = new Echo();

        ClaimedTwice(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> claim(NodeId node, int max, Duration ttl) {
            return echo.of(super.claim(node, max, ttl));
        }
    }

    static final class AttemptsNotCounted extends ForwardingStore {
        AttemptsNotCounted(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> claim(NodeId node, int max, Duration ttl) {
            return super.claim(node, max, ttl).stream()
                    .map(claim -> new Claim(claim.lease(), 1, claim.response()))
                    .toList();
        }
    }

    static final class ToolsForgotten extends LeaseWatcher {
        ToolsForgotten(ResponseStore sound) {
            super(sound);
        }

        @Override
        public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
            // The journal belongs to the lease instead of the response.
            return super.toolStarted(lease, lease.epoch() + callId, requestHash);
        }
    }

    /** A response with the ancestors before it, as far as they can be found. */
    static List<StoredResponse> upToAGap(ResponseStore store, Tenant tenant, ResponseId id) {
        List<StoredResponse> chain = new ArrayList<>();
        Optional<StoredResponse> next = store.find(tenant, id);
        while (next.isPresent()) {
            chain.add(0, next.get());
            ResponseId previousId = next.get().previousId();
            next = previousId == null ? Optional.empty() : store.find(tenant, previousId);
        }
        return chain;
    }

    /** Stops at the first ancestor that it cannot find. */
    static final class ChainCutShort extends ForwardingStore {
        ChainCutShort(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<Chain> chain(Tenant tenant, ResponseId id) {
            List<StoredResponse> chain = upToAGap(this, tenant, id);
            return chain.isEmpty()
                    ? Optional.empty()
                    : Optional.of(StoreFixture.chain(chain.toArray(StoredResponse[]::new)));
        }
    }

    /** Does not notice that an ancestor was deleted. */
    static final class ChainCached extends ForwardingStore {
        private final Map<ResponseKey, Chain> chains = new HashMap<>();

        ChainCached(ResponseStore sound) {
            super(sound);
        }

        @Override
        public synchronized Created create(NewResponse response) {
            Created created = super.create(response);
            super.chain(response.tenant(), response.id())
                    .ifPresent(chain -> chains.put(new ResponseKey(response.tenant(), response.id()), chain));
            return created;
        }

        @Override
        public synchronized Optional<Chain> chain(Tenant tenant, ResponseId id) {
            return super.chain(tenant, id)
                    .or(() -> super.find(tenant, id).map(r -> chains.get(new ResponseKey(tenant, id))));
        }
    }

    /** Keeps ids as UTF-8, which has no lone surrogates. */
    static final class IdsInUtf8 extends ForwardingStore {
        IdsInUtf8(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            byte[] bytes = id.value().getBytes(StandardCharsets.UTF_8);
            return super.find(tenant, new ResponseId(new String(bytes, StandardCharsets.UTF_8)));
        }
    }

    /** Writes what is equal as JSON, and not what was given. */
    static final class TextTidied extends ForwardingStore {
        TextTidied(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            List<StoredItem> items = append.items().stream()
                    .map(item -> new StoredItem(item.id(), item.json().replace("\\/", "/")))
                    .toList();
            return super.append(lease, new Append(append.expectedLastSeq(), append.events(), items, append.terminal()));
        }
    }

    static final class PageOverlaps extends ForwardingStore {
        PageOverlaps(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
            return super.inputItems(tenant, id, query)
                    .map(page -> new Page<>(page.data(), page.data().size() == query.limit()));
        }
    }

    static final class ChangedKnowsTooMuch extends ForwardingStore {
        ChangedKnowsTooMuch(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched) {
            Map<ResponseKey, Progress> last = new HashMap<>(super.changed(watched));
            watched.forEach(key -> last.putIfAbsent(key, new Progress(ResponseStatus.QUEUED, -1)));
            return last;
        }
    }

    static final class StaysOpen extends ForwardingStore {
        StaysOpen(ResponseStore sound) {
            super(sound);
        }

        @Override
        public void close() {}
    }
}
