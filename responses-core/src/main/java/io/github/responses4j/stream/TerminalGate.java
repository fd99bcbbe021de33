package io.github.responses4j.stream;

import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.response.Response;
import java.util.List;

/** What must have happened before the events that end a stream may leave. */
@FunctionalInterface
public interface TerminalGate {
    /**
     * Makes the end lasting. If it throws, the events do not leave, and their numbers are free again.
     *
     * @param response the response as it will stay
     * @param last the events that tell of the end, in order; none for a cancelled response
     */
    void commit(Response response, List<ResponseEvent> last);

    /** A gate for a response that is not kept. */
    static TerminalGate open() {
        return (response, last) -> {};
    }
}
