package io.github.responses4j.store;

/**
 * A conversation as a turn has read it.
 *
 * @param id the conversation
 * @param version its version when its items were read; a turn whose version has been overtaken is refused
 */
public record ConversationTurn(ConversationId id, long version) {}
