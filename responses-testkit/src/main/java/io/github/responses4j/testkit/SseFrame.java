package io.github.responses4j.testkit;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a server-sent event stream: everything up to and with the empty line that ends it. Immutable.
 *
 * @param offset the byte of the stream at which it starts
 * @param raw its exact text with all line ends; bytes that are not UTF-8 stand as U+FFFD
 * @param lines its lines without line ends, in order; the closing empty line is not among them
 * @param complete false if the stream ended before the closing empty line; a client would drop such a frame
 * @param utf8 whether all its bytes are valid UTF-8
 */
public record SseFrame(long offset, String raw, List<Line> lines, boolean complete, boolean utf8) {

    /**
     * One line of a frame.
     *
     * @param name what stands before the colon, such as {@code event}; empty for a comment
     * @param value what stands after the colon, without one leading space
     */
    public record Line(String name, String value) {

        static Line parse(String text) {
            int colon = text.indexOf(':');
            if (colon < 0) {
                return new Line(text, "");
            }
            String value = text.substring(colon + 1);
            return new Line(text.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    /** Copies the lines. */
    public SseFrame {
        lines = List.copyOf(lines);
    }

    /**
     * The event line, the last one if there are several.
     *
     * @return the value, or null without such a line
     */
    public @Nullable String event() {
        List<String> values = values("event");
        return values.isEmpty() ? null : values.get(values.size() - 1);
    }

    /**
     * The data lines, joined with {@code \n}.
     *
     * @return the data, or null without such a line
     */
    public @Nullable String data() {
        List<String> values = values("data");
        return values.isEmpty() ? null : values.stream().collect(Collectors.joining("\n"));
    }

    /**
     * The comments, such as {@code keepalive} for the line {@code : keepalive}.
     *
     * @return each comment without the colon and one leading space
     */
    public List<String> comments() {
        return values("");
    }

    /**
     * Tells whether the data is the end marker {@code [DONE]}.
     *
     * @return true for {@code data: [DONE]}
     */
    public boolean isDone() {
        return "[DONE]".equals(data());
    }

    /**
     * All values of one kind of line.
     *
     * @param name such as {@code data} or {@code id}; empty for comments
     * @return the values in order
     */
    public List<String> values(String name) {
        return lines.stream()
                .filter(line -> line.name().equals(name))
                .map(Line::value)
                .toList();
    }
}
