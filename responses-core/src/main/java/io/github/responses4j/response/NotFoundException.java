package io.github.responses4j.response;

import org.jspecify.annotations.Nullable;

/** What the caller names does not exist, or belongs to another tenant. */
public final class NotFoundException extends ResponsesException {
    private static final long serialVersionUID = 1L;

    /**
     * Tells of a name.
     *
     * @param message what was not found, for a person
     * @param param the parameter that names it, if one does
     */
    public NotFoundException(String message, @Nullable String param) {
        super(message, null, param, null);
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
