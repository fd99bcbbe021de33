package io.github.responses4j.http;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Closes connections that begin a request and do not get on with it: a trickle of bytes is never idle, so an idle timeout alone would let
 * it hold its connection for ever.
 */
final class HeadWatch implements Connection.Listener {
    private static final long NONE = Long.MIN_VALUE;

    private final Pulse pulse;
    private final long limitNanos;
    private final ConcurrentMap<Connection, Head> heads = new ConcurrentHashMap<>();

    /**
     * A watch.
     *
     * @param pulse looks at the connections
     * @param limit how long the head of a request may take
     */
    HeadWatch(Pulse pulse, Duration limit) {
        this.pulse = pulse;
        this.limitNanos = limit.toNanos();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            Head head = new Head(connection, limitNanos);
            heads.put(connection, head);
            pulse.add(head);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        Head head = heads.remove(connection);
        if (head != null) {
            pulse.remove(head);
        }
    }

    /** A handler around another that tells when requests begin and end. */
    Handler.Wrapper around(Handler handler) {
        return new Handler.Wrapper(handler) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                Connection connection = request.getConnectionMetaData().getConnection();
                begins(connection);
                boolean handled = super.handle(request, response, Callback.from(callback, () -> ends(connection)));
                if (!handled) {
                    ends(connection);
                }
                return handled;
            }
        };
    }

    /** A whole head has come. */
    private void begins(Connection connection) {
        Head head = heads.get(connection);
        if (head != null) {
            head.busy = true;
        }
    }

    /** The request has been answered. */
    private void ends(Connection connection) {
        Head head = heads.get(connection);
        if (head != null) {
            head.since = NONE;
            head.before = connection.getBytesIn();
            head.busy = false;
        }
    }

    private static final class Head implements Pulse.Beat {
        private final Connection connection;
        private final long limitNanos;
        private volatile boolean busy;
        /** How many bytes had come when the last request ended. */
        private volatile long before;
        /** When the head that is coming was first seen. The first one is due from the opening on. */
        private volatile long since = System.nanoTime();

        Head(Connection connection, long limitNanos) {
            this.connection = connection;
            this.limitNanos = limitNanos;
        }

        @Override
        public void beat(long now) {
            if (busy) {
                return;
            }
            long begun = since;
            if (begun == NONE) {
                if (connection.getBytesIn() > before) {
                    since = now;
                }
            } else if (now - begun > limitNanos) {
                connection.getEndPoint().close(new TimeoutException("the head of a request takes too long"));
            }
        }
    }
}
