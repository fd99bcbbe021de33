package io.github.responses4j.response;

import org.jspecify.annotations.Nullable;

/**
 * A request that could not be carried out. Each leaf is one error type of the wire ({@code error.type}); none carries an HTTP status,
 * which is the host's affair. Thrown only while nothing has run and nothing was visible; a run that fails later ends with a response
 * of status {@code failed}.
 */
public abstract sealed class ResponsesException extends RuntimeException
        permits InvalidRequestException,
                NotFoundException,
                ConflictException,
                TooManyRequestsException,
                ModelException,
                ServerException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String code;
    private final @Nullable String param;

    ResponsesException(String message, @Nullable String code, @Nullable String param, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.param = param;
    }

    /** The error's type on the wire, such as {@code invalid_request_error}. */
    public abstract String type();

    /** Whether the same request may succeed later. */
    public abstract boolean retryable();

    /** The error's code on the wire, such as {@code previous_response_not_found}; null if it has none. */
    public final @Nullable String code() {
        return code;
    }

    /** The parameter that is to blame, with its path, such as {@code input[3].content[0].image_url}; null if none is. */
    public final @Nullable String param() {
        return param;
    }

    /** What happened, for a person; never null. */
    public final String text() {
        return String.valueOf(getMessage());
    }
}
