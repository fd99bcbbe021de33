package io.github.responses4j.store;

/**
 * A caller's promise that requests with the same key are the same request (header {@code Idempotency-Key}).
 *
 * @param key the caller's text; 1 to 255 characters
 * @param requestHash a digest of the request, to notice a key that is used again for another one
 */
public record IdempotencyKey(String key, String requestHash) {
    private static final int MAX_LENGTH = 255;

    /** Checks the length of the key. */
    public IdempotencyKey {
        if (key.isEmpty() || key.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an idempotency key has 1 to " + MAX_LENGTH + " characters");
        }
    }
}
