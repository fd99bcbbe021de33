package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolInvocation;
import io.github.responses4j.tool.ToolResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process dies in the middle of a background response, and another one goes on with it, or ends it. */
class EngineTakeoverTest {
    private static final Tenant TENANT = Tenant.SINGLE;
    private static final Duration LATER = Duration.ofHours(1);

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final SettableClock storeClock = new SettableClock();
    private final ResponseStore store = ResponseStore.inMemory(storeClock, Duration.ofHours(24), 100);

    /** The store as the first process sees it, until it is cut off from it. */
    private final CutOff wire = new CutOff(store);

    private static ResponseRequest streamed(ResponseRequest request) {
        return request.toBuilder()
                .set("background", BooleanNode.TRUE)
                .set("stream", BooleanNode.TRUE)
                .build();
    }

    private ResponsesEngine first(Backend backend, HostedTool... tools) {
        return engine(wire.store(), backend, BackgroundLimits.DEFAULT, tools);
    }

    private ResponsesEngine engine(ResponseStore at, Backend backend, BackgroundLimits limits, HostedTool... tools) {
        return engines.engine(builder -> {
            for (HostedTool tool : tools) {
                builder.tool(tool);
            }
            return builder.store(at)
                    .backend(backend)
                    .limits(Limits.DEFAULT.withBackground(limits.withMaxWait(Duration.ofDays(100_000))));
        });
    }

    private static ResponseId submit(ResponsesEngine engine, ResponseRequest request) {
        return engine.prepare(TENANT, request, RunOptions.DEFAULT).submit().id();
    }

    /** The first process is gone for all others: it says nothing more, and its leases run out. */
    private void die() {
        wire.cut();
        storeClock.advance(LATER);
    }

    /** Another process that looks for what was left behind. */
    private ResponsesEngine second(Backend backend, HostedTool... tools) {
        return second(BackgroundLimits.DEFAULT, backend, tools);
    }

    private ResponsesEngine second(BackgroundLimits limits, Backend backend, HostedTool... tools) {
        return engine(new Outlasting(store), backend, limits.withPoll(Duration.ofMillis(10)), tools);
    }

    /** What is kept here outlasts its engine. */
    private static class Outlasting extends ForwardingStore {
        Outlasting(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean durable() {
            return true;
        }
    }

    /** All events of a response that has been ended, checked: in order, each once, and telling what the store keeps. */
    private EventRecorder end(ResponsesEngine engine, ResponseId id) {
        EventRecorder events = new EventRecorder();
        engine.replay(TENANT, id, -1, events, new Cancellation());
        StreamInvariants.check(events.json(), StreamOptions.strict());
        StreamInvariants.assertFoldEquals(
                events.json(), engine.retrieve(TENANT, id).json().toNode());
        return events;
    }

    private static List<String> types(EventRecorder events) {
        return events.events().stream().map(ResponseEvent::type).toList();
    }

    /** A tool that hangs until its process is gone. */
    private static HostedTool tool(boolean repeatable, Gate begun, AtomicInteger calls) {
        return new HostedTool() {
            @Override
            public FunctionTool definition() {
                return Requests.function("f");
            }

            @Override
            public boolean repeatable() {
                return repeatable;
            }

            @Override
            public ToolResult run(ToolInvocation invocation) throws InterruptedException {
                calls.incrementAndGet();
                begun.open();
                Gate over = new Gate();
                invocation.cancellation().onCancel(over::open);
                over.await();
                return ToolResult.text("never heard");
            }
        };
    }

    @Test
    void nothingOfTheItemWasSeenSoAnotherProcessBeginsItAgain() {
        Gate begun = new Gate();
        ResponseId id = submit(
                first(new ScriptedBackend().sample(model -> model.open(begun).hang())), streamed(ask("q")));
        begun.await();
        die();
        EventRecorder events = end(second(ScriptedBackend.answering("taken over")), id);
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
    }

    @Test
    void itGoesOnBehindTheLastWholeItem() {
        Gate begun = new Gate();
        AtomicInteger calls = new AtomicInteger();
        HostedTool tool = hosted("f", arguments -> "call " + calls.incrementAndGet());
        ScriptedBackend dying = new ScriptedBackend()
                .sample(model -> model.reasoning("hm").call("c1", "f", "{}").usage(5, 3))
                .sample(model -> model.open(begun).hang());
        ResponseId id = submit(first(dying, tool), streamed(offering("q", "f")));
        begun.await();
        ResponsesEngine reader = engine(store, ScriptedBackend.answering(), BackgroundLimits.DEFAULT);
        awaitItems(reader, id, 3);
        die();
        ScriptedBackend saving = ScriptedBackend.answering("done");
        ResponsesEngine second = second(saving, tool);
        EventRecorder events = end(second, id);
        Response response = second.retrieve(TENANT, id);
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("reasoning", "function_call", "function_call_output", "message");
        assertThat(types(events).stream().filter("response.in_progress"::equals))
                .hasSize(1);
        assertThat(calls).hasValue(1);
        assertThat(saving.request(0).context())
                .extracting(Item::type)
                .containsExactly("message", "reasoning", "function_call", "function_call_output");
        assertThat(saving.requests()).hasSize(1);
    }

    private static void awaitItems(ResponsesEngine engine, ResponseId id, int count) {
        Cancellation seen = new Cancellation();
        AtomicInteger items = new AtomicInteger();
        engine.replay(
                TENANT,
                id,
                -1,
                event -> {
                    if (event.type().equals("response.output_item.done") && items.incrementAndGet() == count) {
                        seen.cancel();
                    }
                },
                seen);
        assertThat(items).hasValue(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "reasoning", "summary", "refusal", "call"})
    void wordsThatWereSeenAreNotTakenBackSoItFails(String kind) {
        Gate begun = new Gate();
        Consumer<SampleScript> said = model -> {
            switch (kind) {
                case "text" -> model.text("seen");
                case "reasoning" -> model.reasoning("seen");
                case "summary" -> model.summary(0, "seen");
                case "refusal" -> model.refusal("seen");
                default ->
                    model.say(
                            new ModelEvent.CallStarted("c1", "g", false, JsonObject.EMPTY),
                            new ModelEvent.CallDelta("c1", "{\"a"));
            }
            model.flush().open(begun).hang();
        };
        ResponsesEngine first = first(new ScriptedBackend().sample(model -> {
            model.text("whole").say(new ModelEvent.ItemEnded());
            said.accept(model);
        }));
        ResponseId id = submit(first, streamed(offering("q", "g")));
        begun.await();
        ResponsesEngine reader = engine(store, ScriptedBackend.answering(), BackgroundLimits.DEFAULT);
        awaitDeltas(reader, id, 2);
        die();
        ScriptedBackend saving = ScriptedBackend.answering("never asked");
        ResponsesEngine second = second(saving);
        EventRecorder events = end(second, id);
        assertThat(types(events)).endsWith("response.output_item.done", "error", "response.failed");
        Response response = second.retrieve(TENANT, id);
        assertThat(response.status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(response.error().code()).isEqualTo("server_error");
        assertThat(response.output()).hasSize(2);
        assertThat(response.output().get(0).status().wire()).isEqualTo("completed");
        assertThat(response.output().get(1).status().wire()).isEqualTo("incomplete");
        assertThat(saving.requests()).isEmpty();
    }

    private static void awaitDeltas(ResponsesEngine engine, ResponseId id, int count) {
        Cancellation seen = new Cancellation();
        AtomicInteger deltas = new AtomicInteger();
        engine.replay(
                TENANT,
                id,
                -1,
                event -> {
                    if (event instanceof DeltaEvent && deltas.incrementAndGet() == count) {
                        seen.cancel();
                    }
                },
                seen);
        assertThat(deltas).hasValue(count);
    }

    @Test
    void aToolThatMayHaveRunIsNotCalledAgain() {
        Gate begun = new Gate();
        AtomicInteger calls = new AtomicInteger();
        ScriptedBackend dying = new ScriptedBackend().sample(model -> model.call("c1", "f", "{}"));
        ResponseId id = submit(first(dying, tool(false, begun, calls)), streamed(offering("q", "f")));
        begun.await();
        die();
        ScriptedBackend saving = ScriptedBackend.answering("done");
        ResponsesEngine second = second(saving, tool(false, new Gate(), calls));
        end(second, id);
        Response response = second.retrieve(TENANT, id);
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("function_call", "function_call_output", "message");
        assertThat(response.output().get(1).json().string("output"))
                .isEqualTo(
                        "The call was interrupted. Whether it has taken effect is not known; it was not made again.");
        assertThat(calls).hasValue(1);
    }

    /** That the first try of the new process got no answer does not make the call its own. */
    @Test
    void aToolThatMayHaveRunIsNotCalledAgainWhenTheStoreGaveNoAnswer() {
        engines.expectLog("waits for the store");
        Gate begun = new Gate();
        AtomicInteger calls = new AtomicInteger();
        ScriptedBackend dying = new ScriptedBackend().sample(model -> model.call("c1", "f", "{}"));
        ResponseId id = submit(first(dying, tool(false, begun, calls)), streamed(offering("q", "f")));
        begun.await();
        die();
        AtomicInteger starts = new AtomicInteger();
        ResponseStore hanging = new Outlasting(store) {
            @Override
            public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
                if (starts.incrementAndGet() == 1) {
                    throw new StoreException("it hangs", true, null);
                }
                return super.toolStarted(lease, callId, requestHash);
            }
        };
        ResponsesEngine second = engine(
                hanging,
                ScriptedBackend.answering("done"),
                BackgroundLimits.DEFAULT.withPoll(Duration.ofMillis(10)),
                tool(false, new Gate(), calls));
        end(second, id);
        assertThat(starts).hasValue(2);
        assertThat(calls).hasValue(1);
    }

    /** What is stored holds the request inside other objects, and is read again by who takes it over. */
    @Test
    void aRequestAsDeepAsCanBeSentIsGoneOnWith() {
        int deep = Json.MAX_DEPTH - 3;
        String schema = "{\"a\":".repeat(deep) + "1" + "}".repeat(deep);
        String body = "{\"model\":\"m\",\"input\":\"q\",\"background\":true,\"stream\":true,"
                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":" + schema + "}]}";
        ResponseRequest request = RequestReader.read(body.getBytes(StandardCharsets.UTF_8));
        Gate begun = new Gate();
        ResponseId id = submit(
                first(new ScriptedBackend().sample(model -> model.open(begun).hang())), request);
        begun.await();
        die();
        ResponsesEngine second = second(ScriptedBackend.answering("gone on with"));
        end(second, id);
        assertThat(second.retrieve(TENANT, id).outputText()).isEqualTo("gone on with");
    }

    /** Nobody can read it, so it must not be claimed for ever. */
    @Test
    void aResponseWhoseLogCannotBeReadFails() {
        engines.expectLog("cannot be read");
        Gate begun = new Gate();
        ResponsesEngine first = first(new ScriptedBackend()
                .sample(model -> model.text("a").flush().open(begun).hang()));
        ResponseId id = submit(first, streamed(ask("q")));
        begun.await();
        awaitDeltas(engine(store, ScriptedBackend.answering(), BackgroundLimits.DEFAULT), id, 1);
        die();
        ResponseStore garbled = new Outlasting(store) {
            @Override
            public Optional<Tail> tail(Tenant tenant, ResponseId response, long after, int max) {
                return super.tail(tenant, response, after, max)
                        .map(tail -> new Tail(
                                tail.status(),
                                tail.lastSeq(),
                                tail.events().stream()
                                        .map(event -> new StoredEvent(event.seq(), "{\"no\":\"type\"}"))
                                        .toList()));
            }
        };
        ResponsesEngine second =
                engine(garbled, ScriptedBackend.answering(), BackgroundLimits.DEFAULT.withPoll(Duration.ofMillis(10)));
        awaitEnd(second, id);
        assertThat(second.retrieve(TENANT, id).status()).isEqualTo(ResponseStatus.FAILED);
    }

    @Test
    void aToolThatMayBeRepeatedIsCalledAgain() {
        Gate begun = new Gate();
        AtomicInteger calls = new AtomicInteger();
        ScriptedBackend dying = new ScriptedBackend().sample(model -> model.call("c1", "f", "{}"));
        ResponseId id = submit(first(dying, tool(true, begun, calls)), streamed(offering("q", "f")));
        begun.await();
        die();
        HostedTool again = new HostedTool() {
            @Override
            public FunctionTool definition() {
                return Requests.function("f");
            }

            @Override
            public boolean repeatable() {
                return true;
            }

            @Override
            public ToolResult run(ToolInvocation invocation) {
                calls.incrementAndGet();
                return ToolResult.text("4");
            }
        };
        ResponsesEngine second = second(ScriptedBackend.answering("done"), again);
        end(second, id);
        Response response = second.retrieve(TENANT, id);
        assertThat(response.output().get(1).json().string("output")).isEqualTo("4");
        assertThat(calls).hasValue(2);
    }

    @Test
    void whatKillsEveryProcessIsGivenUp() {
        Gate begun = new Gate();
        ResponseId id = submit(
                first(new ScriptedBackend().sample(model -> model.open(begun).hang())), streamed(ask("q")));
        begun.await();
        die();
        ScriptedBackend saving = ScriptedBackend.answering("never asked");
        ResponsesEngine second = second(BackgroundLimits.DEFAULT.withMaxAttempts(1), saving);
        EventRecorder events = end(second, id);
        assertThat(types(events)).endsWith("error", "response.failed");
        assertThat(second.retrieve(TENANT, id).error().code()).isEqualTo("server_error");
        assertThat(saving.requests()).isEmpty();
    }

    @Test
    void aCancelledOneStaysCancelled() {
        Gate begun = new Gate();
        ResponseId id = submit(
                first(new ScriptedBackend().sample(model -> model.open(begun).hang())), streamed(ask("q")));
        begun.await();
        store.cancel(TENANT, id);
        die();
        ScriptedBackend saving = ScriptedBackend.answering("mine");
        ResponsesEngine second = second(saving);
        ResponseId mine = submit(second, streamed(ask("mine")));
        end(second, mine);
        assertThat(second.retrieve(TENANT, id).status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(saving.requests()).hasSize(1);
    }

    @Test
    void aForegroundResponseThatWasLeftFails() {
        Gate begun = new Gate();
        ResponsesEngine first = first(new ScriptedBackend()
                .sample(model -> model.text("a").open(begun).hang()));
        Cancellation gone = new Cancellation();
        Requests.Later<Response> caller = Requests.later(() -> first.create(TENANT, ask("q"), gone));
        begun.await();
        die();
        ResponsesEngine second = second(ScriptedBackend.answering());
        ResponseId id = new ResponseId("resp_1");
        awaitEnd(second, id);
        assertThat(second.retrieve(TENANT, id).status()).isEqualTo(ResponseStatus.FAILED);
        gone.cancel();
        assertThatThrownBy(caller::get).hasRootCauseMessage("cut off");
    }

    @Test
    void aForegroundResponseThatWasEndedMeanwhileIsToldToItsCaller() throws Exception {
        ResponseId id = new ResponseId("resp_1");
        ResponsesEngine second = aCallerIsTold(() -> {
            ResponsesEngine ending = second(ScriptedBackend.answering());
            awaitEnd(ending, id);
            return ending;
        });
        assertThat(second.retrieve(TENANT, id).error().code()).isEqualTo("server_error");
    }

    /** Who ends what was left behind takes it first: its caller may come to the end in between. */
    @Test
    void aForegroundResponseThatIsAboutToBeEndedIsToldToItsCaller() throws Exception {
        List<Claim> taken = aCallerIsTold(() -> store.reap(new NodeId("node_other"), 1, LATER));
        assertThat(taken).hasSize(1);
    }

    /** Something is done to a foreground response whose lease has run out, before its model gives its answer. */
    private <T> T aCallerIsTold(Supplier<T> meanwhile) throws Exception {
        Gate begun = new Gate();
        Gate given = new Gate();
        ResponsesEngine first = first(new ScriptedBackend()
                .sample(model -> model.text("a").open(begun).await(given)));
        EventRecorder events = new EventRecorder();
        Requests.Later<Response> caller = Requests.later(() -> first.stream(TENANT, ask("q"), events));
        begun.await();
        storeClock.advance(LATER);
        T done = meanwhile.get();
        given.open();
        engines.expectLog("could not be stored");
        assertThat(caller.get().status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(types(events)).endsWith("error", "response.failed");
        return done;
    }

    private static void awaitEnd(ResponsesEngine engine, ResponseId id) {
        long patience =
                System.nanoTime() + Duration.ofSeconds(Gate.PATIENCE_SECONDS).toNanos();
        while (!engine.retrieve(TENANT, id).status().isTerminal()) {
            assertThat(System.nanoTime()).as("it should have been ended").isLessThan(patience);
            Thread.onSpinWait();
        }
    }
}
