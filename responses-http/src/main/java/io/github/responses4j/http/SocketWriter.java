package io.github.responses4j.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to one client. A write blocks until they are in the hands of the operating system, which is the back-pressure; one
 * lane writes at a time. Safe from any thread.
 */
final class SocketWriter {
    /** What a client that reads slowly reads in a second. */
    private static final int MIN_RATE = 16 * 1024;

    private final CoreSession session;
    private final long patienceNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean writing;
    private volatile long lastWrite = System.nanoTime();
    private volatile boolean pingOnItsWay;

    /**
     * A writer.
     *
     * @param session takes the messages
     * @param patience how long the client may take for a short message
     */
    SocketWriter(CoreSession session, Duration patience) {
        this.session = session;
        this.patienceNanos = patience.toNanos();
    }

    void write(byte[] message) {
        write(List.of(ByteBuffer.wrap(message)));
    }

    /**
     * Writes messages, in this order, with nothing between them.
     *
     * @throws SseSink.ClientGoneException if the client does not take them; the connection is then at its end
     */
    void write(List<ByteBuffer> messages) {
        lock.lock();
        try {
            writing = true;
            Callback.Completable written = new Callback.Completable();
            int last = messages.size() - 1;
            long size = 0;
            for (ByteBuffer message : messages) {
                size += message.remaining();
            }
            for (int i = 0; i < last; i++) {
                session.sendFrame(new Frame(OpCode.TEXT, true, messages.get(i)), Callback.NOOP, true);
            }
            // What becomes of the last one has become of all.
            session.sendFrame(new Frame(OpCode.TEXT, true, messages.get(last)), written, false);
            await(written, allowedNanos(patienceNanos, size));
            lastWrite = System.nanoTime();
        } finally {
            writing = false;
            lock.unlock();
        }
    }

    private void await(Callback.Completable written, long patience) {
        try {
            written.get(patience, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw gone(e.getCause());
        } catch (TimeoutException e) {
            throw gone(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw gone(e);
        }
    }

    private SseSink.ClientGoneException gone(@Nullable Throwable cause) {
        session.abort();
        return new SseSink.ClientGoneException(cause);
    }

    /**
     * How long a write may take. What counts is the write alone: a connection on which something else moves, be it only what the client
     * sends, is no client that reads.
     *
     * @param patience how long a short one may take, in nanoseconds
     * @param size how many bytes it has; a slow client is not a dead one
     */
    static long allowedNanos(long patience, long size) {
        return patience + TimeUnit.SECONDS.toNanos(1) * size / MIN_RATE;
    }

    /** Whether a write is on its way. */
    boolean isWriting() {
        return writing;
    }

    /** When something was written last, as {@link System#nanoTime()} tells it. */
    long lastWrite() {
        return lastWrite;
    }

    /** Asks the client for a sign of life, without waiting. */
    void ping(long now) {
        lastWrite = now;
        pingOnItsWay = true;
        session.sendFrame(
                new Frame(OpCode.PING),
                Callback.from(() -> pingOnItsWay = false, failure -> pingOnItsWay = false),
                false);
    }

    /** Whether the last ping has not left yet. */
    boolean isPingOnItsWay() {
        return pingOnItsWay;
    }
}
