package io.github.responses4j.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One conversation in memory. Every field that changes is guarded by this object's monitor, which its methods take themselves. No method
 * takes a second lock.
 */
final class InMemoryConversation {
    final Tenant tenant;
    final ConversationId id;
    private final Instant createdAt;
    private final Map<String, StoredItem> items = new LinkedHashMap<>();
    private String document;
    private long version;
    private boolean gone;
    private @Nullable InMemoryEntry holder;
    /** Its place in the order of eviction. */
    private long touched;

    InMemoryConversation(NewConversation conversation, Instant createdAt) {
        this.tenant = conversation.tenant();
        this.id = conversation.id();
        this.createdAt = createdAt;
        this.document = conversation.document();
        if (!put(conversation.items())) {
            throw new IllegalArgumentException("two items have the same id");
        }
    }

    synchronized StoredConversation snapshot() {
        return new StoredConversation(tenant, id, createdAt, document, version);
    }

    synchronized ConversationItems content() {
        return new ConversationItems(version, new ArrayList<>(items.values()));
    }

    synchronized @Nullable StoredItem item(String itemId) {
        return items.get(itemId);
    }

    synchronized List<String> itemIds() {
        return List.copyOf(items.keySet());
    }

    /** Whether it is still there; what it keeps is replaced then. */
    synchronized boolean update(String newDocument) {
        if (!gone) {
            document = newDocument;
        }
        return !gone;
    }

    /** Lets a response hold it, if nobody does and it is as the response's turn has read it. */
    synchronized boolean hold(InMemoryEntry response, long readVersion) {
        if (gone || holder != null || version != readVersion) {
            return false;
        }
        holder = response;
        return true;
    }

    /** Ends a response's hold. */
    synchronized void release(InMemoryEntry response) {
        if (response.equals(holder)) {
            holder = null;
        }
    }

    /** Adds what a response brings, leaving out what is there already; returns the ids that are new. */
    synchronized List<String> join(List<StoredItem> more) {
        List<String> added = new ArrayList<>();
        if (!gone) {
            for (StoredItem item : more) {
                if (items.putIfAbsent(item.id(), item) == null) {
                    added.add(item.id());
                }
            }
            version++;
        }
        return added;
    }

    synchronized ConversationChange add(List<StoredItem> more) {
        if (gone) {
            return ConversationChange.NOT_FOUND;
        }
        if (holder != null) {
            return ConversationChange.LOCKED;
        }
        if (!put(more)) {
            throw new IllegalArgumentException("the conversation has an item of this id already");
        }
        version++;
        return ConversationChange.DONE;
    }

    synchronized ConversationChange remove(String itemId) {
        if (gone || !items.containsKey(itemId)) {
            return ConversationChange.NOT_FOUND;
        }
        if (holder != null) {
            return ConversationChange.LOCKED;
        }
        items.remove(itemId);
        version++;
        return ConversationChange.DONE;
    }

    /** Ends it; false if it had ended before. Its items stay readable to this package, to be taken out of the indexes. */
    synchronized boolean end() {
        boolean first = !gone;
        gone = true;
        return first;
    }

    /** Ends it unless a response holds it. */
    synchronized boolean endIfFree() {
        return holder == null && end();
    }

    synchronized boolean isGone() {
        return gone;
    }

    /** Gives it a new place in the order of eviction and returns the one before. */
    synchronized long touch(long place) {
        long before = touched;
        touched = place;
        return before;
    }

    synchronized long touched() {
        return touched;
    }

    /** Adds all of them or, if one is there already or comes twice, none. */
    private boolean put(List<StoredItem> more) {
        Map<String, StoredItem> all = new LinkedHashMap<>();
        for (StoredItem item : more) {
            if (items.containsKey(item.id()) || all.put(item.id(), item) != null) {
                return false;
            }
        }
        items.putAll(all);
        return true;
    }
}
