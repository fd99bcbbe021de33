package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.later;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolInvocation;
import io.github.responses4j.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Responses that are worked on after the call has returned: queued, logged, followed, cancelled. */
class EngineBackgroundTest {
    private static final Tenant TENANT = Tenant.SINGLE;

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private static ResponseRequest background(ResponseRequest request) {
        return request.toBuilder().set("background", BooleanNode.TRUE).build();
    }

    private static ResponseRequest streamed(ResponseRequest request) {
        return background(request).toBuilder().set("stream", BooleanNode.TRUE).build();
    }

    private static Response submit(ResponsesEngine engine, ResponseRequest request) {
        return engine.prepare(TENANT, request, RunOptions.DEFAULT).submit();
    }

    private static EventRecorder replay(ResponsesEngine engine, ResponseId id, long after) {
        EventRecorder recorder = new EventRecorder();
        engine.replay(TENANT, id, after, recorder, new Cancellation());
        return recorder;
    }

    private static List<String> types(EventRecorder recorder) {
        return recorder.events().stream().map(ResponseEvent::type).toList();
    }

    @Test
    void aQueuedResponseIsWorkedOnAfterTheCallHasReturned() {
        Gate go = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.await(go).text("Done.").usage(3, 2));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        assertThat(queued.status()).isEqualTo(ResponseStatus.QUEUED);
        assertThat(queued.output()).isEmpty();
        assertThat(queued.json().isAbsentOrNull("usage")).isTrue();
        go.open();
        EventRecorder events = replay(engine, queued.id(), -1);
        assertThat(types(events))
                .containsExactly(
                        "response.created",
                        "response.queued",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        StreamInvariants.check(events.json(), StreamOptions.strict());
        Response ended = engine.retrieve(TENANT, queued.id());
        assertThat(ended.status()).isEqualTo(ResponseStatus.COMPLETED);
        StreamInvariants.assertFoldEquals(events.json(), ended.json().toNode());
        assertThat(ended.id()).isEqualTo(queued.id());
    }

    @Test
    void itsReadersResumeAfterAnyEvent() {
        ScriptedBackend backend = ScriptedBackend.answering("one two");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        List<ResponseEvent> all = replay(engine, queued.id(), -1).events();
        for (int after = -1; after < all.size(); after++) {
            List<ResponseEvent> rest = replay(engine, queued.id(), after).events();
            assertThat(rest)
                    .extracting(ResponseEvent::json)
                    .containsExactlyElementsOf(all.subList(after + 1, all.size()).stream()
                            .map(ResponseEvent::json)
                            .toList());
        }
        assertThat(replay(engine, queued.id(), 1_000).events()).isEmpty();
    }

    @Test
    void aReaderFollowsWhatIsStillToCome() throws Exception {
        Gate first = new Gate();
        Gate seen = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a").flush().open(first).await(seen).text("b"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        first.await();
        EventRecorder recorder = new EventRecorder();
        Requests.Later<Boolean> reader = later(() -> {
            engine.replay(
                    TENANT,
                    queued.id(),
                    -1,
                    event -> {
                        recorder.accept(event);
                        if (event.type().equals("response.output_text.delta")) {
                            seen.open();
                        }
                    },
                    new Cancellation());
            return true;
        });
        assertThat(reader.get()).isTrue();
        assertThat(types(recorder)).endsWith("response.completed").contains("response.output_text.delta");
        StreamInvariants.check(recorder.json(), StreamOptions.strict());
    }

    @Test
    void withoutStreamItKeepsNoEventsAndIsToldByItsItems() {
        Gate go = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.await(go).reasoning("hm").text("Done."));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = engine.create(TENANT, background(ask("q")));
        assertThat(queued.status()).isEqualTo(ResponseStatus.QUEUED);
        assertThatThrownBy(() -> replay(engine, queued.id(), -1))
                .isInstanceOf(InvalidRequestException.class)
                .extracting(e -> ((InvalidRequestException) e).param())
                .isEqualTo("stream");
        go.open();
        Response ended = awaitEnd(engine, queued.id());
        assertThat(ended.outputText()).isEqualTo("Done.");
        EventRecorder told = replay(engine, queued.id(), -1);
        StreamInvariants.check(told.json(), StreamOptions.strict());
        StreamInvariants.assertFoldEquals(told.json(), ended.json().toNode());
        assertThat(types(told)).startsWith("response.created", "response.queued", "response.in_progress");
    }

    /** Waits for the end of a background response as a client without a stream does: by asking. */
    private static Response awaitEnd(ResponsesEngine engine, ResponseId id) {
        long patience =
                System.nanoTime() + Duration.ofSeconds(Gate.PATIENCE_SECONDS).toNanos();
        Response now = engine.retrieve(TENANT, id);
        while (!now.status().isTerminal()) {
            assertThat(System.nanoTime()).as("the response should have ended").isLessThan(patience);
            Thread.onSpinWait();
            now = engine.retrieve(TENANT, id);
        }
        return now;
    }

    @Test
    void cancellingReachesTheBackendAndKeepsWhatThereIs() {
        Gate begun = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a").flush().open(begun).hang());
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        begun.await();
        awaitDelta(engine, queued.id());
        Response cancelled = engine.cancel(TENANT, queued.id());
        assertThat(cancelled.status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(engine.cancel(TENANT, queued.id()).json()).isEqualTo(cancelled.json());
        EventRecorder events = replay(engine, queued.id(), -1);
        StreamInvariants.check(events.json(), StreamOptions.strict().tolerating(Tolerance.CUT_OFF));
        assertThat(types(events)).contains("response.output_text.delta").doesNotContain("response.completed");
    }

    /** Waits until a reader has seen a word. */
    private static void awaitDelta(ResponsesEngine engine, ResponseId id) {
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
        assertThat(seen.isCancelled()).as("a delta was told").isTrue();
    }

    @Test
    void aQueuedOneThatIsCancelledIsNeverWorkedOn() {
        Gate busy = new Gate();
        Gate begun = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.open(begun).await(busy).text("first"));
        BackgroundLimits one = BackgroundLimits.DEFAULT.withMaxRuns(1).withPoll(Duration.ofMillis(20));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).limits(Limits.DEFAULT.withBackground(one)));
        Response first = submit(engine, streamed(ask("1")));
        begun.await();
        Response second = submit(engine, streamed(ask("2")));
        assertThat(engine.cancel(TENANT, second.id()).status()).isEqualTo(ResponseStatus.CANCELLED);
        busy.open();
        assertThat(types(replay(engine, first.id(), -1))).endsWith("response.completed");
        assertThat(types(replay(engine, second.id(), -1))).containsExactly("response.created", "response.queued");
        assertThat(backend.requests()).hasSize(1);
    }

    /** The only worker has found nothing more to do, and is about to leave, when something comes. */
    @Test
    void whatComesWhileTheLastWorkerLeavesIsWorkedOn() {
        AtomicReference<ResponsesEngine> busy = new AtomicReference<>();
        AtomicReference<Response> second = new AtomicReference<>();
        Gate queued = new Gate();
        ResponseStore store = new ForwardingStore(ResponseStore.inMemory()) {
            @Override
            public List<Claim> claim(NodeId node, int max, Duration ttl) {
                List<Claim> claims = super.claim(node, max, ttl);
                if (claims.isEmpty() && second.get() == null) {
                    second.set(submit(busy.get(), streamed(ask("2"))));
                    queued.open();
                }
                return claims;
            }
        };
        BackgroundLimits one = BackgroundLimits.DEFAULT.withMaxRuns(1).withPoll(Duration.ofHours(1));
        ResponsesEngine engine = engines.engine(builder -> builder.store(store)
                .backend(ScriptedBackend.answering("a", "b"))
                .limits(Limits.DEFAULT.withBackground(one)));
        busy.set(engine);
        submit(engine, streamed(ask("1")));
        queued.await();
        assertThat(types(replay(engine, second.get().id(), -1))).endsWith("response.completed");
    }

    @Test
    void onlyBackgroundResponsesCanBeCancelled() {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(ScriptedBackend.answering("a", "b")));
        Response foreground = engine.create(TENANT, ask("q"));
        assertThatThrownBy(() -> engine.cancel(TENANT, foreground.id()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("Cannot cancel a synchronous response.");
        assertThatThrownBy(() -> engine.cancel(TENANT, new ResponseId("resp_unknown")))
                .isInstanceOf(NotFoundException.class);
        Response ended =
                awaitEnd(engine, engine.create(TENANT, background(ask("q"))).id());
        assertThat(engine.cancel(TENANT, ended.id()).json()).isEqualTo(ended.json());
    }

    @Test
    void aDeletedOneStopsAndItsReadersAreLeft() throws Exception {
        Gate begun = new Gate();
        Gate read = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a").flush().open(begun).hang());
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        begun.await();
        Requests.Later<Boolean> reader = later(() -> {
            engine.replay(TENANT, queued.id(), -1, event -> read.open(), new Cancellation());
            return true;
        });
        read.await();
        engine.delete(TENANT, queued.id());
        assertThat(reader.get()).isTrue();
        assertThatThrownBy(() -> replay(engine, queued.id(), -1)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aReaderThatLeavesDoesNotDisturbTheRun() throws Exception {
        Gate go = new Gate();
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.await(go).text("Done."));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        Cancellation leaves = new Cancellation();
        Gate read = new Gate();
        Requests.Later<Boolean> reader = later(() -> {
            engine.replay(TENANT, queued.id(), -1, event -> read.open(), leaves);
            return true;
        });
        read.await();
        leaves.cancel();
        assertThat(reader.get()).isTrue();
        go.open();
        assertThat(types(replay(engine, queued.id(), -1))).endsWith("response.completed");
    }

    @Test
    void hostedToolsRunInTheBackgroundAndTheChainGoesOn() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("four"))
                .sample(model -> model.text("five"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("f", arguments -> "4")));
        List<ResponseEvent> events = new ArrayList<>();
        Response one = engine.stream(TENANT, background(offering("q", "f")), events::add);
        assertThat(one.output())
                .extracting(Item::type)
                .containsExactly("function_call", "function_call_output", "message");
        assertThat(events).last().extracting(ResponseEvent::type).isEqualTo("response.completed");
        engine.create(TENANT, next(one, "and one more?"));
        assertThat(backend.request(2).context())
                .extracting(Item::type)
                .containsExactly("message", "function_call", "function_call_output", "message", "message");
    }

    @Test
    void whatIsNotFinishedCannotBeContinued() {
        Gate go = new Gate();
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.await(go).text("a"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        assertThatThrownBy(() -> engine.create(TENANT, next(queued, "2")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is not finished yet");
        go.open();
        replay(engine, queued.id(), -1);
    }

    @Test
    void itMustBeStored() {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(ScriptedBackend.answering()));
        ResponseRequest request = background(ask("q")).toBuilder().store(false).build();
        assertThatThrownBy(() -> engine.create(TENANT, request))
                .isInstanceOf(InvalidRequestException.class)
                .extracting(e -> ((InvalidRequestException) e).param())
                .isEqualTo("background");
        ResponseRun run = engine.prepare(TENANT, background(ask("q")), RunOptions.DEFAULT);
        assertThatThrownBy(() -> run.execute(EventSink.discard(), new Cancellation()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> submit(engine, ask("q"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFailureIsToldByItsLog() {
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.text("a").cut());
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response queued = submit(engine, streamed(ask("q")));
        EventRecorder events = replay(engine, queued.id(), -1);
        assertThat(types(events)).endsWith("error", "response.failed");
        StreamInvariants.check(events.json(), StreamOptions.strict());
        StreamInvariants.assertFoldEquals(
                events.json(), engine.retrieve(TENANT, queued.id()).json().toNode());
    }

    @Test
    void anotherEngineTakesWhatOneHasOnlyQueued() {
        ResponseStore store = ResponseStore.inMemory();
        Gate busy = new Gate();
        Gate begun = new Gate();
        BackgroundLimits one = BackgroundLimits.DEFAULT.withMaxRuns(1).withPoll(Duration.ofMillis(20));
        ScriptedBackend stuck = new ScriptedBackend()
                .sample(model -> model.open(begun).await(busy).text("x"));
        ResponsesEngine first = engines.engine(
                builder -> builder.store(store).backend(stuck).limits(Limits.DEFAULT.withBackground(one)));
        submit(first, streamed(ask("occupied")));
        begun.await();
        ResponseRequest request =
                streamed(ask("q").toBuilder().instructions("Be brief.").build());
        Response queued = submit(first, request);
        ScriptedBackend free = ScriptedBackend.answering("taken over", "mine");
        ResponsesEngine second = engines.engine(builder -> builder.store(store).backend(free));
        Response also = submit(second, streamed(ask("also")));
        EventRecorder events = replay(second, queued.id(), -1);
        assertThat(types(events)).endsWith("response.completed");
        StreamInvariants.check(events.json(), StreamOptions.strict());
        assertThat(free.requests()).anySatisfy(asked -> {
            assertThat(asked.instructions()).isEqualTo("Be brief.");
            assertThat(asked.context()).hasSize(1);
        });
        // The first engine must find nothing left when it is free again.
        awaitEnd(second, also.id());
        busy.open();
    }

    @Test
    void whatAnotherEngineTakesAndCannotReadFails() {
        ResponseStore store = ResponseStore.inMemory();
        Gate busy = new Gate();
        Gate begun = new Gate();
        BackgroundLimits one = BackgroundLimits.DEFAULT.withMaxRuns(1).withPoll(Duration.ofMillis(20));
        ScriptedBackend stuck = new ScriptedBackend()
                .sample(model -> model.text("the summary"))
                .sample(model -> model.open(begun).await(busy).text("x"));
        ResponsesEngine first = engines.engine(
                builder -> builder.store(store).backend(stuck).limits(Limits.DEFAULT.withBackground(one)));
        ResponseRequest trigger = ask("q").toBuilder()
                .input(List.of(Requests.item("{'type':'compaction_trigger'}")))
                .build();
        Response compacted = engines.run(first, trigger).response();
        submit(first, streamed(ask("occupied")));
        begun.await();
        Response queued = submit(first, streamed(Requests.next(compacted, "q2")));
        // Without a secret in common nobody else can read the summary.
        ScriptedBackend free = ScriptedBackend.answering("mine");
        ResponsesEngine second = engines.engine(builder -> builder.store(store).backend(free));
        Response also = submit(second, streamed(ask("also")));
        EventRecorder events = replay(second, queued.id(), -1);
        assertThat(types(events)).endsWith("error", "response.failed");
        assertThat(second.retrieve(TENANT, queued.id()).error().code()).isEqualTo("invalid_prompt");
        // The first engine must find nothing left when it is free again.
        awaitEnd(second, also.id());
        busy.open();
    }

    @Test
    void aToolThatRunsWhileItIsCancelledIsStopped() {
        Gate begun = new Gate();
        Gate stopped = new Gate();
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "f", "{}"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(new HostedTool() {
                    @Override
                    public FunctionTool definition() {
                        return Requests.function("f");
                    }

                    @Override
                    public ToolResult run(ToolInvocation invocation) {
                        invocation.cancellation().onCancel(stopped::open);
                        begun.open();
                        stopped.await();
                        return ToolResult.text("late");
                    }
                }));
        Response queued = submit(engine, streamed(offering("q", "f")));
        begun.await();
        engine.cancel(TENANT, queued.id());
        stopped.await();
        assertThat(engine.retrieve(TENANT, queued.id()).status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    @Test
    void aRunWhoseLeaseIsLostStopsAndWritesNothingMore() {
        SettableClock clock = new SettableClock();
        ResponseStore store = ResponseStore.inMemory(clock, Duration.ofHours(24), 100);
        Gate begun = new Gate();
        Gate stopped = new Gate();
        Backend backend = (request, sink, cancellation) -> {
            sink.accept(new ModelEvent.TextDelta("a", null));
            sink.flush();
            begun.open();
            try (Cancellation.Registration ignored = cancellation.onCancel(stopped::open)) {
                stopped.await();
            }
        };
        BackgroundLimits quick = BackgroundLimits.DEFAULT
                .withMaxRuns(1)
                .withLease(Duration.ofMillis(120))
                .withPoll(Duration.ofSeconds(30))
                .withMaxWait(Duration.ofDays(100_000));
        ResponsesEngine engine = engines.engine(
                builder -> builder.store(store).backend(backend).limits(Limits.DEFAULT.withBackground(quick)));
        Response queued = submit(engine, streamed(ask("q")));
        begun.await();
        List<Claim> taken = List.of();
        // Whoever is first, this claim or the next renewal, has the lease: renewals are rare enough to lose soon.
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (taken.isEmpty()) {
            assertThat(System.nanoTime()).as("the lease is never lost").isLessThan(patience);
            clock.advance(Duration.ofHours(1));
            taken = store.claim(new NodeId("another"), 1, Duration.ofHours(1));
        }
        stopped.await();
        Claim theirs = taken.get(0);
        Append end = new Append(
                theirs.response().lastSeq(),
                List.of(),
                List.of(),
                new Append.Terminal(ResponseStatus.FAILED, theirs.response().document(), false));
        assertThat(store.append(theirs.lease(), end)).isEqualTo(Append.Result.OK);
        assertThat(engine.retrieve(TENANT, queued.id()).status()).isEqualTo(ResponseStatus.FAILED);
    }

    @Test
    void aQueuedResponseThatNobodyHereCanCarryOutFails() {
        ResponseStore store = ResponseStore.inMemory();
        Gate busy = new Gate();
        Gate begun = new Gate();
        BackgroundLimits one = BackgroundLimits.DEFAULT.withMaxRuns(1).withPoll(Duration.ofSeconds(30));
        ScriptedBackend stuck = new ScriptedBackend()
                .sample(model -> model.open(begun).await(busy).text("x"));
        ResponsesEngine first = engines.engine(
                builder -> builder.store(store).backend(stuck).limits(Limits.DEFAULT.withBackground(one)));
        Response occupying = submit(first, streamed(ask("occupied")));
        begun.await();
        Response queued = submit(first, streamed(ask("q")));
        ResponsesEngine second =
                engines.engine(builder -> builder.store(store).backend("another", ScriptedBackend.answering("mine")));
        ResponseRequest also = ResponseRequest.builder("another", "also").build();
        Response mine = submit(second, streamed(also));
        assertThat(types(replay(second, queued.id(), -1))).endsWith("error", "response.failed");
        // While the first engine is busy: it would carry anything out.
        assertThat(types(replay(second, mine.id(), -1))).endsWith("response.completed");
        Response failed = second.retrieve(TENANT, queued.id());
        assertThat(failed.json().object("error").string("message")).contains("The requested model 'm' does not exist.");
        busy.open();
        replay(first, occupying.id(), -1);
    }
}
