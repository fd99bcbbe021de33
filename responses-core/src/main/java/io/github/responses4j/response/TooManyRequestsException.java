package io.github.responses4j.response;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The backend, or a limit of the engine's, asks for patience. */
public final class TooManyRequestsException extends ResponsesException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * Tells of a limit.
     *
     * @param message which limit, for a person
     * @param retryAfter when to try again; at least a second
     * @param cause the underlying failure, if any
     */
    public TooManyRequestsException(String message, Duration retryAfter, @Nullable Throwable cause) {
        super(message, ResponseError.RATE_LIMIT_EXCEEDED, null, cause);
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public String type() {
        return "rate_limit_error";
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
