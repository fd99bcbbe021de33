package io.github.responses4j.response;

import org.jspecify.annotations.Nullable;

/** The request is wrong; sending it again does not help. */
public final class InvalidRequestException extends ResponsesException {
    private static final long serialVersionUID = 1L;

    /**
     * Tells of a request.
     *
     * @param message what is wrong, for a person
     * @param code the error's code on the wire, if it has one
     * @param param the parameter that is to blame, if one is
     */
    public InvalidRequestException(String message, @Nullable String code, @Nullable String param) {
        super(message, code, param, null);
    }

    @Override
    public String type() {
        return "invalid_request_error";
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
