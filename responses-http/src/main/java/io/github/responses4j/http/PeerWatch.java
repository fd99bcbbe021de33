package io.github.responses4j.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices that an HTTP/1.1 client has gone while the server neither reads nor writes, which Jetty alone does not tell. It waits for
 * something to read where nothing should come: an end of input means that the client is gone, as does a half-closed connection; a byte
 * begins a further request and is handed back to the connection, and the watch ends.
 *
 * <p>Leans on how Jetty 12.1 waits for input, and is the only class that does. Only for plain sockets and only between the request's
 * last byte and the answer's last byte, when the connection itself waits for nothing.
 */
final class PeerWatch implements Callback {
    private enum State {
        IDLE,
        ARMED,
        ENDED
    }

    private final AbstractEndPoint endPoint;
    private final Connection.UpgradeTo connection;
    private final Runnable gone;
    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.IDLE;

    private PeerWatch(AbstractEndPoint endPoint, Connection.UpgradeTo connection, Runnable gone) {
        this.endPoint = endPoint;
        this.connection = connection;
        this.gone = gone;
    }

    /**
     * A watch over the client of a request, not yet armed.
     *
     * @param gone what happens when the client has gone, at most once, on one of the server's threads
     * @return null where this cannot be told
     */
    static @Nullable PeerWatch of(Request request, Runnable gone) {
        Connection connection = request.getConnectionMetaData().getConnection();
        EndPoint endPoint = connection.getEndPoint();
        boolean plain = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && endPoint instanceof SocketChannelEndPoint;
        return plain && connection instanceof Connection.UpgradeTo input
                ? new PeerWatch((AbstractEndPoint) endPoint, input, gone)
                : null;
    }

    /** Begins to watch; does nothing if it does already or has ended. From any thread. */
    void arm() {
        lock.lock();
        try {
            if (state == State.IDLE && endPoint.isOpen()) {
                waitForInput();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the watch. When this returns the connection is as it was, and nothing happens any more. */
    void disarm() {
        if (end() == State.ARMED) {
            endPoint.getFillInterest().onFail(new DisarmedException());
        }
    }

    @Override
    public void succeeded() {
        if (hasGone()) {
            gone.run();
        }
    }

    private boolean hasGone() {
        lock.lock();
        try {
            if (state == State.ENDED) {
                return false;
            }
            // One byte at most, so that it finds room in the connection's buffer.
            ByteBuffer next = BufferUtil.allocate(1);
            int count = fill(next);
            if (count == 0) {
                waitForInput();
                return false;
            }
            state = State.ENDED;
            if (count > 0) {
                connection.onUpgradeTo(next);
            }
            return count < 0;
        } finally {
            lock.unlock();
        }
    }

    private void waitForInput() {
        // Before the call, because a failure comes back from within it.
        state = State.ARMED;
        if (!endPoint.tryFillInterested(this)) {
            state = State.ENDED;
        }
    }

    private int fill(ByteBuffer buffer) {
        try {
            return endPoint.fill(buffer);
        } catch (IOException reset) {
            return -1;
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (end() != State.ENDED) {
            gone.run();
        }
    }

    /** Ends the watch and tells how it stood. */
    private State end() {
        lock.lock();
        try {
            State before = state;
            state = State.ENDED;
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the watch off the connection; nobody looks at it. */
    private static final class DisarmedException extends IOException {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // there is nothing to guard
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
