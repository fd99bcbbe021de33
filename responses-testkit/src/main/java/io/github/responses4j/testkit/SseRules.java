package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.testkit.StreamOptions.DoneMarker;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the frames of a stream (S rules) and hands their events on. */
final class SseRules {

    private static final Set<String> LINES = Set.of("", "event", "data");

    private final Violations violations;
    private final StreamWalk walk;
    private boolean sawDone;

    SseRules(Violations violations, StreamWalk walk) {
        this.violations = violations;
        this.walk = walk;
    }

    void check(List<SseFrame> frames) {
        for (SseFrame frame : frames) {
            check(frame);
        }
        if (!sawDone && violations.options().done() == DoneMarker.REQUIRED) {
            violations.add(StreamRule.S4, Violations.WHOLE_STREAM, "data: [DONE] is missing");
        }
    }

    private void check(SseFrame frame) {
        String data = frame.data();
        JsonNode event = data == null || frame.isDone() ? null : Json.read(data);
        if (!frame.complete() && event != null && !event.isObject()) {
            // Cut inside the JSON: no event, only the cut itself is worth a word.
            event = null;
        }
        int index = event == null ? Violations.WHOLE_STREAM : walk.count();
        encoding(frame, index);
        framing(frame, index);
        end(frame, index);
        if (event != null) {
            eventLine(frame, event, index);
            walk.accept(event);
        }
    }

    private void encoding(SseFrame frame, int index) {
        if (!frame.utf8()) {
            violations.add(StreamRule.S5, index, at(frame) + "bytes that are not UTF-8");
        }
        if (frame.offset() == 0 && frame.raw().startsWith("\uFEFF")) {
            violations.add(StreamRule.S5, index, at(frame) + "a byte order mark");
        }
        if (!frame.complete()) {
            violations.add(StreamRule.S6, index, at(frame) + "the stream ends inside this frame");
        }
    }

    private void framing(SseFrame frame, int index) {
        if (!violations.options().tolerates(Tolerance.ANY_FRAMING)) {
            if (frame.raw().indexOf('\r') >= 0) {
                violations.add(StreamRule.S2, index, at(frame) + "a line ends with \\r");
            }
            if (frame.complete() && frame.lines().isEmpty()) {
                violations.add(StreamRule.S2, index, at(frame) + "an empty line too many");
            }
            int dataLines = frame.values("data").size();
            if (dataLines > 1 || (dataLines == 0 && frame.event() != null && frame.complete())) {
                violations.add(StreamRule.S2, index, at(frame) + dataLines + " data lines, expected one");
            }
            if (frame.values("event").size() > 1) {
                violations.add(StreamRule.S2, index, at(frame) + "more than one event line");
            }
        }
        if (violations.options().tolerates(Tolerance.OTHER_LINES)) {
            return;
        }
        for (int i = 0; i < frame.lines().size(); i++) {
            boolean cut = !frame.complete() && i == frame.lines().size() - 1;
            String name = frame.lines().get(i).name();
            if (!cut && !LINES.contains(name)) {
                violations.add(StreamRule.S3, index, at(frame) + "a line " + Json.quoted(name));
            }
        }
    }

    private void end(SseFrame frame, int index) {
        if (sawDone && !frame.lines().isEmpty()) {
            violations.add(StreamRule.S4, index, at(frame) + "something follows data: [DONE]");
        }
        if (!frame.isDone()) {
            return;
        }
        sawDone = true;
        if (violations.options().done() == DoneMarker.FORBIDDEN) {
            violations.add(StreamRule.S4, index, at(frame) + "data: [DONE] is not wanted here");
        }
        if (frame.event() != null) {
            violations.add(StreamRule.S4, index, at(frame) + "data: [DONE] has an event line");
        }
    }

    private void eventLine(SseFrame frame, JsonNode event, int index) {
        @Nullable String line = frame.event();
        if (line == null) {
            if (!violations.options().tolerates(Tolerance.MISSING_EVENT_LINE)) {
                violations.add(StreamRule.S1, index, at(frame) + "no event line");
            }
        } else if (event.path("type").isTextual()
                && !line.equals(event.path("type").textValue())) {
            violations.add(
                    StreamRule.S1,
                    index,
                    at(frame) + "the event line says " + line + ", the data "
                            + event.path("type").textValue());
        }
    }

    private static String at(SseFrame frame) {
        return "frame at byte " + frame.offset() + ": ";
    }
}
