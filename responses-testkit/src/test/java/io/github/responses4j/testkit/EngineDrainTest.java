package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.later;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.HostedTool;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine is about to end, and loses nothing. */
class EngineDrainTest {
    private static final Tenant TENANT = Tenant.SINGLE;
    private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final ResponseStore store = ResponseStore.inMemory();

    private static ResponseRequest streamed(ResponseRequest request) {
        return request.toBuilder()
                .set("background", BooleanNode.TRUE)
                .set("stream", BooleanNode.TRUE)
                .build();
    }

    private ResponsesEngine engine(Backend backend, HostedTool... tools) {
        return engines.engine(builder -> {
            for (HostedTool tool : tools) {
                builder.tool(tool);
            }
            BackgroundLimits limits =
                    BackgroundLimits.DEFAULT.withPoll(Duration.ofMillis(10)).withMaxAttempts(1);
            return builder.store(store).backend(backend).limits(Limits.DEFAULT.withBackground(limits));
        });
    }

    private static ResponseId submit(ResponsesEngine engine, ResponseRequest request) {
        return engine.prepare(TENANT, request, RunOptions.DEFAULT).submit().id();
    }

    /** Another engine on the same store goes on with what was let go. */
    private Response end(ResponsesEngine other, ResponseId id) {
        // Looking for work begins with the first response of one's own.
        submit(other, streamed(ask("mine")));
        EventRecorder events = new EventRecorder();
        other.replay(TENANT, id, -1, events, new Cancellation());
        StreamInvariants.check(events.json(), StreamOptions.strict());
        Response response = other.retrieve(TENANT, id);
        StreamInvariants.assertFoldEquals(events.json(), response.json().toNode());
        return response;
    }

    @Test
    void nothingNewIsBegun() {
        ResponsesEngine engine = engine(ScriptedBackend.answering("never"));
        assertThat(engine.drain(Duration.ZERO)).isTrue();
        assertThatThrownBy(() -> engine.create(TENANT, ask("q")))
                .isInstanceOf(ServerException.class)
                .hasMessage("The server is shutting down.")
                .extracting(e -> ((ServerException) e).retryable())
                .isEqualTo(true);
        assertThatThrownBy(() -> submit(engine, streamed(ask("q")))).isInstanceOf(ServerException.class);
    }

    @Test
    void aRunThatItsCallerWaitsForComesToItsEnd() throws Exception {
        Gate begun = new Gate();
        Gate go = new Gate();
        ResponsesEngine engine = engine(new ScriptedBackend()
                .sample(model -> model.open(begun).await(go).text("Done.")));
        Requests.Later<Response> caller = later(() -> engine.create(TENANT, ask("q")));
        begun.await();
        Requests.Later<Boolean> quiet = later(() -> engine.drain(PATIENCE));
        awaitRefusal(engine);
        go.open();
        assertThat(caller.get().outputText()).isEqualTo("Done.");
        assertThat(quiet.get()).isTrue();
    }

    private static void awaitRefusal(ResponsesEngine engine) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        boolean refused = false;
        while (!refused) {
            assertThat(System.nanoTime()).as("the engine should be draining").isLessThan(patience);
            try {
                engine.prepare(TENANT, ask("q"), RunOptions.DEFAULT);
                Thread.onSpinWait();
            } catch (ServerException e) {
                refused = true;
            }
        }
    }

    @Test
    void patienceHasAnEnd() throws Exception {
        Gate begun = new Gate();
        ResponsesEngine engine = engine(new ScriptedBackend()
                .sample(model -> model.text("a").open(begun).hang()));
        Requests.Later<Response> caller = later(() -> engine.create(TENANT, ask("q")));
        begun.await();
        assertThat(engine.drain(Duration.ofMillis(1))).isFalse();
        engine.close();
        assertThat(caller.get().status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    /** An engine has begun a response, and lets go of it before its model has said anything. */
    private ResponseId letGoUnseen() {
        Gate begun = new Gate();
        ResponsesEngine engine =
                engine(new ScriptedBackend().sample(model -> model.open(begun).hang()));
        ResponseId id = submit(engine, streamed(ask("q")));
        begun.await();
        assertThat(engine.drain(PATIENCE)).isTrue();
        return id;
    }

    @Test
    void whatNobodyHasSeenIsLetGoAtOnce() {
        ResponseId id = letGoUnseen();
        Response response = end(engine(ScriptedBackend.answering("gone on with", "mine")), id);
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
    }

    @Test
    void anItemThatIsSeenIsEndedBeforeItsRunIsLetGo() throws Exception {
        Gate go = new Gate();
        Gate asked = new Gate();
        ResponsesEngine engine = engine(new ScriptedBackend()
                .sample(model -> model.reasoning("first ")
                        .flush()
                        .await(go)
                        .reasoning("item")
                        .say(new ModelEvent.ItemEnded())
                        .flush()
                        .open(asked)
                        .hang()));
        ResponseId id = submit(engine, streamed(ask("q")));
        Cancellation seen = new Cancellation();
        engine.replay(
                TENANT,
                id,
                -1,
                event -> {
                    if (event instanceof DeltaEvent) {
                        seen.cancel();
                    }
                },
                seen);
        Requests.Later<Boolean> quiet = later(() -> engine.drain(PATIENCE));
        awaitRefusal(engine);
        go.open();
        assertThat(quiet.get()).isTrue();
        Response response = end(engine(ScriptedBackend.answering("gone on with", "gone on with")), id);
        assertThat(response.output()).extracting(Item::type).containsExactly("reasoning", "message");
        assertThat(response.outputText()).isEqualTo("gone on with");
    }

    /** After a message the model may have given its answer, or go on to a tool: only what follows tells. */
    @Test
    void aMessageIsNotTakenForTheAnswerWhileItsModelGoesOn() throws Exception {
        Gate said = new Gate();
        Gate go = new Gate();
        AtomicInteger calls = new AtomicInteger();
        HostedTool tool = Requests.hosted("f", arguments -> "call " + calls.incrementAndGet());
        ResponsesEngine engine = engine(
                new ScriptedBackend()
                        .sample(model -> model.text("Let me look.")
                                .say(new ModelEvent.ItemEnded())
                                .flush()
                                .open(said)
                                .await(go)
                                .call("c1", "f", "{}"))
                        .sample(SampleScript::hang),
                tool);
        ResponseId id = submit(engine, streamed(offering("q", "f")));
        said.await();
        awaitItems(id, 1);
        assertThat(engine.drain(Duration.ofMillis(1))).isFalse();
        go.open();
        assertThat(engine.drain(PATIENCE)).isTrue();
        Response response = end(engine(ScriptedBackend.answering("Found.", "Found."), tool), id);
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("message", "function_call", "function_call_output", "message");
        assertThat(calls).hasValue(1);
    }

    private void awaitItems(ResponseId id, int count) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (store.find(TENANT, id).orElseThrow().output().size() < count) {
            assertThat(System.nanoTime()).as("the item should be stored").isLessThan(patience);
            Thread.onSpinWait();
        }
    }

    @Test
    void whatWasHandedBackHasNotWaitedTooLong() {
        ResponseId id = letGoUnseen();
        ResponsesEngine other = engines.engine(builder -> builder.store(store)
                .backend(ScriptedBackend.answering("gone on with", "gone on with"))
                .clock(Clock.offset(Clock.systemUTC(), BackgroundLimits.DEFAULT.maxWait())));
        assertThat(end(other, id).outputText()).isEqualTo("gone on with");
    }

    @Test
    void whatIsStoppedHandsItsResponseBackBeforeTheEngineIsClosed() {
        Gate begun = new Gate();
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean late = new AtomicBoolean();
        Gate left = new Gate();
        ResponseStore watched = new ForwardingStore(store) {
            @Override
            public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
                if (ttl.isZero()) {
                    late.set(closed.get());
                    left.open();
                }
                return super.renew(held, ttl);
            }
        };
        Backend reluctant = (request, sink, cancellation) -> {
            Gate cancelled = new Gate();
            cancellation.onCancel(cancelled::open);
            begun.open();
            cancelled.await();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        };
        ResponsesEngine engine =
                engines.engine(builder -> builder.store(watched).backend(reluctant));
        submit(engine, streamed(ask("q")));
        begun.await();
        engine.close();
        closed.set(true);
        left.await();
        assertThat(late).isFalse();
    }

    @Test
    void aToolThatRunsGivesItsOutputBeforeItsRunIsLetGo() throws Exception {
        Gate begun = new Gate();
        Gate go = new Gate();
        AtomicInteger calls = new AtomicInteger();
        HostedTool tool = Requests.hosted("f", arguments -> {
            begun.open();
            go.await();
            return "call " + calls.incrementAndGet();
        });
        ResponsesEngine engine = engine(
                new ScriptedBackend()
                        .sample(model -> model.call("c1", "f", "{}"))
                        .sample(SampleScript::hang),
                tool);
        ResponseId id = submit(engine, streamed(offering("q", "f")));
        begun.await();
        Requests.Later<Boolean> quiet = later(() -> engine.drain(PATIENCE));
        awaitRefusal(engine);
        go.open();
        assertThat(quiet.get()).isTrue();
        Response response = end(engine(ScriptedBackend.answering("done", "mine"), tool), id);
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("function_call", "function_call_output", "message");
        assertThat(response.output().get(1).json().string("output")).isEqualTo("call 1");
        assertThat(calls).hasValue(1);
    }

    @Test
    void whoFollowsAStreamIsLeftWithoutAnEnd() throws Exception {
        Gate begun = new Gate();
        Gate seen = new Gate();
        ResponsesEngine engine = engine(new ScriptedBackend()
                .sample(model -> model.text("a").flush().open(begun).hang()));
        ResponseId id = submit(engine, streamed(ask("q")));
        EventRecorder events = new EventRecorder();
        Requests.Later<Boolean> reader = later(() -> {
            engine.replay(
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
        seen.await();
        assertThat(engine.drain(Duration.ofMillis(1))).isFalse();
        assertThat(reader.get()).isTrue();
        assertThat(events.events()).noneMatch(ResponseEvent::isTerminal);
    }

    @Test
    void whatIsClaimedWhileTheEngineClosesIsLeftToOthersAtOnce() throws Exception {
        AtomicReference<ResponsesEngine> closing = new AtomicReference<>();
        Gate left = new Gate();
        ResponseStore closes = new ForwardingStore(store) {
            @Override
            public List<Claim> claim(NodeId node, int max, Duration ttl) {
                List<Claim> claims = super.claim(node, max, ttl);
                if (!claims.isEmpty()) {
                    closing.get().close();
                }
                return claims;
            }

            @Override
            public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
                Set<Lease> kept = super.renew(held, ttl);
                if (ttl.isZero()) {
                    left.open();
                }
                return kept;
            }
        };
        ScriptedBackend backend = ScriptedBackend.answering("never");
        closing.set(engines.engine(builder -> builder.store(closes).backend(backend)));
        ResponseId id = submit(closing.get(), streamed(ask("q")));
        left.await();
        assertThat(backend.requests()).isEmpty();
        Response response = end(engine(ScriptedBackend.answering("gone on with", "gone on with")), id);
        assertThat(response.outputText()).isEqualTo("gone on with");
    }
}
