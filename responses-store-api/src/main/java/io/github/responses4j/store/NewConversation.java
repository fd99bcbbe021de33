package io.github.responses4j.store;

import java.util.List;

/**
 * What {@link ResponseStore#createConversation} writes.
 *
 * @param tenant whose conversation it is
 * @param id its id, not used before by this tenant
 * @param document what the engine keeps with it, as ASCII-escaped JSON text
 * @param items its first items, oldest first, no two of the same id
 */
public record NewConversation(Tenant tenant, ConversationId id, String document, List<StoredItem> items) {
    /** Copies the list and refuses two items of the same id. */
    public NewConversation {
        items = StoredItem.distinct(List.copyOf(items));
    }
}
