package io.github.responses4j.item;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of an item (OpenAI Responses API, {@code status} of an item). The set may grow with the wire; most kinds know only
 * the first three.
 */
public enum ItemStatus {
    /** Still growing. */
    IN_PROGRESS,
    /** Whole. */
    COMPLETED,
    /** Cut short; an item of this state is the last of its response. */
    INCOMPLETE,
    /** A tool was called and failed. */
    FAILED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The status as the wire spells it, such as {@code in_progress}. */
    public String wire() {
        return wire;
    }

    /** The status of this spelling, or null if there is none. */
    public static @Nullable ItemStatus ofWire(@Nullable String wire) {
        for (ItemStatus status : values()) {
            if (status.wire.equals(wire)) {
                return status;
            }
        }
        return null;
    }
}
