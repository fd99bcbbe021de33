package io.github.responses4j.store;

import java.util.List;

/** x. */
public record NewConversation(Tenant tenant, ConversationId id, String document, List<StoredItem> items) {}
