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
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.store.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that fails when it is told to, in front of one that works.
 *
 * <p>Calls are counted from 1 in the order in which they begin, over all methods and threads, apart from {@link #healthy},
 * {@link #durable}, {@link #onHint} and {@link #close}. A run over a store without faults gives the number of calls; the same run is then repeated with a fault at
 * call 1, 2, 3 … up to that number:
 *
 * <pre>{@code
 * for (int n = 1; n <= calls; n++) {
 *     FaultStore store = new FaultStore(ResponseStore.inMemory()).failAt(n, FaultStore.Fault.AFTER_COMMIT);
 *     run(store);
 *     check(store);
 * }
 * }</pre>
 *
 * <p>May be used from any thread; the store behind it is called without a lock.
 */
public final class FaultStore implements ResponseStore {
    /** How a call fails. */
    public enum Fault {
        /** It throws a {@link StoreException} and has done nothing. */
        BEFORE_COMMIT,
        /** It has done its work, and throws a {@link StoreException} instead of giving its answer. */
        AFTER_COMMIT,
        /** An append answers {@link Append.Result#UNKNOWN} and has done nothing; other calls fail as before the commit. */
        UNKNOWN_LOST,
        /** An append has done its work and answers {@link Append.Result#UNKNOWN}; other calls fail as after the commit. */
        UNKNOWN_COMMITTED
    }

    private final ResponseStore store;
    private final Map<Integer, Fault> faults = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private int downFrom = Integer.MAX_VALUE;

    /** Stands in front of a store; without any fault until one is asked for. Closing this one closes that one. */
    public FaultStore(ResponseStore store) {
        this.store = store;
    }

    /**
     * Makes one call fail.
     *
     * @param call the number of the call, from 1; a later order for the same call replaces an earlier one
     * @return this store
     */
    public synchronized FaultStore failAt(int call, Fault fault) {
        faults.put(call, fault);
        return this;
    }

    /**
     * Takes the store down: this call and every later one fails before the commit, and {@link #healthy} is false once the
     * call has come.
     *
     * @param call the number of the call, from 1
     * @return this store
     */
    public synchronized FaultStore failFrom(int call) {
        downFrom = call;
        return this;
    }

    /** Forgets every fault that was asked for; the count goes on. */
    public synchronized void heal() {
        faults.clear();
        downFrom = Integer.MAX_VALUE;
    }

    /** The names of the methods called so far, in order, failed calls included. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private synchronized @Nullable Fault next(String method) {
        calls.add(method);
        int number = calls.size();
        return number >= downFrom ? Fault.BEFORE_COMMIT : faults.get(number);
    }

    private <T> T call(String method, Supplier<T> work) {
        Fault fault = next(method);
        boolean commits = fault == null || fault == Fault.AFTER_COMMIT || fault == Fault.UNKNOWN_COMMITTED;
        T answer = commits ? work.get() : null;
        if (fault == null && answer != null) {
            return answer;
        }
        throw new StoreException("injected fault: " + method + " " + fault, true, null);
    }

    @Override
    public Append.Result append(Lease lease, Append append) {
        Fault fault = next("append");
        if (fault == null) {
            return store.append(lease, append);
        }
        if (fault == Fault.AFTER_COMMIT || fault == Fault.UNKNOWN_COMMITTED) {
            store.append(lease, append);
        }
        if (fault == Fault.UNKNOWN_LOST || fault == Fault.UNKNOWN_COMMITTED) {
            return Append.Result.UNKNOWN;
        }
        throw new StoreException("injected fault: append " + fault, true, null);
    }

    /** What the store behind says; not counted. */
    @Override
    public boolean durable() {
        return store.durable();
    }

    @Override
    public List<Claim> reap(NodeId node, int max, Duration ttl) {
        return call("reap", () -> store.reap(node, max, ttl));
    }

    @Override
    public Optional<List<ResponseId>> lineage(Tenant tenant, ResponseId id) {
        return call("lineage", () -> store.lineage(tenant, id));
    }

    @Override
    public boolean restore(Tenant tenant, ResponseId id) {
        return call("restore", () -> store.restore(tenant, id));
    }

    @Override
    public int sweep(int max) {
        return call("sweep", () -> store.sweep(max));
    }

    @Override
    public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
        return call("usage", () -> store.usage(tenant, from, to, max));
    }

    /** What the store behind tells; not counted. */
    @Override
    public Listening onHint(Consumer<ResponseKey> hint) {
        return store.onHint(hint);
    }

    @Override
    public Created create(NewResponse response) {
        return call("create", () -> store.create(response));
    }

    @Override
    public Optional<Created> underKey(Tenant tenant, IdempotencyKey key) {
        return call("underKey", () -> store.underKey(tenant, key));
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        return call("claim", () -> store.claim(node, max, ttl));
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
        return call("renew", () -> store.renew(held, ttl));
    }

    @Override
    public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
        return call("toolStarted", () -> store.toolStarted(lease, callId, requestHash));
    }

    @Override
    public Cancelled cancel(Tenant tenant, ResponseId id) {
        return call("cancel", () -> store.cancel(tenant, id));
    }

    @Override
    public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
        return call("tail", () -> store.tail(tenant, id, after, max));
    }

    @Override
    public Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched) {
        return call("changed", () -> store.changed(watched));
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return call("find", () -> store.find(tenant, id));
    }

    @Override
    public Optional<Chain> chain(Tenant tenant, ResponseId id) {
        return call("chain", () -> store.chain(tenant, id));
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return call("inputItems", () -> store.inputItems(tenant, id, query));
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        return call("delete", () -> store.delete(tenant, id));
    }

    @Override
    public Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds) {
        return call("items", () -> store.items(tenant, itemIds));
    }

    @Override
    public Page<StoredResponse> responses(Tenant tenant, PageQuery query) {
        return call("responses", () -> store.responses(tenant, query));
    }

    @Override
    public void createConversation(NewConversation conversation) {
        call("createConversation", () -> {
            store.createConversation(conversation);
            return true;
        });
    }

    @Override
    public Optional<StoredConversation> conversation(Tenant tenant, ConversationId id) {
        return call("conversation", () -> store.conversation(tenant, id));
    }

    @Override
    public boolean updateConversation(Tenant tenant, ConversationId id, String document) {
        return call("updateConversation", () -> store.updateConversation(tenant, id, document));
    }

    @Override
    public boolean deleteConversation(Tenant tenant, ConversationId id) {
        return call("deleteConversation", () -> store.deleteConversation(tenant, id));
    }

    @Override
    public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
        return call("conversationContent", () -> store.conversationContent(tenant, id));
    }

    @Override
    public Optional<Page<StoredItem>> conversationItems(Tenant tenant, ConversationId id, PageQuery query) {
        return call("conversationItems", () -> store.conversationItems(tenant, id, query));
    }

    @Override
    public Optional<StoredItem> conversationItem(Tenant tenant, ConversationId id, String itemId) {
        return call("conversationItem", () -> store.conversationItem(tenant, id, itemId));
    }

    @Override
    public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items) {
        return call("addConversationItems", () -> store.addConversationItems(tenant, id, items));
    }

    @Override
    public ConversationChange deleteConversationItem(Tenant tenant, ConversationId id, String itemId) {
        return call("deleteConversationItem", () -> store.deleteConversationItem(tenant, id, itemId));
    }

    /** Whether the store behind is healthy and no call has met {@link #failFrom}; not counted. */
    @Override
    public boolean healthy() {
        return !isDown() && store.healthy();
    }

    private synchronized boolean isDown() {
        return calls.size() >= downFrom;
    }

    @Override
    public void close() {
        store.close();
    }
}
