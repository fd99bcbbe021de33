package io.github.responses4j.testkit;

import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.ResponseId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that has ended.
 *
 * @param response how it ended
 * @param events what its sink heard
 * @param rejection what a caller would get instead of the response, if anything
 * @param warnings what was not honoured
 */
public record RecordedRun(
        Response response, EventRecorder events, @Nullable ResponsesException rejection, List<Warning> warnings) {
    /** Copies the list. */
    public RecordedRun {
        warnings = List.copyOf(warnings);
    }

    /** The response's id. */
    public ResponseId id() {
        return response.id();
    }

    /** The types of the events. */
    public List<String> types() {
        return events.types();
    }
}
