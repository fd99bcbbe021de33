package io.github.responses4j.store;

/** What became of a change of a conversation's items. */
public enum ConversationChange {
    /** It is committed. */
    DONE,
    /** The tenant has no such conversation, or the conversation no such item; nothing was written. */
    NOT_FOUND,
    /** A response holds the conversation; nothing was written. */
    LOCKED
}
