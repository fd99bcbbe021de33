package io.github.responses4j.engine;

import io.github.responses4j.codec.RequestRules;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemIds;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Conversation;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The conversations of an engine: lists of items that responses build on and add to. Everything is scoped to a tenant. Safe from any
 * thread; calls block.
 *
 * <p>Every method may throw a {@link ResponsesException}, and every one that names a conversation throws {@link NotFoundException} if
 * this tenant has none of this id. While a response runs on a conversation its items cannot be changed: {@link InvalidRequestException}
 * with the code {@code conversation_locked}.
 */
public final class Conversations {
    /** How many items one call may bring. */
    public static final int MAX_ITEMS = 20;

    private static final String PREFIX = "conv";
    private static final String METADATA = "metadata";

    private final ResponseStore store;
    private final ContextLoader contexts;
    private final IdGenerator ids;

    Conversations(ResponseStore store, ContextLoader contexts, IdGenerator ids) {
        this.store = store;
        this.contexts = contexts;
        this.ids = ids;
    }

    /**
     * Begins a conversation.
     *
     * @param items its first items, oldest first, at most {@link #MAX_ITEMS}; those that have no id get one, a reference becomes what it
     *     names
     * @param metadata what its owner notes on it: at most 16 pairs of texts, keys up to 64 characters, values up to 512
     * @throws InvalidRequestException if there are too many items, two have the same id, or the metadata is beyond its limits
     */
    public Conversation create(Tenant tenant, List<Item> items, JsonObject metadata) {
        RequestRules.checkMetadata(METADATA, metadata.toNode());
        List<StoredItem> documents = guarded(() -> documents(tenant, items));
        ConversationId id = new ConversationId(ids.next(PREFIX));
        guarded(() -> {
            store.createConversation(new NewConversation(tenant, id, Documents.conversation(metadata), documents));
            return id;
        });
        return retrieve(tenant, id);
    }

    /** Reads a conversation. */
    public Conversation retrieve(Tenant tenant, ConversationId id) {
        StoredConversation stored =
                guarded(() -> store.conversation(tenant, id)).orElseThrow(() -> notFound(id));
        JsonObject metadata = JsonObject.parse(stored.document()).object(METADATA);
        return Conversation.of(id, stored.createdAt(), Objects.requireNonNullElse(metadata, JsonObject.EMPTY));
    }

    /**
     * Replaces what is noted on a conversation.
     *
     * @throws InvalidRequestException if the metadata is beyond its limits
     */
    public Conversation update(Tenant tenant, ConversationId id, JsonObject metadata) {
        RequestRules.checkMetadata(METADATA, metadata.toNode());
        if (!guarded(() -> store.updateConversation(tenant, id, Documents.conversation(metadata)))) {
            throw notFound(id);
        }
        return retrieve(tenant, id);
    }

    /** Deletes a conversation. A response that runs on it goes on; the responses that it was made of stay. */
    public void delete(Tenant tenant, ConversationId id) {
        if (!guarded(() -> store.deleteConversation(tenant, id))) {
            throw notFound(id);
        }
    }

    /**
     * Lists a conversation's items, with the members that the wire demands of an item that is listed.
     *
     * @throws InvalidRequestException if {@code after} is not an item of the list
     */
    public Page<Item> items(Tenant tenant, ConversationId id, PageQuery query) {
        try {
            Page<StoredItem> page =
                    guarded(() -> store.conversationItems(tenant, id, query)).orElseThrow(() -> notFound(id));
            return new Page<>(page.data().stream().map(Conversations::listed).toList(), page.hasMore());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("Item with id '" + query.after() + "' not found.", null, "after");
        }
    }

    /**
     * Adds items to the end of a conversation.
     *
     * @param items oldest first, 1 to {@link #MAX_ITEMS}; those that have no id get one, a reference becomes what it names
     * @return the items as they are listed
     * @throws InvalidRequestException if there are too many items or none, one has an id that the conversation has already, or a response
     *     runs on the conversation
     */
    public List<Item> addItems(Tenant tenant, ConversationId id, List<Item> items) {
        retrieve(tenant, id);
        if (items.isEmpty()) {
            throw new InvalidRequestException(
                    "Invalid 'items': empty array. Expected an array with minimum length 1, but got an empty array"
                            + " instead.",
                    "empty_array",
                    "items");
        }
        List<StoredItem> documents = guarded(() -> documents(tenant, items));
        try {
            done(guarded(() -> store.addConversationItems(tenant, id, documents)), () -> notFound(id));
        } catch (IllegalArgumentException e) {
            throw taken(tenant, id, documents);
        }
        return documents.stream().map(Conversations::listed).toList();
    }

    /**
     * Reads one item of a conversation, as it is listed.
     *
     * @throws NotFoundException if this tenant has no such conversation, or it no such item
     */
    public Item item(Tenant tenant, ConversationId id, String itemId) {
        retrieve(tenant, id);
        return guarded(() -> store.conversationItem(tenant, id, itemId))
                .map(Conversations::listed)
                .orElseThrow(() -> noItem(itemId));
    }

    /**
     * Takes an item out of a conversation.
     *
     * @return the conversation
     * @throws NotFoundException if this tenant has no such conversation, or it no such item
     * @throws InvalidRequestException if a response runs on the conversation
     */
    public Conversation deleteItem(Tenant tenant, ConversationId id, String itemId) {
        Conversation conversation = retrieve(tenant, id);
        done(guarded(() -> store.deleteConversationItem(tenant, id, itemId)), () -> noItem(itemId));
        return conversation;
    }

    /** The items as they are kept, each with an id of its own. */
    private List<StoredItem> documents(Tenant tenant, List<Item> items) {
        if (items.size() > MAX_ITEMS) {
            throw new InvalidRequestException(
                    "Invalid 'items': array too long. Expected an array with maximum length " + MAX_ITEMS
                            + ", but got an array with length " + items.size() + " instead.",
                    "array_above_max_length",
                    "items");
        }
        List<Item> named = items.stream().map(item -> ItemIds.withId(item, ids)).toList();
        List<Item> resolved = contexts.resolved(tenant, named, List.of(), "items");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < resolved.size(); i++) {
            String id = Objects.requireNonNull(resolved.get(i).id(), "an item without id");
            RequestRules.checkId("items[" + i + "].id", id);
            if (!seen.add(id)) {
                throw taken(id, i);
            }
        }
        return Documents.items(resolved);
    }

    private InvalidRequestException taken(Tenant tenant, ConversationId id, List<StoredItem> items) {
        for (int i = 0; i < items.size(); i++) {
            String itemId = items.get(i).id();
            if (guarded(() -> store.conversationItem(tenant, id, itemId)).isPresent()) {
                return taken(itemId, i);
            }
        }
        // It has gone since.
        return taken(items.get(0).id(), 0);
    }

    private static InvalidRequestException taken(String itemId, int place) {
        return new InvalidRequestException(
                "Item with id '" + itemId + "' already exists in the conversation.",
                "invalid_value",
                "items[" + place + "].id");
    }

    private static Item listed(StoredItem stored) {
        return ListedItems.of(Documents.item(stored));
    }

    private static void done(ConversationChange change, Supplier<NotFoundException> missing) {
        switch (change) {
            case DONE -> {
                // As asked for.
            }
            case NOT_FOUND -> throw missing.get();
            case LOCKED -> throw RunStore.locked();
        }
    }

    private static NotFoundException notFound(ConversationId id) {
        return new NotFoundException("Conversation with id '" + id + "' not found.", null);
    }

    private static NotFoundException noItem(String itemId) {
        return new NotFoundException("Item with id '" + itemId + "' not found.", null);
    }

    private static <T> T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }
}
