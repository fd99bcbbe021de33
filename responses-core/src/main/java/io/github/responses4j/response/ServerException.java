package io.github.responses4j.response;

import org.jspecify.annotations.Nullable;

/** The engine or its store could not do its work. */
public final class ServerException extends ResponsesException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * Tells of a failure.
     *
     * @param message what failed, for a person
     * @param retryable whether the same request may succeed later
     * @param cause the underlying failure, if any
     */
    public ServerException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, null, null, cause);
        this.retryable = retryable;
    }

    @Override
    public String type() {
        return "server_error";
    }

    @Override
    public boolean retryable() {
        return retryable;
    }
}
