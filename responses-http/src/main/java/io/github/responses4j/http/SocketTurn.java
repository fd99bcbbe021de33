package io.github.responses4j.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.tool.Cancellation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a socket on its way to its one end: the response's last event, or an error. */
final class SocketTurn {
    private static final Logger LOG = LoggerFactory.getLogger(SocketTurn.class);

    private final SocketCreate create;
    private final Host host;
    private final SocketWriter out;
    private final EventWriter events;
    private final Cancellation cancellation = new Cancellation();
    private volatile @Nullable SocketSink sink;
    private volatile boolean endsWithClient = true;
    private long silentSince = System.nanoTime();

    SocketTurn(SocketCreate create, Host host, SocketWriter out, EventWriter events) {
        this.create = create;
        this.host = host;
        this.out = out;
        this.events = events;
    }

    /**
     * Carries the request out, on this thread.
     *
     * @throws SseSink.ClientGoneException if the client does not take the answer
     */
    void run() {
        ResponseId previous = create.previous();
        HttpError error = outcome();
        if (error != null) {
            if (previous != null) {
                host.forget(previous);
            }
            out.write(SocketErrors.envelope(error, create.lane()));
        }
    }

    /** What went wrong; null if the last event says how it went. */
    private @Nullable HttpError outcome() {
        HttpError refusal = create.refusal() == null ? host.refusal() : create.refusal();
        ObjectNode body = create.body();
        if (refusal != null || body == null) {
            return refusal;
        }
        try {
            ResponseRequest request = RequestReader.read(body);
            endsWithClient = host.profile().cancelOnDisconnect() || !request.store();
            return carryOut(host.prepare(request));
        } catch (ResponsesException e) {
            return HttpError.of(e);
        } catch (SseSink.ClientGoneException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.error("a request over WebSocket failed", e);
            return HttpError.failed();
        }
    }

    private @Nullable HttpError carryOut(ResponseRun run) {
        SocketSink stream = new SocketSink(events, out, create.lane(), run.warnings());
        if (!endsWithClient) {
            stream.outliveClient();
        }
        sink = stream;
        Response response;
        boolean begun;
        try {
            response = run.execute(host.shown().events(stream), cancellation);
        } finally {
            begun = stream.seal();
        }
        ResponsesException rejection = run.rejection().orElse(null);
        if (rejection != null && !begun) {
            HttpError error = HttpError.of(rejection);
            // What has had effects is not to be tried again just like that.
            return response.output().isEmpty() ? error : error.notAgain();
        }
        if (stream.hasEnded()) {
            stream.finish();
            return null;
        }
        HttpError refusal = host.refusal();
        return refusal == null ? SocketErrors.cancelled() : refusal;
    }

    /** The client has gone: the run is stopped, unless it is one that goes on without its client. */
    void leave() {
        if (endsWithClient) {
            cancel();
        }
    }

    /** Stops the run; at once and on this thread. */
    void cancel() {
        cancellation.cancel();
    }

    /**
     * Whether it is time to {@link #release}. For one thread.
     *
     * @param now the time as {@link System#nanoTime()} tells it
     * @param heartbeat how long a client may hear nothing
     */
    boolean isDue(long now, long heartbeat) {
        boolean due = now - silentSince >= heartbeat;
        if (due) {
            silentSince = now;
        }
        return due;
    }

    /** Lets the client know what there is, if it has heard nothing yet. */
    void release() {
        SocketSink stream = sink;
        if (stream != null) {
            stream.release();
        }
    }

    /** What a turn needs of its connection. */
    interface Host {
        /** Why nothing is taken any more; null while it is. */
        @Nullable
        HttpError refusal();

        /**
         * Makes a run of a request.
         *
         * @throws ResponsesException if the request is refused
         */
        ResponseRun prepare(ResponseRequest request);

        Profile profile();

        /** What the client sees of responses. */
        Shown shown();

        /** Forgets a response that was continued without success, if the connection has it in its memory. */
        void forget(ResponseId previous);
    }
}
