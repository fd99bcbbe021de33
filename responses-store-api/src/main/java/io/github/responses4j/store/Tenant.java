package io.github.responses4j.store;

import java.util.Objects;

/**
 * The owner of responses. Every read and write names one; nothing of one tenant is ever visible to another.
 *
 * @param id the tenant's id, compared case-sensitively; 1 to 128 characters
 */
public record Tenant(String id) {
    /** The tenant of an application that has only one. */
    public static final Tenant SINGLE = new Tenant("default");

    private static final int MAX_LENGTH = 128;

    /** Checks the length. */
    public Tenant {
        Objects.requireNonNull(id, "id");
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a tenant id has 1 to " + MAX_LENGTH + " characters, was " + id.length());
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
