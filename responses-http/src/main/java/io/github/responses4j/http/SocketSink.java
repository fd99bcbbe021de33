package io.github.responses4j.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.WireBuffer;
import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseCreated;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Warning;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events of one response on their way to a socket: each is one message. As with {@link SseSink}, nothing leaves before there is output,
 * so that a failure before it can still be told by an error alone; and what the model says at once leaves in one write.
 *
 * <p>A failure has one message: the event {@code error}, which a stream has before {@code response.failed}, is left out here.
 */
final class SocketSink implements EventSink {
    private static final int BATCH = 64 * 1024;

    private final EventWriter events;
    private final SocketWriter out;
    private final byte[] tail;
    private final List<Warning> warnings;
    private final WireBuffer buffer = new WireBuffer();
    private final WireBuffer single = new WireBuffer();
    private final List<Integer> ends = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean open;
    private boolean begun;
    private boolean ended;
    private boolean sealed;
    private boolean outlivesClient;
    private boolean clientHasGone;

    /**
     * A sink for one response.
     *
     * @param lane what every message says of its lane; null for nothing
     * @param warnings what of the request is not honoured; told with the first event
     */
    SocketSink(EventWriter events, SocketWriter out, @Nullable String lane, List<Warning> warnings) {
        this.events = events;
        this.out = out;
        // A lane's name has nothing that JSON would escape.
        this.tail =
                lane == null ? new byte[0] : (",\"stream_id\":\"" + lane + "\"").getBytes(StandardCharsets.US_ASCII);
        this.warnings = warnings;
    }

    @Override
    public void accept(ResponseEvent event) {
        if (event instanceof ErrorEvent) {
            return;
        }
        lock.lock();
        try {
            append(event);
            open |= SseSink.isOutput(event);
            ended |= event.isTerminal();
            if (open && !ended && buffer.size() > BATCH) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    private void append(ResponseEvent event) {
        boolean warns = event instanceof ResponseCreated && !warnings.isEmpty();
        if (tail.length == 0 && !warns) {
            events.json(event, buffer);
        } else {
            events.json(event, single);
            buffer.raw(single, single.size() - 1);
            if (warns) {
                buffer.ascii(",\"warnings\":").raw(warnings());
            }
            buffer.raw(tail).ascii("}");
            single.clear();
        }
        ends.add(buffer.size());
    }

    private byte[] warnings() {
        List<JsonObject> list = warnings.stream()
                .map(warning -> JsonObject.builder()
                        .put("param", warning.param())
                        .put("message", warning.message())
                        .build())
                .toList();
        JsonNode array = JsonObject.builder().put("list", list).build().get("list");
        return String.valueOf(array).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            // The end leaves when it is known that it is one.
            if (open && !ended) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets a client that has heard nothing for long know what there is. From then on, a failure is an event. */
    void release() {
        lock.lock();
        try {
            if (!sealed && !ended) {
                open = true;
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nothing is released any more.
     *
     * @return whether the client has heard of the response
     */
    boolean seal() {
        lock.lock();
        try {
            sealed = true;
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last event is there. */
    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is left. */
    void finish() {
        lock.lock();
        try {
            write();
        } finally {
            lock.unlock();
        }
    }

    /** From now on a client that has gone does not stop the events: they go nowhere. */
    void outliveClient() {
        outlivesClient = true;
    }

    private void send(List<ByteBuffer> messages) {
        try {
            if (!clientHasGone) {
                out.write(messages);
            }
        } catch (SseSink.ClientGoneException e) {
            if (!outlivesClient) {
                throw e;
            }
            clientHasGone = true;
        }
    }

    private void write() {
        if (ends.isEmpty()) {
            return;
        }
        begun = true;
        ByteBuffer all = buffer.view();
        List<ByteBuffer> messages = new ArrayList<>(ends.size());
        int from = 0;
        for (int end : ends) {
            messages.add(all.slice(from, end - from));
            from = end;
        }
        send(messages);
        ends.clear();
        buffer.clear();
    }
}
