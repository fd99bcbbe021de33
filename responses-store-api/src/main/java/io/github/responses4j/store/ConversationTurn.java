package io.github.responses4j.store;

/** x. */
public record ConversationTurn(ConversationId id, long version) {}
