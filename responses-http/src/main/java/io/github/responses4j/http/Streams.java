package io.github.responses4j.http;

import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.store.ResponseId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** What clients wait for now, as a whole or as a stream. */
final class Streams {
    private final ResponsesEngine engine;
    private final HandlerSettings settings;
    private final Pulse pulse;
    private final Set<OpenRun> open = ConcurrentHashMap.newKeySet();

    Streams(ResponsesEngine engine, HandlerSettings settings, Pulse pulse) {
        this.engine = engine;
        this.settings = settings;
        this.pulse = pulse;
    }

    /** Cancels everything that somebody waits for. */
    void cancelRuns() {
        open.forEach(run -> run.cancellation().cancel());
    }

    /** A client begins to wait; it must be told to {@link #end}. */
    OpenRun begin(Exchange exchange, boolean endsWithClient) {
        OpenRun run = new OpenRun(exchange, pulse, settings.watchPeers(), endsWithClient);
        open.add(run);
        return run;
    }

    void end(OpenRun run) {
        open.remove(run);
    }

    /** Where events go. */
    SseSink sink(Exchange exchange, EventWriter writer, OpenRun run) {
        return new SseSink(exchange, writer, settings.heartbeat(), settings.writePatience(), run::clientHasGone);
    }

    /**
     * Answers with the events of a stored response, those that there are and those that come. Not on this thread: who follows may wait for
     * hours, in which a virtual thread keeps its stack, and that of a new one is short.
     *
     * @param after the number of the last event that the client knows already, −1 for none
     */
    void replay(Exchange exchange, ResponseId id, long after, EventWriter writer) {
        Executor threads =
                ServerThreads.blocking(exchange.request().getComponents().getExecutor());
        threads.execute(() -> exchange.answer(() -> follow(exchange, id, after, writer)));
    }

    private void follow(Exchange exchange, ResponseId id, long after, EventWriter writer) {
        Shown shown = new Shown(exchange.profile(), engine);
        OpenRun run = begin(exchange, true);
        SseSink sink = sink(exchange, writer, run).immediate();
        try (OpenRun watched = run.watched(sink)) {
            // Where something is hidden the numbers are the client's, and counted from the first event on.
            long known = shown.renumbers() ? -1 : after;
            engine.replay(
                    exchange.tenant(),
                    id,
                    known,
                    shown.renumbers() ? shown.eventsAfter(after, sink) : sink,
                    watched.cancellation());
        } finally {
            sink.seal();
            end(run);
        }
        if (run.isGone()) {
            exchange.abort(run.gone());
        } else {
            sink.finish();
        }
    }
}
