package io.github.responses4j.server;

/** What was asked for cannot be; the message says so in one line. */
final class BadSettingsException extends RuntimeException {
    /** The exit status that says so. */
    static final int STATUS = 2;

    private static final long serialVersionUID = 1L;

    BadSettingsException(String message) {
        super(message);
    }
}
