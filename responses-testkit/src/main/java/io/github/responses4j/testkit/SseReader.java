package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits the bytes of a server-sent event stream into frames, each with its exact text. It follows the rules of the
 * HTML standard for line ends, comments and a leading byte order mark, but hides nothing: comments, odd lines, empty
 * frames and an unfinished last frame are handed out too.
 *
 * <p>Not safe for use by several threads. It does not close the stream it reads.
 */
public final class SseReader {

    private static final int END = -1;
    private static final int BUFFER = 8192;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long offset;

    /**
     * Reads frames as they arrive.
     *
     * @param in the body; nothing is read before the first {@link #next}
     */
    public SseReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads a whole stream.
     *
     * @param bytes the body
     * @return all frames; the raw texts joined are the whole text
     */
    public static List<SseFrame> frames(byte[] bytes) {
        try {
            return new SseReader(new ByteArrayInputStream(bytes)).remaining();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /**
     * Reads the events of a whole stream, without {@code [DONE]} and without frames that have no data.
     *
     * @param bytes the body
     * @return the data of each complete frame as JSON
     * @throws AssertionError if the data of a frame is not one JSON object
     */
    public static List<ObjectNode> events(byte[] bytes) {
        List<ObjectNode> events = new ArrayList<>();
        for (SseFrame frame : frames(bytes)) {
            String data = frame.data();
            if (data == null || frame.isDone() || !frame.complete()) {
                continue;
            }
            JsonNode event = Json.read(data);
            if (!(event instanceof ObjectNode object)) {
                throw new AssertionError(
                        "the frame at byte " + frame.offset() + " is not one JSON object: " + Json.brief(data));
            }
            events.add(object);
        }
        return events;
    }

    /**
     * Reads all frames up to the end of the stream. Blocks until it has ended.
     *
     * @return the frames not handed out before
     * @throws IOException if reading fails
     */
    public List<SseFrame> remaining() throws IOException {
        List<SseFrame> frames = new ArrayList<>();
        for (SseFrame frame = next(); frame != null; frame = next()) {
            frames.add(frame);
        }
        return frames;
    }

    /**
     * Reads the next frame. Blocks until its last byte is there; only where a line ends with {@code \r}, the byte after
     * it is awaited too.
     *
     * @return the frame, or null at the end of the stream; a frame cut by the end is handed out as not complete
     * @throws IOException if reading fails
     */
    public @Nullable SseFrame next() throws IOException {
        long start = offset;
        RawFrame raw = new RawFrame(start == 0);
        for (int next = read(); next != END; next = read()) {
            raw.add(next);
            if (next == '\r' && peek() == '\n') {
                raw.add(read());
            }
            if ((next == '\n' || next == '\r') && raw.endLine(true)) {
                return raw.frame(start, true);
            }
        }
        if (raw.isEmpty()) {
            return null;
        }
        raw.endLine(false);
        return raw.frame(start, false);
    }

    private int read() throws IOException {
        int next = peek();
        if (next != END) {
            position++;
            offset++;
        }
        return next;
    }

    private int peek() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return limit == 0 ? END : buffer[position] & 0xff;
    }
}
