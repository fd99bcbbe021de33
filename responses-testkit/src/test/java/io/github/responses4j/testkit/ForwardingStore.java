package io.github.responses4j.testkit;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store that does what another one does, to be spoilt in one place. */
class ForwardingStore implements ResponseStore {
    final ResponseStore sound;

    ForwardingStore(ResponseStore sound) {
        this.sound = sound;
    }

    @Override
    public Created create(NewResponse response) {
        return sound.create(response);
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        return sound.claim(node, max, ttl);
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
        return sound.renew(held, ttl);
    }

    @Override
    public Append.Result append(Lease lease, Append append) {
        return sound.append(lease, append);
    }

    @Override
    public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
        return sound.toolStarted(lease, callId, requestHash);
    }

    @Override
    public Cancelled cancel(Tenant tenant, ResponseId id) {
        return sound.cancel(tenant, id);
    }

    @Override
    public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
        return sound.tail(tenant, id, after, max);
    }

    @Override
    public Map<ResponseKey, Long> changed(Collection<ResponseKey> watched) {
        return sound.changed(watched);
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return sound.find(tenant, id);
    }

    @Override
    public Optional<List<StoredResponse>> chain(Tenant tenant, ResponseId id) {
        return sound.chain(tenant, id);
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return sound.inputItems(tenant, id, query);
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        return sound.delete(tenant, id);
    }

    @Override
    public boolean healthy() {
        return sound.healthy();
    }

    @Override
    public void close() {
        sound.close();
    }
}
