package io.github.responses4j.server;

/** What was asked for is right and does not work now; the message says why in one line. */
final class CannotStartException extends RuntimeException {
    /** The exit status that says so. */
    static final int STATUS = 1;

    private static final long serialVersionUID = 1L;

    CannotStartException(String message) {
        super(message);
    }
}
