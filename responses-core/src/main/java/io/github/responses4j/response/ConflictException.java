package io.github.responses4j.response;

/** The request's idempotency key stands for another request, or for one that is still being carried out. */
public final class ConflictException extends ResponsesException {
    private static final long serialVersionUID = 1L;

    /** The ways in which a key can be in the way. */
    public enum Kind {
        /** The first request under this key still runs; the same request later gets its response. */
        IN_PROGRESS,
        /** The key was used for a different request. */
        KEY_REUSED
    }

    private final Kind kind;

    /**
     * Tells of a key.
     *
     * @param kind how it is in the way
     * @param message the same for a person
     */
    public ConflictException(Kind kind, String message) {
        super(
                message,
                kind == Kind.IN_PROGRESS ? "idempotency_in_progress" : "idempotency_key_reused",
                "Idempotency-Key",
                null);
        this.kind = kind;
    }

    /** How the key is in the way. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String type() {
        return "invalid_request_error";
    }

    @Override
    public boolean retryable() {
        return kind == Kind.IN_PROGRESS;
    }
}
