package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.later;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.FaultStore.Fault;
import io.github.responses4j.tool.Cancellation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that fails at any of its calls. */
class EngineStoreFaultTest {
    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    /** What an engine asks of its store by the clock. */
    private static final Set<String> BESIDE_RUNS = Set.of("changed", "renew", "claim", "reap", "sweep");

    /** One turn: what the caller got. */
    private record Turn(@Nullable RecordedRun run, @Nullable ServerException refused) {}

    private static ScriptedBackend backend() {
        return new ScriptedBackend()
                .sample(model -> model.text("a1"))
                .sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("a2"));
    }

    /** Two turns, the second with a hosted tool; the second is left out if the first did not come to its end. */
    private List<Turn> turns(FaultStore faulty, ResponseStore sound) {
        ResponseStore store = besideRuns(faulty, sound);
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(backend()).store(store).tool(hosted("f", arguments -> "x")));
        List<Turn> turns = new ArrayList<>();
        turns.add(turn(engine, ask("q1")));
        RecordedRun first = turns.get(0).run();
        if (first != null && first.response().status() == ResponseStatus.COMPLETED) {
            ResponseRequest second = offering("q2", "f").toBuilder()
                    .previousResponseId(first.id())
                    .build();
            turns.add(turn(engine, second));
        }
        return turns;
    }

    /** What the engine does beside its runs, whenever that may be, is neither counted nor fails. */
    private static ResponseStore besideRuns(FaultStore faulty, ResponseStore sound) {
        return (ResponseStore) Proxy.newProxyInstance(
                EngineStoreFaultTest.class.getClassLoader(),
                new Class<?>[] {ResponseStore.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.invoke(BESIDE_RUNS.contains(method.getName()) ? sound : faulty, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Turn turn(ResponsesEngine engine, ResponseRequest request) {
        try {
            ResponseRun run = engine.prepare(Tenant.SINGLE, request, RunOptions.DEFAULT);
            return new Turn(engines.runUnkept(run, new Cancellation(), new EventRecorder()), null);
        } catch (ServerException e) {
            assertThat(e.retryable()).isTrue();
            assertThat(e.text()).isEqualTo("The response store is not available.");
            return new Turn(null, e);
        }
    }

    private static int callsWithoutFault(EngineStoreFaultTest test) {
        ResponseStore sound = ResponseStore.inMemory();
        FaultStore store = new FaultStore(sound);
        List<Turn> turns = test.turns(store, sound);
        assertThat(turns)
                .allSatisfy(turn -> assertThat(turn.run().response().status()).isEqualTo(ResponseStatus.COMPLETED));
        return store.calls().size();
    }

    @Test
    void aRunAsksTheStoreThreeTimes() {
        ResponseStore sound = ResponseStore.inMemory();
        FaultStore store = new FaultStore(sound);
        turns(store, sound);
        assertThat(store.calls()).containsExactly("create", "append", "lineage", "create", "append");
    }

    @Test
    void aResponseThatTheStoreDoesNotTakeIsAFailure() {
        ResponseStore picky = new ForwardingStore(ResponseStore.inMemory()) {
            @Override
            public Created create(NewResponse response) {
                throw new IllegalArgumentException("too long");
            }
        };
        engines.expectLog("the store does not take response resp_1");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend()).store(picky));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, ask("q")))
                .isInstanceOfSatisfying(
                        ServerException.class, e -> assertThat(e.retryable()).isFalse());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void oneFaultAnywhereLosesNothing(Fault fault) {
        int calls = callsWithoutFault(this);
        for (int n = 1; n <= calls; n++) {
            ResponseStore inner = ResponseStore.inMemory();
            FaultStore store = new FaultStore(inner).failAt(n, fault);
            List<Turn> turns = turns(store, inner);
            for (Turn turn : turns) {
                if (turn.run() != null) {
                    Response response = turn.run().response();
                    // One fault is not enough to keep an end from being stored.
                    assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
                    assertThat(turn.run().types()).endsWith("response.completed");
                    StoredResponse stored =
                            inner.find(Tenant.SINGLE, response.id()).orElseThrow();
                    assertThat(stored.status()).isEqualTo(ResponseStatus.COMPLETED);
                    assertThat(stored.output()).hasSameSizeAs(response.output());
                }
            }
            nothingIsLeftUnfinished(inner);
        }
    }

    /** No id that was given out names a response that nobody will ever end; what failed is cleared away beside the answer. */
    private static void nothingIsLeftUnfinished(ResponseStore store) {
        long patience =
                System.nanoTime() + Duration.ofSeconds(Gate.PATIENCE_SECONDS).toNanos();
        for (int i = 1; i < 100; i++) {
            ResponseId id = new ResponseId("resp_" + i);
            while (!store.find(Tenant.SINGLE, id)
                    .map(response -> response.status().isTerminal())
                    .orElse(true)) {
                assertThat(System.nanoTime()).as("%s is left unfinished", id).isLessThan(patience);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aStoreThatGoesDownAnywhereNeverLetsACompletedPass() {
        engines.expectLog("could not be stored");
        int calls = callsWithoutFault(this);
        for (int n = 1; n <= calls; n++) {
            ResponseStore inner = ResponseStore.inMemory();
            List<Turn> turns = turns(new FaultStore(inner).failFrom(n), inner);
            for (Turn turn : turns) {
                if (turn.run() != null && turn.run().types().contains("response.completed")) {
                    assertThat(inner.find(Tenant.SINGLE, turn.run().id())
                                    .orElseThrow()
                                    .status())
                            .isEqualTo(ResponseStatus.COMPLETED);
                }
            }
            Turn last = turns.get(turns.size() - 1);
            if (last.run() != null) {
                assertThat(last.run().types()).endsWith("error", "response.failed");
                assertThat(last.run().response().status()).isEqualTo(ResponseStatus.FAILED);
                // The model had spoken, and a tool may have run: asking again is not harmless.
                assertThat(last.run().rejection()).isNull();
            } else {
                assertThat(last.refused()).isNotNull();
            }
        }
    }

    @Test
    void aFailureThatCannotBeStoredIsToldAllTheSame() {
        engines.expectLog("could not be stored");
        ResponseStore sound = ResponseStore.inMemory();
        ResponseStore store = besideRuns(new FaultStore(sound).failFrom(2), sound);
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.fail(io.github.responses4j.backend.BackendException.Kind.UNAVAILABLE, "down"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store));
        RecordedRun run = engines.runUnkept(
                engine.prepare(Tenant.SINGLE, ask("q"), RunOptions.DEFAULT), new Cancellation(), new EventRecorder());
        assertThat(run.types()).endsWith("error", "response.failed");
        assertThat(run.rejection().text()).isEqualTo("down");
    }

    @Test
    void aCancelThatCannotBeStoredIsACancelAllTheSame() throws Exception {
        engines.expectLog("was cancelled, which could not be stored");
        ResponseStore sound = ResponseStore.inMemory();
        ResponseStore store = besideRuns(new FaultStore(sound).failFrom(2), sound);
        Gate sampling = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a").open(sampling).hang());
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store));
        Cancellation caller = new Cancellation();
        ResponseRun run = engine.prepare(Tenant.SINGLE, ask("q"), RunOptions.DEFAULT);
        Requests.Later<RecordedRun> running = later(() -> engines.runUnkept(run, caller, new EventRecorder()));
        sampling.await();
        caller.cancel();
        assertThat(running.get().response().status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    @Test
    void aParentThatGoesAwayBeforeTheRunBeginsIsAnUnknownOne() {
        ScriptedBackend backend = ScriptedBackend.answering("a", "b");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response parent = engine.create(Tenant.SINGLE, ask("q"));
        ResponseRun run = engine.prepare(Tenant.SINGLE, next(parent, "q2"), RunOptions.DEFAULT);
        engine.delete(Tenant.SINGLE, parent.id());
        assertThatThrownBy(() -> run.execute(event -> {}, new Cancellation()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("previous_response_not_found"));
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void anEndThatTakesLongerThanABatchWaitsIsStillTheEnd() {
        ResponseStore slow = new ForwardingStore(ResponseStore.inMemory()) {
            @Override
            public Append.Result append(Lease lease, Append append) {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(append.terminal() == null ? 0 : 60);
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                return super.append(lease, append);
            }
        };
        ScriptedBackend backend = ScriptedBackend.answering("one two");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(slow));
        ResponseRequest request = ask("q").toBuilder().background(true).build();
        EventRecorder events = new EventRecorder();
        Response ended = engine.stream(Tenant.SINGLE, request, events);
        assertThat(ended.status()).isEqualTo(ResponseStatus.COMPLETED);
        StreamInvariants.check(events.json(), StreamOptions.strict());
        engine.close();
    }
}
