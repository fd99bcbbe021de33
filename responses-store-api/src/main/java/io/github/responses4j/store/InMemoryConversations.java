package io.github.responses4j.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of a store in memory, and where their items are. Bounded: beyond the bound the free one whose last change
 * is the oldest goes.
 *
 * <p>The monitor of a conversation protects its state and its places in {@code index} and {@code resting}; they change
 * together under it. {@code trimming} lets one thread at a time evict, so that none is evicted too many. Order of locks:
 * {@code trimming} or a response's entry, a conversation, then any single map operation.
 */
final class InMemoryConversations {
    private record Key(Tenant tenant, ConversationId id) {}

    private final int max;
    private final Map<Key, InMemoryConversation> conversations = new ConcurrentHashMap<>();
    private final ItemIndex<InMemoryConversation> index = new ItemIndex<>();
    /** Those that no response holds, by their last change: the order of eviction. */
    private final ConcurrentNavigableMap<Long, InMemoryConversation> resting = new ConcurrentSkipListMap<>();

    private final AtomicLong places = new AtomicLong();
    private final Object trimming = new Object();

    InMemoryConversations(int max) {
        this.max = max;
    }

    void create(NewConversation made, Instant now) {
        InMemoryConversation conversation = new InMemoryConversation(made, now);
        synchronized (conversation) {
            if (conversations.putIfAbsent(new Key(made.tenant(), made.id()), conversation) != null) {
                throw new IllegalArgumentException("conversation " + made.id() + " exists already");
            }
            made.items().forEach(item -> index.add(made.tenant(), item, conversation));
        }
        synchronized (trimming) {
            // The new one is not among those that may go.
            trim();
            synchronized (conversation) {
                touch(conversation);
            }
        }
    }

    /** Reads a conversation, if this tenant has it. */
    <T> Optional<T> read(Tenant tenant, ConversationId id, Function<InMemoryConversation, @Nullable T> reading) {
        InMemoryConversation conversation = conversations.get(new Key(tenant, id));
        if (conversation == null) {
            return Optional.empty();
        }
        synchronized (conversation) {
            return conversation.isGone() ? Optional.empty() : Optional.ofNullable(reading.apply(conversation));
        }
    }

    boolean update(Tenant tenant, ConversationId id, String document) {
        return read(tenant, id, conversation -> {
                    conversation.update(document);
                    touch(conversation);
                    return true;
                })
                .isPresent();
    }

    boolean delete(Tenant tenant, ConversationId id) {
        return read(tenant, id, conversation -> {
                    end(conversation);
                    return true;
                })
                .isPresent();
    }

    ConversationChange add(Tenant tenant, ConversationId id, List<StoredItem> items) {
        return read(tenant, id, conversation -> {
                    if (conversation.isHeld()) {
                        return ConversationChange.LOCKED;
                    }
                    if (items.stream().anyMatch(item -> conversation.item(item.id()) != null)) {
                        throw new IllegalArgumentException("the conversation has an item of this id already");
                    }
                    enter(conversation, items);
                    touch(conversation);
                    return ConversationChange.DONE;
                })
                .orElse(ConversationChange.NOT_FOUND);
    }

    ConversationChange remove(Tenant tenant, ConversationId id, String itemId) {
        return read(tenant, id, conversation -> {
                    if (conversation.item(itemId) == null) {
                        return ConversationChange.NOT_FOUND;
                    }
                    if (conversation.isHeld()) {
                        return ConversationChange.LOCKED;
                    }
                    conversation.remove(itemId);
                    index.remove(tenant, itemId, conversation);
                    touch(conversation);
                    return ConversationChange.DONE;
                })
                .orElse(ConversationChange.NOT_FOUND);
    }

    /** The conversation of a turn; null if this tenant has none such. */
    @Nullable
    InMemoryConversation find(Tenant tenant, ConversationId id) {
        return conversations.get(new Key(tenant, id));
    }

    /** Lets a response hold a conversation, if nobody does and it is as the response's turn has read it. */
    boolean hold(InMemoryConversation conversation, InMemoryEntry response, long readVersion) {
        synchronized (conversation) {
            boolean held = conversation.hold(response, readVersion);
            if (held) {
                resting.remove(conversation.place());
            }
            return held;
        }
    }

    /**
     * Ends the hold of the response that holds a conversation.
     *
     * @param turn what the response adds to it, null for nothing
     */
    void release(InMemoryConversation conversation, @Nullable List<StoredItem> turn) {
        synchronized (conversation) {
            if (!conversation.isGone()) {
                if (turn != null) {
                    enter(conversation, turn);
                }
                conversation.release();
                touch(conversation);
            }
        }
    }

    /** An item of any conversation of a tenant. */
    @Nullable
    StoredItem item(Tenant tenant, String itemId) {
        for (StoredItem item : index.of(tenant, itemId).values()) {
            return item;
        }
        return null;
    }

    /** Drops those whose last change is the oldest while there are too many. The caller holds no conversation. */
    void trim() {
        while (conversations.size() > max && !resting.isEmpty()) {
            synchronized (trimming) {
                var oldest = conversations.size() > max ? resting.firstEntry() : null;
                if (oldest != null) {
                    synchronized (oldest.getValue()) {
                        // Unless it was taken or changed meanwhile.
                        if (resting.containsKey(oldest.getKey())) {
                            end(oldest.getValue());
                        }
                    }
                }
            }
        }
    }

    void clear() {
        conversations.clear();
        index.clear();
        resting.clear();
    }

    private void enter(InMemoryConversation conversation, List<StoredItem> items) {
        conversation.add(items).forEach(item -> index.add(conversation.tenant, item, conversation));
    }

    /** Moves a conversation to the end of the order of eviction, if it has a place in it. */
    private void touch(InMemoryConversation conversation) {
        resting.remove(conversation.place());
        if (!conversation.isGone() && !conversation.isHeld()) {
            conversation.place(places.incrementAndGet());
            resting.put(conversation.place(), conversation);
        }
    }

    private void end(InMemoryConversation conversation) {
        conversations.remove(new Key(conversation.tenant, conversation.id), conversation);
        conversation.end().forEach(item -> index.remove(conversation.tenant, item.id(), conversation));
        resting.remove(conversation.place());
    }
}
