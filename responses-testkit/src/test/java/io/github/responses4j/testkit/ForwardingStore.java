package io.github.responses4j.testkit;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.store.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A store that does what another one does, to be spoilt in one place. */
class ForwardingStore implements ResponseStore {
    final ResponseStore sound;

    ForwardingStore(ResponseStore sound) {
        this.sound = sound;
    }

    @Override
    public boolean durable() {
        return sound.durable();
    }

    @Override
    public List<Claim> reap(NodeId node, int max, Duration ttl) {
        return sound.reap(node, max, ttl);
    }

    @Override
    public Optional<List<ResponseId>> lineage(Tenant tenant, ResponseId id) {
        return sound.lineage(tenant, id);
    }

    @Override
    public boolean restore(Tenant tenant, ResponseId id) {
        return sound.restore(tenant, id);
    }

    @Override
    public int sweep(int max) {
        return sound.sweep(max);
    }

    @Override
    public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
        return sound.usage(tenant, from, to, max);
    }

    @Override
    public Listening onHint(Consumer<ResponseKey> hint) {
        return sound.onHint(hint);
    }

    @Override
    public Created create(NewResponse response) {
        return sound.create(response);
    }

    @Override
    public Optional<Created> underKey(Tenant tenant, IdempotencyKey key) {
        return sound.underKey(tenant, key);
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
    public Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched) {
        return sound.changed(watched);
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return sound.find(tenant, id);
    }

    @Override
    public Optional<Chain> chain(Tenant tenant, ResponseId id) {
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
    public Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds) {
        return sound.items(tenant, itemIds);
    }

    @Override
    public Page<StoredResponse> responses(Tenant tenant, PageQuery query) {
        return sound.responses(tenant, query);
    }

    @Override
    public void createConversation(NewConversation conversation) {
        sound.createConversation(conversation);
    }

    @Override
    public Optional<StoredConversation> conversation(Tenant tenant, ConversationId id) {
        return sound.conversation(tenant, id);
    }

    @Override
    public boolean updateConversation(Tenant tenant, ConversationId id, String document) {
        return sound.updateConversation(tenant, id, document);
    }

    @Override
    public boolean deleteConversation(Tenant tenant, ConversationId id) {
        return sound.deleteConversation(tenant, id);
    }

    @Override
    public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
        return sound.conversationContent(tenant, id);
    }

    @Override
    public Optional<Page<StoredItem>> conversationItems(Tenant tenant, ConversationId id, PageQuery query) {
        return sound.conversationItems(tenant, id, query);
    }

    @Override
    public Optional<StoredItem> conversationItem(Tenant tenant, ConversationId id, String itemId) {
        return sound.conversationItem(tenant, id, itemId);
    }

    @Override
    public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items) {
        return sound.addConversationItems(tenant, id, items);
    }

    @Override
    public ConversationChange deleteConversationItem(Tenant tenant, ConversationId id, String itemId) {
        return sound.deleteConversationItem(tenant, id, itemId);
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
