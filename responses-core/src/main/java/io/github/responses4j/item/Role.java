package io.github.responses4j.item;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who speaks in a message. The set is frozen. */
public enum Role {
    /** The person or program that asks. */
    USER,
    /** The model. */
    ASSISTANT,
    /** Standing orders. */
    SYSTEM,
    /** Standing orders of the application's developer. */
    DEVELOPER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The role as the wire spells it. */
    public String wire() {
        return wire;
    }

    /** The role of this spelling, or null if there is none. */
    public static @Nullable Role ofWire(@Nullable String wire) {
        for (Role role : values()) {
            if (role.wire.equals(wire)) {
                return role;
            }
        }
        return null;
    }
}
