package io.github.responses4j.store;

/**
 * The conversation that a response is a turn of, as the turn has read it.
 *
 * @param id the conversation
 * @param version its version when its items were read; a turn that something else overtook is refused
 */
public record ConversationTurn(ConversationId id, long version) {}
