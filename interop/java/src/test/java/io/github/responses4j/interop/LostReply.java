package io.github.responses4j.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire to a server that breaks when the first reply comes, and then never again. */
final class LostReply implements AutoCloseable {
    private final ServerSocket wire;
    private final URI server;
    private final AtomicInteger lost = new AtomicInteger();

    LostReply(URI server) throws IOException {
        this.server = server;
        this.wire = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + wire.getLocalPort());
    }

    /** How many replies were lost. */
    int lost() {
        return lost.get();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = wire.accept();
                Socket far = new Socket(server.getHost(), server.getPort());
                start(() -> copy(near, far, false));
                start(() -> copy(far, near, true));
            }
        } catch (IOException closed) {
            // The wire is gone.
        }
    }

    private void copy(Socket from, Socket to, boolean replies) {
        byte[] buffer = new byte[65536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (replies && lost.compareAndSet(0, 1)) {
                    to.setSoLinger(true, 0);
                    return;
                }
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException broken) {
            // Both ends are closed.
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
