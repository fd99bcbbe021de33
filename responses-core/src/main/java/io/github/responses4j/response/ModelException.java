package io.github.responses4j.response;

import org.jspecify.annotations.Nullable;

/** The backend failed before anything of its answer was visible. */
public final class ModelException extends ResponsesException {
    private static final long serialVersionUID = 1L;

    /** How the backend failed. */
    public enum Kind {
        /** It cannot be reached, or answered with an error of its own. */
        BROKEN,
        /** It says that it is overloaded or down for now. */
        UNAVAILABLE,
        /** It took too long. */
        TIMED_OUT
    }

    private final Kind kind;

    /**
     * Tells of a backend.
     *
     * @param kind how it failed
     * @param message what happened, for a person; holds no key, address or body of the backend's
     * @param cause the underlying failure, if any
     */
    public ModelException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, null, null, cause);
        this.kind = kind;
    }

    /** How the backend failed. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String type() {
        return "server_error";
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
