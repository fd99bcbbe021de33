package io.github.responses4j.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
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
    private final CoreSession session;
    private final EndPoint endPoint;
    private final long patienceNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean writing;
    private volatile long lastWrite = System.nanoTime();

    /**
     * A writer.
     *
     * @param session takes the messages
     * @param endPoint the connection below
     * @param patience how long the client may read nothing at all
     */
    SocketWriter(CoreSession session, EndPoint endPoint, Duration patience) {
        this.session = session;
        this.endPoint = endPoint;
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
            for (int i = 0; i < last; i++) {
                session.sendFrame(new Frame(OpCode.TEXT, true, messages.get(i)), Callback.NOOP, true);
            }
            // What becomes of the last one has become of all.
            session.sendFrame(new Frame(OpCode.TEXT, true, messages.get(last)), written, false);
            await(written);
            lastWrite = System.nanoTime();
        } finally {
            writing = false;
            lock.unlock();
        }
    }

    private void await(Callback.Completable written) {
        long patience = patienceNanos;
        while (true) {
            try {
                written.get(patience, TimeUnit.NANOSECONDS);
                return;
            } catch (ExecutionException e) {
                throw gone(e.getCause());
            } catch (TimeoutException e) {
                long idle = idleNanos();
                if (idle >= patienceNanos) {
                    throw gone(e);
                }
                patience = patienceNanos - idle;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw gone(e);
            }
        }
    }

    private SseSink.ClientGoneException gone(@Nullable Throwable cause) {
        session.abort();
        return new SseSink.ClientGoneException(cause);
    }

    /** For how long nothing at all has moved; a slow client is not a dead one. */
    private long idleNanos() {
        return endPoint instanceof AbstractEndPoint watched
                ? TimeUnit.MILLISECONDS.toNanos(watched.getIdleFor())
                : patienceNanos;
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
        session.sendFrame(new Frame(OpCode.PING), Callback.NOOP, false);
    }
}
