package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.store.Tenant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may call: API keys, of which only digests are kept, and whose they are. A ring without keys lets everybody in. Immutable. */
final class KeyRing {
    private static final String SCHEME = "bearer ";

    private final List<Key> keys;

    KeyRing(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Whose key a header holds.
     *
     * @param authorization the {@code Authorization} header, if there is one
     * @return null if the key is missing or wrong; which of them it is takes the same time and is never told
     */
    @Nullable
    Caller caller(@Nullable String authorization) {
        if (keys.isEmpty()) {
            return Caller.ANYBODY;
        }
        byte[] offered = digest(secret(authorization));
        Key found = null;
        for (Key key : keys) {
            // No early end: how long the search takes must not tell which key came close.
            if (MessageDigest.isEqual(offered, key.digest)) {
                found = key;
            }
        }
        return found == null ? null : found.caller;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    private static String secret(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return "";
        }
        return authorization.substring(SCHEME.length()).strip();
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Who calls.
     *
     * @param tenant whose responses are used
     * @param profile what the caller's answers look like; null for the server's own
     */
    record Caller(Tenant tenant, @Nullable Profile profile) {
        static final Caller ANYBODY = new Caller(Tenant.SINGLE, null);
    }

    /** A key that lets a caller in. */
    static final class Key {
        private final byte[] digest;
        private final Caller caller;

        Key(String key, Caller caller) {
            if (key.isBlank()) {
                throw new IllegalArgumentException("an API key is never empty");
            }
            this.digest = KeyRing.digest(key.strip());
            this.caller = caller;
        }
    }
}
