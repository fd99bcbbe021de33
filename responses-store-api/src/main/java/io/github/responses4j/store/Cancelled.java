package io.github.responses4j.store;

/** What became of a {@link ResponseStore#cancel}. */
public enum Cancelled {
    /** The response was running or queued and is now cancelled. */
    CANCELLED,
    /** The response had already ended; nothing changed. */
    ALREADY_ENDED,
    /** This tenant has no such response. */
    NOT_FOUND
}
