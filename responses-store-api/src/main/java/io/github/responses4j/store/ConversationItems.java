package io.github.responses4j.store;

import java.util.List;

/**
 * The items of a conversation: one consistent snapshot.
 *
 * @param version the conversation's version
 * @param items all its items, oldest first
 */
public record ConversationItems(long version, List<StoredItem> items) {
    /** Copies the list. */
    public ConversationItems {
        items = List.copyOf(items);
    }
}
