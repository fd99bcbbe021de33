package io.github.responses4j.store;

import java.time.Instant;

/**
 * A conversation as the store has it, without its items.
 *
 * @param tenant whose it is
 * @param id its id
 * @param createdAt when it was created, by the store's clock
 * @param document what the engine keeps with it, as ASCII-escaped JSON text
 * @param version one more with every change of its items; 0 when it is created
 */
public record StoredConversation(Tenant tenant, ConversationId id, Instant createdAt, String document, long version) {}
