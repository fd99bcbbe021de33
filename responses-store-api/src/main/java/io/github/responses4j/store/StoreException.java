package io.github.responses4j.store;

import org.jspecify.annotations.Nullable;

/** A store could not do its work: it is down, full, or broken. Never thrown for an unknown id. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * Tells of a failure.
     *
     * @param message what failed; holds no stored content
     * @param retryable whether the same call may succeed later
     * @param cause the underlying failure, if any
     */
    public StoreException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** Whether the same call may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
