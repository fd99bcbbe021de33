package io.github.responses4j.store;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class InMemoryResponseStore implements ResponseStore {
    InMemoryResponseStore(Clock clock, Duration timeToLive, int maxResponses) {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T no() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Created create(NewResponse response) {
        return no();
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        return no();
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
        return no();
    }

    @Override
    public Append.Result append(Lease lease, Append append) {
        return no();
    }

    @Override
    public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
        return no();
    }

    @Override
    public Cancelled cancel(Tenant tenant, ResponseId id) {
        return no();
    }

    @Override
    public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
        return no();
    }

    @Override
    public Map<ResponseKey, Long> changed(Collection<ResponseKey> watched) {
        return no();
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return no();
    }

    @Override
    public Optional<List<StoredResponse>> chain(Tenant tenant, ResponseId id) {
        return no();
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return no();
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        return no();
    }

    @Override
    public boolean healthy() {
        return no();
    }

    @Override
    public void close() {}
}
