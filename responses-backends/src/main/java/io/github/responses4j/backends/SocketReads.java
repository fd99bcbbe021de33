package io.github.responses4j.backends;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that tell the reading thread before they turn to the network. Only the socket knows whether the next piece of an answer is
 * already here: above it are the buffers of TLS and HTTP. Hence the hook sits below them, and belongs to a thread.
 */
final class SocketReads extends SocketFactory {
    /** What a thread wants to do before it waits for the network. */
    interface Waiting {
        /** Called before each read of the socket; may take its time, which does not count as waiting. */
        void beforeRead() throws IOException;

        /** How long the read that follows may wait, in milliseconds, at least 1. */
        int timeoutMillis();
    }

    private static final ThreadLocal<@Nullable Waiting> CURRENT = new ThreadLocal<>();

    /** Hangs a hook on this thread's reads, until the result is closed. */
    static Hook hang(Waiting waiting) {
        CURRENT.set(waiting);
        return CURRENT::remove;
    }

    @Override
    public Socket createSocket() {
        return new ReadSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        throw new IOException("sockets are not bound to a local address");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        throw new IOException("sockets are not bound to a local address");
    }

    private Socket connected(SocketAddress address) throws IOException {
        Socket socket = createSocket();
        try {
            socket.connect(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A hook that hangs on a thread. */
    @FunctionalInterface
    interface Hook extends AutoCloseable {
        @Override
        void close();
    }

    private static final class ReadSocket extends Socket {
        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            try {
                super.connect(endpoint, timeout);
            } catch (SocketTimeoutException e) {
                // Told apart from a server that takes the connection and then is slow.
                ConnectException unreachable = new ConnectException("connect timed out");
                unreachable.initCause(e);
                throw unreachable;
            }
            setTcpNoDelay(true);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new HookedStream(this, super.getInputStream());
        }
    }

    private static final class HookedStream extends FilterInputStream {
        private final Socket socket;

        HookedStream(Socket socket, InputStream in) {
            super(in);
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            prepare();
            return in.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            prepare();
            return in.read(buffer, offset, length);
        }

        private void prepare() throws IOException {
            Waiting waiting = CURRENT.get();
            if (waiting != null) {
                waiting.beforeRead();
                socket.setSoTimeout(waiting.timeoutMillis());
            }
        }
    }
}
