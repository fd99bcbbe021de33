package io.github.responses4j.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A wire between a store and its database that can be cut, blocked, or broken at a commit. */
final class ChaosProxy implements AutoCloseable {
    /** What it does with bytes. */
    enum Mode {
        /** Passes them on. */
        OPEN,
        /** Holds them back, and accepts connections that say nothing. */
        STALLED,
        /** Refuses connections, and has reset those that there were. */
        DOWN,
        /** Resets a connection that is about to commit, before the server has heard of it. */
        RESET_BEFORE_COMMIT,
        /** Resets a connection whose commit the server has heard, instead of passing the answer on. */
        RESET_AFTER_COMMIT
    }

    /** Where a message that is on its way to the server is cut off. */
    enum Cut {
        /** The server hears nothing of it. */
        BEFORE,
        /** The server hears the beginning. */
        WITHIN,
        /** The server hears all of it, and nobody hears the answer. */
        BEHIND
    }

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger messagesLeft = new AtomicInteger();
    private volatile Cut cut = Cut.BEFORE;
    private volatile Mode mode = Mode.OPEN;

    /** A wire to a port of this machine. */
    ChaosProxy(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    Mode mode() {
        return mode;
    }

    void set(Mode next) {
        lock.lock();
        try {
            mode = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (next == Mode.DOWN) {
            sockets.forEach(ChaosProxy::reset);
        }
    }

    /** Breaks the connection at the n-th message to the server from now on, once; 0 for never. */
    void cut(int number, Cut where) {
        messagesLeft.set(0);
        cut = where;
        messagesLeft.set(number);
    }

    /** Whether the message that {@link #cut} awaits is yet to come. */
    boolean isAwaitingCut() {
        return messagesLeft.get() > 0;
    }

    private boolean isCutHere() {
        return messagesLeft.getAndUpdate(left -> Math.max(0, left - 1)) == 1;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "chaos");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                if (mode == Mode.DOWN) {
                    reset(near);
                } else {
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.add(near);
                    sockets.add(far);
                    start(() -> copy(near, far, true));
                    start(() -> copy(far, near, false));
                }
            }
        } catch (IOException closed) {
            // The wire is gone.
        }
    }

    private void copy(Socket from, Socket to, boolean towardsServer) {
        byte[] buffer = new byte[65536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitOpen();
                if (towardsServer && isCutHere()) {
                    breakOff(from, to, buffer, cut == Cut.BEFORE ? 0 : cut == Cut.WITHIN ? count / 2 : count);
                    return;
                }
                if (towardsServer && commits(buffer, count)) {
                    if (mode == Mode.RESET_BEFORE_COMMIT) {
                        set(Mode.OPEN);
                        reset(from);
                        return;
                    }
                    if (mode == Mode.RESET_AFTER_COMMIT) {
                        set(Mode.OPEN);
                        breakOff(from, to, buffer, count);
                        return;
                    }
                }
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException broken) {
            // Both ends are closed.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Passes the beginning of a message on; the server does with it what it does, and nobody hears of it. */
    private static void breakOff(Socket from, Socket to, byte[] message, int count) throws IOException {
        to.getOutputStream().write(message, 0, count);
        to.getOutputStream().flush();
        reset(from);
        if (count > 0) {
            // Half a message has no answer, so the server is told that there is no more.
            to.shutdownOutput();
            to.getInputStream().read();
        }
    }

    private static boolean commits(byte[] buffer, int count) {
        return new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains("COMMIT");
    }

    private void awaitOpen() {
        lock.lock();
        try {
            while (mode == Mode.STALLED) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // It was closed already.
        }
    }

    @Override
    public void close() {
        set(Mode.DOWN);
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
