package io.github.responses4j.json;

import org.jspecify.annotations.Nullable;

/** A text is not JSON, or is JSON beyond the limits in {@link Json}. */
public final class InvalidJsonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Tells of a text.
     *
     * @param message what is wrong, without a piece of the text
     * @param cause the parser's own complaint, if any
     */
    public InvalidJsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
