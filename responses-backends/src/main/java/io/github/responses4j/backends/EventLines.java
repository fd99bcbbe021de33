package io.github.responses4j.backends;

import io.github.responses4j.backend.ModelEventSink;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import okio.BufferedSource;

/**
 * Reads the data of server-sent events, as bytes, into one buffer that is used again and again. Flushes the sink before it waits for
 * the network, and at no other time. Names, ids and comments of events are passed over.
 */
final class EventLines implements SocketReads.Waiting {
    static final int MAX_LINE = 1 << 20;

    private final BufferedSource source;
    private final boolean multiplexed;
    private final ModelEventSink sink;
    private final byte[] block = new byte[8192];
    private int position;
    private int end;

    private byte[] line = new byte[1024];
    private int lineLength;
    private byte[] data = new byte[1024];
    private int dataLength;
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean first = true;

    private final long idleNanos;
    private long limitNanos;
    private long quietSince = System.nanoTime();
    private boolean heard;
    private int timeoutMillis = 1;
    private long room;

    EventLines(Upstream.Answer answer, ModelEventSink sink) {
        this.source = answer.source();
        this.multiplexed = answer.multiplexed();
        this.sink = sink;
        this.limitNanos = answer.transport().firstByte().toNanos();
        this.idleNanos = answer.transport().idle().toNanos();
        this.room = answer.transport().maxAnswerBytes();
        if (!multiplexed) {
            // The socket's own timeout does it: this one would run on while the sink is being flushed.
            source.timeout().clearTimeout();
        }
    }

    /** The last event's data; valid up to {@link #length()} and until the next call of {@link #next()}. */
    byte[] data() {
        return data;
    }

    /** How many bytes the last event's data has. */
    int length() {
        return dataLength;
    }

    /** Whether the last event's data is this text. */
    boolean is(String ascii) {
        if (dataLength != ascii.length()) {
            return false;
        }
        for (int i = 0; i < dataLength; i++) {
            if (data[i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Goes to the next event that has data; false if the stream has ended. An event that the end cuts short does not count. */
    boolean next() throws IOException {
        dataLength = 0;
        hasData = false;
        while (true) {
            if (position == end && !fill()) {
                return false;
            }
            if (takeLine() && endLine()) {
                heard = true;
                return true;
            }
        }
    }

    // Moves bytes of the block into the line; true if the line is whole.
    private boolean takeLine() throws IOException {
        if (afterCarriageReturn) {
            afterCarriageReturn = false;
            if (block[position] == '\n' && ++position == end) {
                return false;
            }
        }
        int from = position;
        int at = from;
        while (at < end && block[at] != '\n' && block[at] != '\r') {
            at++;
        }
        int length = at - from;
        if (lineLength + length > MAX_LINE) {
            throw new ProtocolException("a line is too long");
        }
        if (lineLength + length > line.length) {
            line = Arrays.copyOf(line, Math.max(lineLength + length, 2 * line.length));
        }
        System.arraycopy(block, from, line, lineLength, length);
        lineLength += length;
        if (at == end) {
            position = at;
            return false;
        }
        afterCarriageReturn = block[at] == '\r';
        position = at + 1;
        return true;
    }

    // Takes in a whole line; true if it ends an event that has data.
    private boolean endLine() throws IOException {
        int length = lineLength;
        int start = 0;
        lineLength = 0;
        if (first) {
            first = false;
            if (length >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF) {
                start = 3;
            }
        }
        if (length == start) {
            return hasData;
        }
        if (length - start < 4
                || line[start] != 'd'
                || line[start + 1] != 'a'
                || line[start + 2] != 't'
                || line[start + 3] != 'a') {
            return false;
        }
        int value = start + 4;
        if (value < length) {
            if (line[value] != ':') {
                return false;
            }
            value++;
            if (value < length && line[value] == ' ') {
                value++;
            }
        }
        append(value, length);
        return false;
    }

    private void append(int from, int to) throws IOException {
        int length = to - from + (hasData ? 1 : 0);
        if (dataLength + length > MAX_LINE) {
            throw new ProtocolException("an event is too long");
        }
        if (dataLength + length > data.length) {
            data = Arrays.copyOf(data, Math.max(dataLength + length, 2 * data.length));
        }
        if (hasData) {
            data[dataLength++] = '\n';
        }
        System.arraycopy(line, from, data, dataLength, to - from);
        dataLength += to - from;
        hasData = true;
    }

    private boolean fill() throws IOException {
        if (multiplexed) {
            // Another thread reads the socket; here a read may always wait.
            beforeRead();
            source.timeout().timeout(timeoutMillis, TimeUnit.MILLISECONDS);
        }
        int count = source.read(block);
        if (count < 0) {
            return false;
        }
        room -= count;
        if (room < 0) {
            throw new ProtocolException("the answer is too long");
        }
        position = 0;
        end = count;
        return true;
    }

    @Override
    public void beforeRead() throws IOException {
        if (heard) {
            sink.flush();
        }
        long now = System.nanoTime();
        if (heard) {
            heard = false;
            quietSince = now;
            limitNanos = idleNanos;
        }
        long left = limitNanos - (now - quietSince);
        if (left <= 0) {
            throw new SocketTimeoutException("nothing but comments");
        }
        timeoutMillis = (int) Math.min(Integer.MAX_VALUE, left / 1_000_000 + 1);
    }

    @Override
    public int timeoutMillis() {
        return timeoutMillis;
    }
}
