package io.github.responses4j.engine;

import io.github.responses4j.codec.Profile;
import org.jspecify.annotations.Nullable;

/**
 * How a request is to be carried out, beside what it says itself.
 *
 * @param profile which of the sources of the Responses API to follow where they disagree
 * @param idempotencyKey the caller's key, 1 to 255 characters: the same request under the same key is carried out once; null for none
 * @param memory what a connection remembers of its own responses, so that those that are not kept can be continued on it; null for none
 */
public record RunOptions(
        Profile profile,
        @Nullable String idempotencyKey,
        @Nullable SessionMemory memory) {
    /** The default profile, no key, no memory. */
    public static final RunOptions DEFAULT = new RunOptions(Profile.DEFAULT, null, null);

    /** These options with another profile. */
    public RunOptions withProfile(Profile other) {
        return new RunOptions(other, idempotencyKey, memory);
    }

    /** These options with a key; null for none. */
    public RunOptions withIdempotencyKey(@Nullable String key) {
        return new RunOptions(profile, key, memory);
    }

    /** These options with a connection's memory; null for none. */
    public RunOptions withMemory(@Nullable SessionMemory session) {
        return new RunOptions(profile, idempotencyKey, session);
    }
}
