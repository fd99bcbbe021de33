package io.github.responses4j.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One conversation in memory. Every field that changes is guarded by this object's monitor, which the callers hold. No method
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
    private long place;
    /** What {@link #content} gave last, until something changes. */
    private @Nullable ConversationItems content;

    InMemoryConversation(NewConversation conversation, Instant createdAt) {
        this.tenant = conversation.tenant();
        this.id = conversation.id();
        this.createdAt = createdAt;
        this.document = conversation.document();
        conversation.items().forEach(item -> items.put(item.id(), item));
    }

    boolean isGone() {
        return gone;
    }

    boolean isHeld() {
        return holder != null;
    }

    /** Its place in the order of eviction. */
    long place() {
        return place;
    }

    void place(long newPlace) {
        place = newPlace;
    }

    StoredConversation snapshot() {
        return new StoredConversation(tenant, id, createdAt, document, version);
    }

    /** The items now, shared between readers until the next write. */
    ConversationItems content() {
        ConversationItems current = content;
        if (current == null) {
            current = new ConversationItems(version, List.copyOf(items.values()));
            content = current;
        }
        return current;
    }

    @Nullable
    StoredItem item(String itemId) {
        return items.get(itemId);
    }

    void update(String newDocument) {
        document = newDocument;
    }

    /** Lets a response hold it, if nobody does and it is as the response's turn has read it. */
    boolean hold(InMemoryEntry response, long readVersion) {
        if (gone || holder != null || version != readVersion) {
            return false;
        }
        holder = response;
        return true;
    }

    void release() {
        holder = null;
    }

    /** Adds what is not there yet, as one change, and returns it. */
    List<StoredItem> add(Collection<StoredItem> more) {
        List<StoredItem> added = new ArrayList<>();
        for (StoredItem item : more) {
            if (items.putIfAbsent(item.id(), item) == null) {
                added.add(item);
            }
        }
        changed();
        return added;
    }

    void remove(String itemId) {
        items.remove(itemId);
        changed();
    }

    private void changed() {
        version++;
        content = null;
    }

    /** Leaves nothing but the fact that it is gone; returns what it had. */
    List<StoredItem> end() {
        List<StoredItem> had = List.copyOf(items.values());
        gone = true;
        holder = null;
        items.clear();
        document = "";
        content = null;
        return had;
    }
}
