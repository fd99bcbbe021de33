package io.github.responses4j.store;

import java.util.List;

/** x. */
public record ConversationItems(long version, List<StoredItem> items) {}
