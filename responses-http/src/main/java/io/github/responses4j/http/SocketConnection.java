package io.github.responses4j.http;

import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.BadPayloadException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that speaks WebSocket: its messages go to {@link SocketLanes lanes}, and when it goes away, what runs for it is cancelled. A
 * connection that comes to its end, by age or because the server stops, first lets run what runs.
 */
final class SocketConnection implements FrameHandler, Pulse.Beat, SocketTurn.Host {
    /** How long what runs may go on when a connection is too old: one minute. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long NEVER = Long.MIN_VALUE;

    private final OpenSockets sockets;
    private final SocketCaller caller;
    private final HandlerSettings settings;
    private final EventWriter events;
    private final SocketInput input;
    private final SocketLanes lanes;
    private final Instant end;
    private final Set<SocketTurn> turns = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private @Nullable CoreSession session;
    private @Nullable SocketWriter writer;
    private volatile boolean gone;
    private volatile @Nullable HttpError refusal;
    private volatile boolean tooOld;
    private volatile boolean waitsForPong;
    // These are only the timer thread's.
    private long pinged = NEVER;
    private long closed = NEVER;

    SocketConnection(OpenSockets sockets, SocketCaller caller) {
        this.sockets = sockets;
        this.caller = caller;
        this.settings = sockets.settings();
        this.events = new EventWriter(caller.profile());
        this.input = new SocketInput(settings.body(), caller.profile());
        this.lanes = new SocketLanes(sockets.executor(), settings.body().maxBytes(), this::carryOut, this::idle);
        this.end = settings.sockets().clock().instant().plus(settings.sockets().limit());
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        session = opened;
        writer = new SocketWriter(opened, settings.writePatience());
        sockets.add(this);
        callback.succeeded();
        opened.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        waitsForPong = false;
        switch (frame.getOpCode()) {
            case OpCode.PING -> pong(frame, callback);
            case OpCode.CLOSE -> callback.succeeded();
            case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> {
                data(frame);
                further(callback);
            }
            default -> further(callback);
        }
    }

    /** The next frame may come when this one is answered: who does not read is not read. */
    private void pong(Frame ping, Callback callback) {
        ByteBuffer payload = BufferUtil.copy(ping.getPayload());
        session()
                .sendFrame(
                        new Frame(OpCode.PONG, payload),
                        Callback.from(() -> further(callback), callback::failed),
                        false);
    }

    private void further(Callback callback) {
        callback.succeeded();
        session().demand();
    }

    private void data(Frame frame) {
        if (closing.get()) {
            return;
        }
        try {
            SocketCreate create = read(frame);
            if (create != null && !lanes.offer(create)) {
                refuse(create);
            }
        } catch (BadPayloadException e) {
            close(CloseStatus.BAD_PAYLOAD, "the text is not UTF-8");
        } catch (SseSink.ClientGoneException | RejectedExecutionException e) {
            session().abort();
        }
    }

    /** In its turn, or it would be taken for the end of what runs on its lane. */
    private void refuse(SocketCreate create) {
        ResponseId previous = create.previous();
        if (previous != null) {
            caller.forget(previous);
        }
        if (!lanes.refuse(create.refusedWith(SocketErrors.tooMany()))) {
            close(CloseStatus.POLICY_VIOLATION, "too many requests");
        }
    }

    /** A message that cannot be read by a mistake of ours is one that failed, and not the end of all lanes. */
    private @Nullable SocketCreate read(Frame frame) {
        try {
            return input.accept(frame);
        } catch (BadPayloadException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("a message over WebSocket could not be read", e);
            return SocketCreate.refused(HttpError.failed());
        }
    }

    private void close(int code, String reason) {
        if (closing.compareAndSet(false, true)) {
            session().close(code, reason, Callback.NOOP);
        }
    }

    /** One request, on its lane's thread. */
    private void carryOut(SocketCreate create) {
        SocketTurn turn = new SocketTurn(create, this, writer(), events);
        turns.add(turn);
        try {
            if (!gone) {
                turn.run();
            }
        } catch (SseSink.ClientGoneException e) {
            LOG.debug("a client went away before its answer", e);
        } catch (RuntimeException | Error e) {
            LOG.error("a request over WebSocket failed", e);
        } finally {
            turns.remove(turn);
        }
    }

    @Override
    public ResponseRun prepare(ResponseRequest request) {
        return caller.prepare(request);
    }

    @Override
    public Profile profile() {
        return caller.profile();
    }

    @Override
    public Shown shown() {
        return caller.shown();
    }

    @Override
    public void forget(ResponseId previous) {
        caller.forget(previous);
    }

    @Override
    public @Nullable HttpError refusal() {
        return refusal;
    }

    /** Takes nothing any more, lets run what runs, and closes. */
    void drain() {
        refuse(SocketErrors.stopping());
    }

    private void refuse(HttpError reason) {
        if (refusal == null) {
            refusal = reason;
        }
        sockets.execute(this::idle);
    }

    /** Cancels what runs; on other threads, because it may take a while. */
    void cancelTurns() {
        turns.forEach(turn -> sockets.execute(turn::cancel));
    }

    /** Comes to the end that was announced, if nothing runs any more. */
    private void idle() {
        if (!lanes.isIdle()) {
            return;
        }
        if (gone) {
            sockets.remove(this);
            return;
        }
        HttpError reason = refusal;
        if (reason != null && closing.compareAndSet(false, true)) {
            end(tooOld ? reason : null, CloseStatus.SHUTDOWN, reason.message());
        }
    }

    private void end(@Nullable HttpError last, int code, String reason) {
        try {
            if (last != null) {
                writer().write(SocketErrors.envelope(last, null));
            }
            session().close(code, reason, Callback.NOOP);
        } catch (SseSink.ClientGoneException e) {
            LOG.debug("a client went away before the end", e);
        }
    }

    @Override
    public void beat(long now) {
        CoreSession open = session();
        if (!open.isOutputOpen()) {
            awaitEnd(now, open);
            return;
        }
        if (input.isSlow(now) && closing.compareAndSet(false, true)) {
            sockets.execute(() -> end(SocketErrors.tooSlow(), CloseStatus.POLICY_VIOLATION, "too slow"));
        }
        age(settings.sockets().clock().instant());
        if (!settings.heartbeat().isZero()) {
            heartbeat(now, settings.heartbeat().toNanos());
        }
    }

    /** Who does not answer a close is left. */
    private void awaitEnd(long now, CoreSession open) {
        if (closed == NEVER) {
            closed = now;
        } else if (now - closed > CLOSE_NANOS) {
            open.abort();
        }
    }

    private void age(Instant now) {
        if (!tooOld && !now.isBefore(end)) {
            tooOld = true;
            refuse(SocketErrors.limitReached(settings.sockets().limit().toMinutes()));
        } else if (tooOld && !now.isBefore(end.plus(GRACE).plus(settings.writePatience()))) {
            // What was cancelled has not come to its end, or the client does not read it.
            session().abort();
        } else if (tooOld && !now.isBefore(end.plus(GRACE))) {
            cancelTurns();
        }
    }

    private void heartbeat(long now, long heartbeat) {
        SocketWriter out = writer();
        // Who is being written to is not silent, and is watched by who writes.
        if (!out.isWriting()) {
            if ((waitsForPong || out.isPingOnItsWay())
                    && now - pinged > settings.writePatience().toNanos()) {
                session().abort();
                return;
            }
            if (now - out.lastWrite() >= heartbeat && !out.isPingOnItsWay()) {
                if (!waitsForPong) {
                    pinged = now;
                    waitsForPong = true;
                }
                out.ping(now);
            }
        }
        for (SocketTurn turn : turns) {
            if (turn.isDue(now, heartbeat)) {
                sockets.execute(() -> release(turn));
            }
        }
    }

    private static void release(SocketTurn turn) {
        try {
            turn.release();
        } catch (SseSink.ClientGoneException e) {
            LOG.debug("a client went away before its answer", e);
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        LOG.debug("a connection broke", cause);
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        gone = true;
        sockets.quiet(this);
        turns.forEach(turn -> sockets.execute(turn::leave));
        idle();
        callback.succeeded();
    }

    private CoreSession session() {
        return Objects.requireNonNull(session, "not open yet");
    }

    private SocketWriter writer() {
        return Objects.requireNonNull(writer, "not open yet");
    }
}
