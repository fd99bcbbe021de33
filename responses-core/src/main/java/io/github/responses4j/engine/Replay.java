package io.github.responses4j.engine;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.stream.Retelling;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.Optional;

/** Tells the events of a stored response: from its log, following it while it grows, or, if it has none, from its items. */
final class Replay {
    private static final int PAGE = 256;

    /** However it may be with news, a log is looked at that often. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ResponseStore store;
    private final Wakeups wakeups;
    private final Watch watch;

    /**
     * A replay.
     *
     * @param watch notices what other processes write
     */
    Replay(ResponseStore store, Wakeups wakeups, Watch watch) {
        this.store = store;
        this.wakeups = wakeups;
        this.watch = watch;
    }

    /**
     * Tells the events of a response that keeps no log, by its items.
     *
     * @param after the number of the last event that the caller knows already, −1 for none
     * @return false if it has a log; then there was no event
     * @throws InvalidRequestException if it runs and keeps no log; then there was no event
     */
    boolean retell(StoredResponse response, long after, EventSink sink) {
        if (response.lastSeq() >= 0) {
            return false;
        }
        if (!response.status().isTerminal()) {
            throw new InvalidRequestException(
                    "Response with id '" + response.id()
                            + "' cannot be streamed while it runs: it was not created with background and stream.",
                    null,
                    "stream");
        }
        Response ended = Documents.response(response);
        Retelling.tell(ended, new After(after, sink));
        sink.flush();
        return true;
    }

    /**
     * Tells the events of a response's log, on this thread, until it has ended. This may take hours, in which a virtual thread keeps
     * what is on its stack: that should not be the response.
     *
     * @param after the number of the last event that the caller knows already, −1 for none
     */
    void follow(ResponseKey key, long after, EventSink sink, Cancellation cancellation) {
        Tenant tenant = key.tenant();
        ResponseId id = key.id();
        long known = after;
        try (Wakeups.Sleeper sleeper = wakeups.listen(key);
                Cancellation.Registration ignored = cancellation.onCancel(sleeper::ring)) {
            watch.attend();
            while (!cancellation.isCancelled() && !wakeups.isEnded()) {
                Optional<Tail> tail = store.tail(tenant, id, known, PAGE);
                if (tail.isEmpty()) {
                    // It was deleted: there is nothing more to tell.
                    return;
                }
                for (StoredEvent event : tail.get().events()) {
                    sink.accept(Documents.event(event));
                    known = event.seq();
                }
                if (!tail.get().events().isEmpty()) {
                    sink.flush();
                } else if (tail.get().status().isTerminal()) {
                    return;
                } else {
                    sleeper.await(PATIENCE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancellation.cancel();
        }
    }

    /** Leaves out the events that are known already. */
    private record After(long after, EventSink sink) implements EventSink {
        @Override
        public void accept(ResponseEvent event) {
            if (event.sequenceNumber() > after) {
                sink.accept(event);
            }
        }

        @Override
        public void flush() {
            sink.flush();
        }
    }
}
