package io.github.responses4j.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of one frame while they are read. */
final class RawFrame {

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int FIRST_SIZE = 512;

    private final boolean startOfStream;
    private final List<SseFrame.Line> lines = new ArrayList<>();
    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;
    private int lineStart;

    /**
     * An empty frame.
     *
     * @param startOfStream whether a byte order mark may come
     */
    RawFrame(boolean startOfStream) {
        this.startOfStream = startOfStream;
    }

    boolean isEmpty() {
        return length == 0;
    }

    void add(int next) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) next;
    }

    /**
     * Takes what came since the last line end as a line, unless it is empty.
     *
     * @param terminated whether the line has a line end
     * @return whether it is empty
     */
    boolean endLine(boolean terminated) {
        int end = length;
        while (terminated && end > lineStart && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        boolean empty = end == lineStart;
        if (!empty) {
            String text = new String(bytes, lineStart, end - lineStart, StandardCharsets.UTF_8);
            boolean mark = startOfStream && lineStart == 0 && text.startsWith(BYTE_ORDER_MARK);
            lines.add(SseFrame.Line.parse(mark ? text.substring(1) : text));
        }
        lineStart = length;
        return empty;
    }

    SseFrame frame(long offset, boolean complete) {
        return new SseFrame(offset, new String(bytes, 0, length, StandardCharsets.UTF_8), lines, complete, isUtf8());
    }

    private boolean isUtf8() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }
}
