package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.later;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several engines on one store: what one does, the others notice. */
class EngineNodesTest {
    private static final Tenant TENANT = Tenant.SINGLE;

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final ResponseStore store = ResponseStore.inMemory();

    private ResponsesEngine engine(ResponseStore at, Backend backend) {
        BackgroundLimits limits = BackgroundLimits.DEFAULT.withPoll(Duration.ofMillis(20));
        return engines.engine(
                builder -> builder.store(at).backend(backend).limits(Limits.DEFAULT.withBackground(limits)));
    }

    private static ResponseId submit(ResponsesEngine engine) {
        ResponseRequest request = ask("q").toBuilder()
                .set("background", BooleanNode.TRUE)
                .set("stream", BooleanNode.TRUE)
                .build();
        return engine.prepare(TENANT, request, RunOptions.DEFAULT).submit().id();
    }

    @Test
    void aRunIsFollowedOnAnotherNode() throws Exception {
        Gate seen = new Gate();
        ResponsesEngine works = engine(
                store,
                new ScriptedBackend()
                        .sample(model -> model.text("one ").flush().await(seen).text("two")));
        ResponsesEngine reads = engine(store, ScriptedBackend.answering());
        ResponseId id = submit(works);
        EventRecorder events = new EventRecorder();
        Requests.Later<Boolean> reader = later(() -> {
            reads.replay(
                    TENANT,
                    id,
                    -1,
                    event -> {
                        events.accept(event);
                        if (event instanceof DeltaEvent) {
                            seen.open();
                        }
                    },
                    new Cancellation());
            return true;
        });
        assertThat(reader.get()).isTrue();
        StreamInvariants.check(events.json(), StreamOptions.strict());
        assertThat(events.events()).last().extracting(ResponseEvent::type).isEqualTo("response.completed");
    }

    @Test
    void aCancelReachesTheBackendFromAnotherNode() {
        Gate begun = new Gate();
        Gate closed = new Gate();
        ResponsesEngine works = engine(store, (request, sink, cancellation) -> {
            try (Cancellation.Registration ignored = cancellation.onCancel(closed::open)) {
                begun.open();
                closed.await();
            }
        });
        ResponsesEngine other = engine(store, ScriptedBackend.answering());
        ResponseId id = submit(works);
        begun.await();
        assertThat(other.cancel(TENANT, id).status()).isEqualTo(ResponseStatus.CANCELLED);
        closed.await();
    }

    @Test
    void aForegroundRunThatIsDeletedElsewhereStops() throws Exception {
        Gate begun = new Gate();
        ResponsesEngine works = engine(
                store, new ScriptedBackend().sample(model -> model.open(begun).hang()));
        ResponsesEngine other = engine(store, ScriptedBackend.answering());
        Requests.Later<Response> caller = later(() -> works.create(TENANT, ask("q")));
        begun.await();
        other.delete(TENANT, new ResponseId("resp_1"));
        assertThat(caller.get().status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    @Test
    void manyWhoWaitAreOneQuestion() throws Exception {
        int readers = 50;
        AtomicInteger tails = new AtomicInteger();
        List<Integer> questions = new ArrayList<>();
        CountDownLatch asked = new CountDownLatch(5);
        ResponseStore counted = new ForwardingStore(store) {
            @Override
            public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
                tails.incrementAndGet();
                return super.tail(tenant, id, after, max);
            }

            @Override
            public Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched) {
                synchronized (questions) {
                    questions.add(watched.size());
                }
                if (watched.size() == readers) {
                    asked.countDown();
                }
                return super.changed(watched);
            }
        };
        Gate over = new Gate();
        ResponsesEngine works = engine(store, (request, sink, cancellation) -> over.awaitUnless(cancellation));
        ResponsesEngine reads = engine(counted, ScriptedBackend.answering());
        Cancellation leave = new Cancellation();
        List<Requests.Later<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            ResponseId id = submit(works);
            all.add(later(() -> {
                reads.replay(TENANT, id, -1, event -> {}, leave);
                return true;
            }));
        }
        assertThat(asked.await(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        int before = tails.get();
        leave.cancel();
        for (Requests.Later<Boolean> reader : all) {
            assertThat(reader.get()).isTrue();
        }
        // Each reader has read what there was, looked once more on the first news, and been woken by nothing else.
        assertThat(before).isLessThanOrEqualTo(4 * readers);
        over.open();
    }
}
