package io.github.responses4j.http;

import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.WireBuffer;
import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseCreated;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.event.ResponseFailed;
import io.github.responses4j.event.ResponseInProgress;
import io.github.responses4j.event.ResponseQueued;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to one client. Frames gather until the engine says that nothing more is at hand and then leave in one write, whole;
 * the write blocks, which is the back-pressure.
 *
 * <p>Nothing leaves before there is output, so that a failure before it can still be an HTTP status. A client that hears nothing for a
 * while gets what there is, or else a comment; that comes from the server's timer thread, never in the middle of a frame, and does not
 * wait for a client that does not read.
 */
final class SseSink implements EventSink, Pulse.Beat {
    static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

    private static final int BATCH = 64 * 1024;

    /** A stream that has been silent for that long is likely to stay so. */
    private static final long RESTING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final byte[] KEEP_ALIVE = ": keepalive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Exchange exchange;
    private final EventWriter writer;
    private final long heartbeatNanos;
    private final long patienceNanos;
    private final Runnable gone;
    private final WireBuffer buffer = new WireBuffer();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heartbeatLeft = lock.newCondition();
    private long number = -1;
    private boolean hasOutput;
    private boolean ended;
    private boolean sealed;
    private boolean heartbeatOnItsWay;
    private long heartbeatPatience;
    private @Nullable Throwable heartbeatFailure;
    private long lastWrite = System.nanoTime();

    /**
     * A stream that has not begun.
     *
     * @param exchange the request to answer
     * @param writer writes the events
     * @param heartbeat after how much silence the client gets a sign of life; zero for never
     * @param patience how long the client may take for a short piece
     * @param gone called when a sign of life does not reach the client, on one of the server's threads
     */
    SseSink(Exchange exchange, EventWriter writer, Duration heartbeat, Duration patience, Runnable gone) {
        this.exchange = exchange;
        this.writer = writer;
        this.heartbeatNanos = heartbeat.toNanos();
        this.patienceNanos = patience.toNanos();
        this.gone = gone;
    }

    /** Holds nothing back: what is told again cannot be refused any more. */
    SseSink immediate() {
        hasOutput = true;
        return this;
    }

    @Override
    public void accept(ResponseEvent event) {
        lock.lock();
        try {
            writer.frame(event, buffer);
            number = event.sequenceNumber();
            hasOutput |= isOutput(event);
            if (event.isTerminal()) {
                ended = true;
                writer.end(buffer);
            }
            if (hasOutput && buffer.size() > BATCH) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            // What ends the stream leaves with the end of the answer.
            if (hasOutput && !ended && !buffer.isEmpty()) {
                write();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether an event shows that the model has begun; until then, what happens may still be told by a status. */
    static boolean isOutput(ResponseEvent event) {
        return !(event instanceof ResponseCreated
                || event instanceof ResponseQueued
                || event instanceof ResponseInProgress
                || event instanceof ErrorEvent
                || event instanceof ResponseFailed);
    }

    /**
     * Ends the signs of life.
     *
     * @return whether the answer has begun
     */
    boolean seal() {
        lock.lock();
        try {
            sealed = true;
            while (heartbeatOnItsWay) {
                heartbeatLeft.awaitUninterruptibly();
            }
            return exchange.response().isCommitted();
        } finally {
            lock.unlock();
        }
    }

    /** Ends a stream whose response has no end: with an error, as its last event. The stream must be sealed. */
    void cutOff(HttpError error) {
        writer.frame(ErrorEvent.of(number + 1, error.type(), error.code(), error.message()), buffer);
        finish();
    }

    /** Writes what is left and ends the answer. The stream must be sealed. */
    void finish() {
        commit();
        exchange.response().write(true, buffer.view(), exchange.callback());
    }

    private void commit() {
        if (exchange.response().isCommitted()) {
            return;
        }
        exchange.head(200, CONTENT_TYPE);
        HttpFields.Mutable headers = exchange.response().getHeaders();
        headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
        headers.put("X-Accel-Buffering", "no");
    }

    /** Writes all frames at once and waits until they are in the hands of the operating system. */
    private void write() {
        awaitHeartbeat();
        commit();
        Callback.Completable written = new Callback.Completable();
        exchange.response().write(false, buffer.view(), written);
        await(written, SocketWriter.allowedNanos(patienceNanos, buffer.size()));
        buffer.clear();
        lastWrite = System.nanoTime();
    }

    private void await(Callback.Completable written, long patience) {
        try {
            written.get(patience, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new ClientGoneException(e.getCause());
        } catch (TimeoutException e) {
            throw new ClientGoneException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGoneException(e);
        }
    }

    private EndPoint endPoint() {
        return exchange.request().getConnectionMetaData().getConnection().getEndPoint();
    }

    /** A heartbeat that was sent always leaves or fails. */
    private void awaitHeartbeat() {
        while (heartbeatOnItsWay) {
            heartbeatLeft.awaitUninterruptibly();
        }
        if (heartbeatFailure != null) {
            throw new ClientGoneException(heartbeatFailure);
        }
    }

    @Override
    public void beat(long now) {
        // A stream whose lock is taken is busy, and so not silent.
        if (lock.tryLock()) {
            try {
                if (heartbeatOnItsWay) {
                    endStuck(now);
                } else if (!sealed) {
                    endSilence(now);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void endSilence(long now) {
        long silence = now - lastWrite;
        if (heartbeatNanos > 0 && silence >= heartbeatNanos) {
            sendHeartbeat(now);
        } else if (silence >= RESTING_NANOS && buffer.isEmpty()) {
            buffer.release();
        }
    }

    private void sendHeartbeat(long now) {
        commit();
        byte[] bytes = buffer.isEmpty() ? KEEP_ALIVE : buffer.toByteArray();
        heartbeatPatience = SocketWriter.allowedNanos(patienceNanos, bytes.length);
        buffer.clear();
        lastWrite = now;
        heartbeatOnItsWay = true;
        exchange.response().write(false, ByteBuffer.wrap(bytes), Callback.from(() -> left(null), this::left));
    }

    /** A heartbeat that does not leave keeps the stream from going on, and ends with the connection. */
    private void endStuck(long now) {
        if (now - lastWrite >= heartbeatPatience) {
            endPoint().close(new TimeoutException("the client does not read"));
        }
    }

    private void left(@Nullable Throwable failure) {
        lock.lock();
        try {
            heartbeatOnItsWay = false;
            heartbeatFailure = failure;
            heartbeatLeft.signalAll();
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            gone.run();
        }
    }

    /** The client does not take any more. */
    static final class ClientGoneException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClientGoneException(@Nullable Throwable cause) {
            super("the client has gone", cause, false, false);
        }
    }
}
