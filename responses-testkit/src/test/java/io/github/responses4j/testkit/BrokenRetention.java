package io.github.responses4j.testkit;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stores with one guard of reaping, restoring, sweeping or usage off each. */
final class BrokenRetention {
    private BrokenRetention() {}

    static final class ReapsNothing extends ForwardingStore {
        ReapsNothing(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> reap(NodeId node, int max, Duration ttl) {
            return List.of();
        }
    }

    static final class ReapsAll extends ForwardingStore {
        ReapsAll(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> reap(NodeId node, int max, Duration ttl) {
            List<Claim> claims = new ArrayList<>(super.reap(node, max, ttl));
            claims.addAll(super.claim(node, max - claims.size(), ttl));
            return claims;
        }
    }

    static final class ClaimsAll extends ForwardingStore {
        ClaimsAll(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> claim(NodeId node, int max, Duration ttl) {
            List<Claim> claims = new ArrayList<>(super.claim(node, max, ttl));
            claims.addAll(super.reap(node, max - claims.size(), ttl));
            return claims;
        }
    }

    /** Gives a run to one reaper and to no other. */
    static final class ReapsOnce extends ForwardingStore {
        private final Set<ResponseId> reaped = ConcurrentHashMap.newKeySet();

        ReapsOnce(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> reap(NodeId node, int max, Duration ttl) {
            return super.reap(node, max, ttl).stream()
                    .filter(claim -> reaped.add(claim.lease().id()))
                    .toList();
        }
    }

    static final class ReapsTooMany extends ForwardingStore {
        ReapsTooMany(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> reap(NodeId node, int max, Duration ttl) {
            return super.reap(node, max + 1, ttl);
        }
    }

    /** Gives every reaped response away once more. */
    static final class ReapedTwice extends ForwardingStore {
        private final BrokenStores.Echo echo = new BrokenStores.Echo();

        ReapedTwice(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> reap(NodeId node, int max, Duration ttl) {
            return echo.of(super.reap(node, max, ttl));
        }
    }

    static final class ForegroundHandedBack extends ForwardingStore {
        ForegroundHandedBack(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
            return super.renew(held, ttl.isZero() ? Duration.ofNanos(1000) : ttl);
        }
    }

    static final class EveryClaimCounts extends ForwardingStore {
        private final Map<ResponseId, Integer> claims = new ConcurrentHashMap<>();

        EveryClaimCounts(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<Claim> claim(NodeId node, int max, Duration ttl) {
            return super.claim(node, max, ttl).stream()
                    .map(claim -> new Claim(
                            claim.lease(), claims.merge(claim.lease().id(), 1, Integer::sum), claim.response()))
                    .toList();
        }
    }

    /** Does not count a claim that was handed back, even if it was prolonged afterwards. */
    static final class HandBackRemembered extends ForwardingStore {
        private final Map<ResponseId, Integer> claims = new ConcurrentHashMap<>();
        private final Set<Lease> handedBack = ConcurrentHashMap.newKeySet();

        HandBackRemembered(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
            if (ttl.isZero()) {
                handedBack.addAll(held);
            }
            return super.renew(held, ttl);
        }

        @Override
        public List<Claim> claim(NodeId node, int max, Duration ttl) {
            return super.claim(node, max, ttl).stream()
                    .map(claim -> new Claim(
                            claim.lease(),
                            claims.merge(claim.lease().id(), 1, Integer::sum) - handedBack.size(),
                            claim.response()))
                    .toList();
        }
    }

    static final class LineageCutShort extends ForwardingStore {
        LineageCutShort(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<List<ResponseId>> lineage(Tenant tenant, ResponseId id) {
            List<ResponseId> ids = BrokenStores.upToAGap(this, tenant, id).stream()
                    .map(StoredResponse::id)
                    .toList();
            return ids.isEmpty() ? Optional.empty() : Optional.of(ids);
        }
    }

    static final class RestoresNothing extends ForwardingStore {
        RestoresNothing(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean restore(Tenant tenant, ResponseId id) {
            return false;
        }
    }

    /** Still shows what was deleted and may be restored. */
    static final class DeletedRemembered extends ForwardingStore {
        private final Map<ResponseKey, StoredResponse> deleted = new ConcurrentHashMap<>();

        DeletedRemembered(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean delete(Tenant tenant, ResponseId id) {
            super.find(tenant, id).ifPresent(found -> deleted.put(new ResponseKey(tenant, id), found));
            return super.delete(tenant, id);
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            return super.find(tenant, id).or(() -> Optional.ofNullable(deleted.get(new ResponseKey(tenant, id))));
        }
    }

    /** Shows a run that came back in the state in which it was deleted. */
    static final class RunsOnWhenRestored extends ForwardingStore {
        private final Map<ResponseKey, ResponseStatus> deleted = new ConcurrentHashMap<>();

        RunsOnWhenRestored(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean delete(Tenant tenant, ResponseId id) {
            super.find(tenant, id).ifPresent(found -> deleted.put(new ResponseKey(tenant, id), found.status()));
            return super.delete(tenant, id);
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            return super.find(tenant, id)
                    .map(found -> BrokenStores.with(
                            found, deleted.getOrDefault(new ResponseKey(tenant, id), found.status())));
        }
    }

    static final class RestoresForAnyTenant extends ForwardingStore {
        private final Map<ResponseId, Tenant> owners = new ConcurrentHashMap<>();

        RestoresForAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse response) {
            owners.putIfAbsent(response.id(), response.tenant());
            return super.create(response);
        }

        @Override
        public boolean restore(Tenant tenant, ResponseId id) {
            return super.restore(owners.getOrDefault(id, tenant), id);
        }
    }

    /** Knows what has ended. */
    private static class EndWatcher extends ForwardingStore {
        final List<Lease> ended = Collections.synchronizedList(new ArrayList<>());

        EndWatcher(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            if (append.terminal() != null) {
                ended.add(lease);
            }
            return super.append(lease, append);
        }
    }

    static final class SweepsWhatEnded extends EndWatcher {
        SweepsWhatEnded(ResponseStore sound) {
            super(sound);
        }

        @Override
        public int sweep(int max) {
            ended.forEach(lease -> super.delete(lease.tenant(), lease.id()));
            return super.sweep(max);
        }
    }

    /** Forgets expired responses that are still part of chains. */
    static final class SweepsAncestors extends EndWatcher {
        private final Set<ResponseId> swept = new HashSet<>();

        SweepsAncestors(ResponseStore sound) {
            super(sound);
        }

        @Override
        public int sweep(int max) {
            ended.stream()
                    .filter(lease -> super.find(lease.tenant(), lease.id()).isEmpty())
                    .forEach(lease -> swept.add(lease.id()));
            return super.sweep(max);
        }

        @Override
        public Optional<Chain> chain(Tenant tenant, ResponseId id) {
            return super.chain(tenant, id).filter(chain -> chain.ids().stream().noneMatch(swept::contains));
        }
    }

    /** Takes what is left of a chain one after another, call by call. */
    static final class SweepsOne extends ForwardingStore {
        SweepsOne(ResponseStore sound) {
            super(sound);
        }

        @Override
        public int sweep(int max) {
            return super.sweep(1);
        }
    }

    static final class UsageNewestFirst extends ForwardingStore {
        UsageNewestFirst(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
            return StoreFixture.reversed(super.usage(tenant, from, to, max));
        }
    }

    static final class UsageToTheEndIncluded extends ForwardingStore {
        UsageToTheEndIncluded(ResponseStore sound) {
            super(sound);
        }

        @Override
        public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
            return super.usage(tenant, from, to.plusNanos(1000), max);
        }
    }

    static final class UsageOfAnyTenant extends ForwardingStore {
        private final Map<Tenant, Boolean> tenants = new HashMap<>();

        UsageOfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public synchronized Created create(NewResponse response) {
            tenants.put(response.tenant(), true);
            return super.create(response);
        }

        @Override
        public synchronized List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
            List<UsageRecord> all = new ArrayList<>();
            tenants.keySet().forEach(any -> all.addAll(super.usage(any, from, to, max)));
            return all;
        }
    }
}
