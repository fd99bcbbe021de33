package io.github.responses4j.store;

import java.util.Locale;

/**
 * The state of a response (OpenAI Responses API, {@code status}). The set is frozen.
 */
public enum ResponseStatus {
    /** Accepted for background work, not started. */
    QUEUED,
    /** Being worked on. */
    IN_PROGRESS,
    /** Ended as the model wanted. */
    COMPLETED,
    /** Ended early with usable output, for the reason in {@code incomplete_details}. */
    INCOMPLETE,
    /** Ended by an error. */
    FAILED,
    /** Ended by its caller. */
    CANCELLED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The status as the wire spells it, such as {@code in_progress}. */
    public String wire() {
        return wire;
    }

    /** Whether nothing can follow. */
    public boolean isTerminal() {
        return this != QUEUED && this != IN_PROGRESS;
    }

    /**
     * Reads a wire status.
     *
     * @throws IllegalArgumentException if no status is spelt so
     */
    public static ResponseStatus ofWire(String wire) {
        for (ResponseStatus status : values()) {
            if (status.wire.equals(wire)) {
                return status;
            }
        }
        throw new IllegalArgumentException("not a response status: " + wire);
    }
}
