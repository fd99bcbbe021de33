package io.github.responses4j.backend;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A backend failed. Its message may be shown to the caller: it holds no key, no address and no body of the backend's. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How the backend failed. */
    public enum Kind {
        /** It cannot be reached. */
        UNREACHABLE,
        /** It says that it is overloaded or down for now. */
        UNAVAILABLE,
        /** It took too long. */
        TIMED_OUT,
        /** It asks for patience. */
        RATE_LIMITED,
        /** It refuses this request, and would refuse it again. */
        REJECTED,
        /** It does not know the model. */
        UNKNOWN_MODEL,
        /** It refuses the engine's own key. */
        UNAUTHORIZED,
        /** It answered with an error of its own, or with something that is no answer. */
        BROKEN,
        /** The sample was cancelled. */
        CANCELLED
    }

    private final Kind kind;
    private final @Nullable String code;
    private final @Nullable Duration retryAfter;

    /** Tells of a failure that says neither a code nor when to try again. */
    public BackendException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, null, null, cause);
    }

    /**
     * Tells of a failure.
     *
     * @param kind how the backend failed
     * @param message what happened, for a person
     * @param code the wire code to pass on, such as {@code context_length_exceeded}, if any
     * @param retryAfter when to try again, if the backend said so
     * @param cause the underlying failure, if any
     */
    public BackendException(
            Kind kind,
            String message,
            @Nullable String code,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** How the backend failed. */
    public Kind kind() {
        return kind;
    }

    /** The wire code to pass on, or null. */
    public @Nullable String code() {
        return code;
    }

    /** When to try again, or null if the backend did not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** What happened, for a person; never null. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
