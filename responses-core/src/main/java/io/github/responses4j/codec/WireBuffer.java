package io.github.responses4j.codec;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes on their way to the wire: grows as needed and is used again after it was emptied. Holds no memory before the first byte. For one thread. */
public final class WireBuffer {
    private static final int FIRST_SIZE = 1024;
    private static final int KEPT_SIZE = 64 * 1024;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private static final byte[] NONE = new byte[0];

    private byte[] bytes = NONE;
    private int size;

    /** An empty buffer. */
    public WireBuffer() {}

    /** How many bytes it holds. */
    public int size() {
        return size;
    }

    /** Whether it holds nothing. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Forgets the bytes. */
    public void clear() {
        size = 0;
        if (bytes.length > KEPT_SIZE) {
            release();
        }
    }

    /** Forgets the bytes and gives up the memory that they were in, until there are more. */
    public void release() {
        size = 0;
        bytes = NONE;
    }

    /** A view of the bytes, good until the next change. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Writes the bytes to a stream of the caller's. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** Appends bytes as they are. */
    public WireBuffer raw(byte[] more) {
        return raw(more, 0, more.length);
    }

    /** Appends some bytes as they are. */
    public WireBuffer raw(byte[] more, int from, int count) {
        reserve(count);
        System.arraycopy(more, from, bytes, size, count);
        size += count;
        return this;
    }

    /** Appends the first bytes of another buffer. */
    public WireBuffer raw(WireBuffer other, int count) {
        return raw(other.bytes, 0, count);
    }

    /** Appends a text that has only ASCII characters. */
    @SuppressWarnings("deprecation") // copies the low bytes, which for ASCII is all there is, without a detour
    public WireBuffer ascii(String text) {
        int count = text.length();
        reserve(count);
        text.getBytes(0, count, bytes, size);
        size += count;
        return this;
    }

    /** Appends a whole number. */
    public WireBuffer number(long value) {
        if (value >= 0 && value < 10) {
            reserve(1);
            bytes[size++] = (byte) ('0' + value);
            return this;
        }
        return ascii(Long.toString(value));
    }

    /** Appends a JSON string. A lone surrogate, which has no UTF-8 form, is escaped. */
    public WireBuffer string(String text) {
        int count = text.length();
        reserve(count + 2);
        bytes[size++] = '"';
        int[] escapes = ESCAPES;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= escapes.length || escapes[c] != 0) {
                return rest(text, i);
            }
            bytes[size++] = (byte) c;
        }
        bytes[size++] = '"';
        return this;
    }

    private static final int[] ESCAPES = com.fasterxml.jackson.core.io.CharTypes.get7BitOutputEscapes();

    private WireBuffer rest(String text, int from) {
        String tail = text.substring(from);
        if (hasLoneSurrogate(tail)) {
            for (int i = 0; i < tail.length(); i++) {
                char c = tail.charAt(i);
                if (c >= ESCAPES.length) {
                    ascii("\\u");
                    reserve(4);
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        bytes[size++] = (byte) HEX[c >> shift & 0xF];
                    }
                } else {
                    raw(JsonStringEncoder.getInstance().quoteAsUTF8(String.valueOf(c)));
                }
            }
        } else {
            raw(JsonStringEncoder.getInstance().quoteAsUTF8(tail));
        }
        return ascii("\"");
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return true;
            }
        }
        return false;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.max(bytes.length * 2, FIRST_SIZE), size + more));
        }
    }
}
