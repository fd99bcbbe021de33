package io.github.responses4j.http;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.tool.Cancellation;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A run that a client waits for. When the client goes away, the run is cancelled, unless it is to go on without it. */
final class OpenRun implements Pulse.Beat, AutoCloseable {
    private final Pulse pulse;
    private final Cancellation cancellation = new Cancellation();
    private final Request request;
    private final boolean endsWithClient;
    private final @Nullable PeerWatch watch;
    private @Nullable SseSink sink;
    private volatile boolean gone;

    /**
     * A run that is about to begin.
     *
     * @param exchange the request, whose body has been read
     * @param pulse looks after the client
     * @param watchPeer whether to notice a client that goes away while nothing is written
     * @param endsWithClient whether the run is cancelled when the client goes away
     */
    OpenRun(Exchange exchange, Pulse pulse, boolean watchPeer, boolean endsWithClient) {
        this.endsWithClient = endsWithClient;
        this.pulse = pulse;
        this.request = exchange.request();
        this.watch = watchPeer ? PeerWatch.of(request, this::clientHasGone) : null;
        // A run that is silent for long is not idle.
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(failure -> clientHasGone());
    }

    /** Begins to look after the client. */
    OpenRun watched(@Nullable SseSink stream) {
        sink = stream;
        pulse.add(this);
        return this;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** Whether nobody waits for the answer any more. */
    boolean isGone() {
        return gone;
    }

    /** The client has gone. Quick: what hangs on the cancellation happens on another thread. */
    void clientHasGone() {
        gone = true;
        if (!endsWithClient) {
            return;
        }
        request.getComponents().getExecutor().execute(cancellation::cancel);
    }

    /** Where the run's events go: to the client as long as it is there. */
    EventSink guarded(EventSink client) {
        return endsWithClient ? client : new Lasting(client);
    }

    /** Goes on when the client has gone. */
    private final class Lasting implements EventSink {
        private final EventSink client;

        Lasting(EventSink client) {
            this.client = client;
        }

        @Override
        public void accept(ResponseEvent event) {
            tell(() -> client.accept(event));
        }

        @Override
        public void flush() {
            tell(client::flush);
        }

        private void tell(Runnable news) {
            if (gone) {
                return;
            }
            try {
                news.run();
            } catch (SseSink.ClientGoneException e) {
                gone = true;
            }
        }
    }

    EofException gone() {
        return new EofException("the client has gone");
    }

    @Override
    public void beat(long now) {
        // Not from the beginning: most runs are over before it is worth the trouble.
        if (watch != null) {
            watch.arm();
        }
        if (sink != null) {
            sink.beat(now);
        }
    }

    @Override
    public void close() {
        pulse.remove(this);
        if (watch != null) {
            watch.disarm();
        }
    }
}
