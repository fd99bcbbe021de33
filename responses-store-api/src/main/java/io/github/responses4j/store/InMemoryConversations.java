package io.github.responses4j.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The conversations of a store in memory, and where their items are. Bounded: beyond it the one that rested longest goes. */
final class InMemoryConversations {
    private record Key(Tenant tenant, ConversationId id) {}

    private final int max;
    private final Map<Key, InMemoryConversation> conversations = new ConcurrentHashMap<>();
    private final ItemIndex<InMemoryConversation> index = new ItemIndex<>();
    /** By their last change: the order of eviction. */
    private final ConcurrentNavigableMap<Long, InMemoryConversation> resting = new ConcurrentSkipListMap<>();

    private final AtomicLong places = new AtomicLong();

    InMemoryConversations(int max) {
        this.max = max;
    }

    void create(NewConversation made, Instant now) {
        InMemoryConversation conversation = new InMemoryConversation(made, now);
        if (conversations.putIfAbsent(new Key(made.tenant(), made.id()), conversation) != null) {
            throw new IllegalArgumentException("conversation " + made.id() + " exists already");
        }
        made.items().forEach(item -> index.add(made.tenant(), item.id(), conversation));
        touch(conversation);
        trim();
    }

    @Nullable
    InMemoryConversation find(Tenant tenant, ConversationId id) {
        return conversations.get(new Key(tenant, id));
    }

    boolean delete(Tenant tenant, ConversationId id) {
        InMemoryConversation conversation = find(tenant, id);
        if (conversation == null || !conversation.end()) {
            return false;
        }
        forget(conversation);
        return true;
    }

    ConversationChange add(Tenant tenant, ConversationId id, List<StoredItem> items) {
        InMemoryConversation conversation = find(tenant, id);
        if (conversation == null) {
            return ConversationChange.NOT_FOUND;
        }
        ConversationChange change = conversation.add(items);
        if (change == ConversationChange.DONE) {
            added(conversation, items.stream().map(StoredItem::id).toList());
        }
        return change;
    }

    ConversationChange remove(Tenant tenant, ConversationId id, String itemId) {
        InMemoryConversation conversation = find(tenant, id);
        if (conversation == null) {
            return ConversationChange.NOT_FOUND;
        }
        ConversationChange change = conversation.remove(itemId);
        if (change == ConversationChange.DONE) {
            index.remove(tenant, itemId, conversation);
            touch(conversation);
        }
        return change;
    }

    /** Adds what a response brings. */
    void join(InMemoryConversation conversation, List<StoredItem> items) {
        added(conversation, conversation.join(items));
    }

    private void added(InMemoryConversation conversation, List<String> itemIds) {
        itemIds.forEach(itemId -> index.add(conversation.tenant, itemId, conversation));
        touch(conversation);
        if (conversation.isGone()) {
            // It went while its items were put into the index.
            itemIds.forEach(itemId -> index.remove(conversation.tenant, itemId, conversation));
            resting.remove(conversation.touched());
        }
    }

    /** An item of any conversation of a tenant. */
    @Nullable
    StoredItem item(Tenant tenant, String itemId) {
        for (InMemoryConversation conversation : index.of(tenant, itemId)) {
            StoredItem item = conversation.item(itemId);
            if (item != null) {
                return item;
            }
        }
        return null;
    }

    void clear() {
        conversations.clear();
        index.clear();
        resting.clear();
    }

    private void touch(InMemoryConversation conversation) {
        long place = places.incrementAndGet();
        resting.put(place, conversation);
        resting.remove(conversation.touch(place));
    }

    private void trim() {
        if (conversations.size() <= max) {
            return;
        }
        for (InMemoryConversation oldest : resting.values()) {
            if (conversations.size() <= max) {
                return;
            }
            if (oldest.endIfFree()) {
                forget(oldest);
            }
        }
    }

    private void forget(InMemoryConversation conversation) {
        conversations.remove(new Key(conversation.tenant, conversation.id), conversation);
        conversation.itemIds().forEach(itemId -> index.remove(conversation.tenant, itemId, conversation));
        resting.remove(conversation.touched());
    }
}
