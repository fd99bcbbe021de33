package io.github.responses4j.stream;

import io.github.responses4j.response.Response;

/** What must have happened before the event that ends a stream may leave. */
@FunctionalInterface
public interface TerminalGate {
    /**
     * Makes the end lasting. If it throws, the event does not leave.
     *
     * @param response the response as it will stay
     */
    void commit(Response response);

    /** A gate for a response that is not kept. */
    static TerminalGate open() {
        return response -> {};
    }
}
