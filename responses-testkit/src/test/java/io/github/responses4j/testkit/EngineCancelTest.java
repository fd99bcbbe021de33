package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.later;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.Requests.Later;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolInvocation;
import io.github.responses4j.tool.ToolResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that somebody or something ends. */
class EngineCancelTest {
    private static final ResponseId FIRST = new ResponseId("resp_1");
    /** For a run to come to where it hangs, also on a machine that has much else to do. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final Gate sampling = new Gate();

    private ScriptedBackend hanging() {
        return new ScriptedBackend()
                .sample(model -> model.text("par", "tial").open(sampling).hang())
                .sample(model -> model.text("ok"));
    }

    @Test
    void aCancelDuringASampleKeepsWhatThereIs() throws Exception {
        ScriptedBackend backend = hanging();
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Cancellation caller = new Cancellation();
        EventRecorder recorder = new EventRecorder();
        Later<RecordedRun> running = later(() -> engines.run(engine, Tenant.SINGLE, ask("q"), caller, recorder));
        sampling.await();
        caller.cancel();
        Response response = running.get().response();
        assertThat(response.status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(response.outputText()).isEqualTo("partial");
        assertThat(response.output()).extracting(Item::status).containsExactly(ItemStatus.INCOMPLETE);
        assertThat(response.usage()).isNull();
        assertThat(recorder.types()).endsWith("response.output_text.delta");
        engines.run(engine, next(response, "go on"));
        assertThat(backend.request(1).context()).hasSize(3);
    }

    @Test
    void aCancelBeforeTheStartNeverReachesTheBackend() {
        ScriptedBackend backend = hanging();
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Cancellation caller = new Cancellation();
        caller.cancel();
        RecordedRun run = engines.run(engine, Tenant.SINGLE, ask("q"), caller, new EventRecorder());
        assertThat(run.response().status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(backend.requests()).isEmpty();
        assertThat(run.types()).containsExactly("response.created", "response.in_progress");
    }

    @Test
    void createReturnsACancelledResponse() throws Exception {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(hanging()));
        Cancellation caller = new Cancellation();
        Later<Response> running = later(() -> engine.create(Tenant.SINGLE, ask("q"), caller));
        sampling.await();
        caller.cancel();
        assertThat(running.get().status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    /** A tool that runs until it is told to stop. */
    private static final class Endless implements HostedTool {
        private final Gate begun;
        private final Gate ended;

        Endless(Gate begun, Gate ended) {
            this.begun = begun;
            this.ended = ended;
        }

        @Override
        public FunctionTool definition() {
            return Requests.function("endless");
        }

        @Override
        public ToolResult run(ToolInvocation invocation) {
            begun.open();
            try {
                new Gate().awaitUnless(invocation.cancellation());
            } catch (AssertionError interrupted) {
                // The other way in which a tool is told to stop.
            }
            ended.open();
            return ToolResult.text("too late");
        }
    }

    @Test
    void aCancelDuringAToolReachesTheTool() throws Exception {
        Gate begun = new Gate();
        Gate ended = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "endless", "{}").call("c2", "endless", "{}"))
                .sample(model -> model.text("never"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(new Endless(begun, ended)));
        Cancellation caller = new Cancellation();
        Later<RecordedRun> running =
                later(() -> engines.run(engine, Tenant.SINGLE, offering("q", "endless"), caller, new EventRecorder()));
        begun.await();
        caller.cancel();
        Response response = running.get().response();
        ended.await();
        assertThat(response.status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(response.output()).extracting(Item::type).containsExactly("function_call", "function_call");
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void aToolThatLooksAtNothingIsInterrupted() throws Exception {
        Gate begun = new Gate();
        Gate interrupted = new Gate();
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "deaf", "{}"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(Requests.hosted("deaf", arguments -> {
                    begun.open();
                    try {
                        new Gate().await();
                    } catch (AssertionError e) {
                        interrupted.open();
                    }
                    return "";
                })));
        Cancellation caller = new Cancellation();
        Later<RecordedRun> running =
                later(() -> engines.run(engine, Tenant.SINGLE, offering("q", "deaf"), caller, new EventRecorder()));
        begun.await();
        caller.cancel();
        interrupted.await();
        assertThat(running.get().response().status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    @Test
    void anInterruptDuringAToolEndsTheRun() throws Exception {
        Gate begun = new Gate();
        Gate ended = new Gate();
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "endless", "{}"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(new Endless(begun, ended)));
        Thread[] runner = new Thread[1];
        Later<Boolean> running = later(() -> {
            runner[0] = Thread.currentThread();
            RecordedRun run = engines.run(engine, offering("q", "endless"));
            assertThat(run.response().status()).isEqualTo(ResponseStatus.CANCELLED);
            return Thread.interrupted();
        });
        begun.await();
        runner[0].interrupt();
        assertThat(running.get()).isTrue();
        ended.await();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "response.created",
                "response.in_progress",
                "response.output_text.delta",
                "response.output_item.done"
            })
    void aSinkThatThrowsEndsTheRun(String type) {
        for (Throwable thrown : new Throwable[] {new IllegalStateException("closed"), new AssertionError("no")}) {
            ScriptedBackend backend = ScriptedBackend.answering("a");
            ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
            EventRecorder recorder = new EventRecorder().on(type, () -> Requests.<RuntimeException>throwAny(thrown));
            ResponseRun run = engine.prepare(Tenant.SINGLE, ask("q"), RunOptions.DEFAULT);
            assertThatThrownBy(() -> run.execute(recorder, new Cancellation())).isSameAs(thrown);
            assertThat(recorder.types()).endsWith(type);
            assertThat(engine.retrieve(Tenant.SINGLE, run.id()).status()).isEqualTo(ResponseStatus.CANCELLED);
        }
    }

    @Test
    void aSinkThatThrowsOnTheLastEventIsTooLate() {
        ScriptedBackend backend = ScriptedBackend.answering("a");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        IllegalStateException closed = new IllegalStateException("closed");
        EventRecorder recorder = new EventRecorder().on("response.completed", () -> {
            throw closed;
        });
        ResponseRun run = engine.prepare(Tenant.SINGLE, ask("q"), RunOptions.DEFAULT);
        assertThatThrownBy(() -> run.execute(recorder, new Cancellation())).isSameAs(closed);
        assertThat(engine.retrieve(Tenant.SINGLE, run.id()).status()).isEqualTo(ResponseStatus.COMPLETED);
    }

    @Test
    void aRunThatTakesTooLongFails() {
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(hanging()).limits(Limits.DEFAULT.withMaxRunTime(LONG_ENOUGH)));
        RecordedRun run = engines.run(engine, ask("q"));
        assertThat(run.response().status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(run.types()).endsWith("response.output_item.done", "error", "response.failed");
        assertThat(run.rejection()).isNull();
        assertThat(run.response().outputText()).isEqualTo("partial");
    }

    @Test
    void aRunThatTakesTooLongBeforeAnythingIsARejection() {
        ScriptedBackend backend = new ScriptedBackend().sample(SampleScript::hang);
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(backend).limits(Limits.DEFAULT.withMaxRunTime(Duration.ofMillis(100))));
        RecordedRun run = engines.run(engine, ask("q"));
        assertThat(run.rejection())
                .isInstanceOfSatisfying(
                        ServerException.class, e -> assertThat(e.text()).startsWith("The response took"));
    }

    @Test
    void aToolThatTakesTooLongForTheRunIsStopped() {
        Gate ended = new Gate();
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "endless", "{}"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .tool(new Endless(new Gate(), ended))
                .limits(Limits.DEFAULT.withMaxRunTime(LONG_ENOUGH)));
        RecordedRun run = engines.run(engine, offering("q", "endless"));
        ended.await();
        assertThat(run.response().status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(run.response().output()).hasSize(1);
    }

    @Test
    void deletingARunningResponseCancelsIt() throws Exception {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(hanging()));
        ResponseRun run = engine.prepare(Tenant.SINGLE, ask("q"), RunOptions.DEFAULT);
        Later<RecordedRun> running = later(() -> engines.runUnkept(run, new Cancellation(), new EventRecorder()));
        sampling.await();
        assertThat(engine.retrieve(Tenant.SINGLE, run.id()).status()).isEqualTo(ResponseStatus.IN_PROGRESS);
        assertThatThrownBy(() -> engine.delete(new Tenant("other"), run.id())).isInstanceOf(NotFoundException.class);
        engine.delete(Tenant.SINGLE, run.id());
        assertThat(running.get().response().status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThatThrownBy(() -> engine.retrieve(Tenant.SINGLE, run.id())).isInstanceOf(NotFoundException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResponseThatAnotherNodeEndedHasNoEndOfItsOwn(boolean deleted) throws Exception {
        ResponseStore store = ResponseStore.inMemory();
        for (boolean fails : new boolean[] {false, true}) {
            Gate begun = new Gate();
            Gate go = new Gate();
            ScriptedBackend backend = new ScriptedBackend().sample(model -> {
                model.text("a").open(begun).await(go);
                if (fails) {
                    model.cut();
                }
            });
            ResponsesEngine engine =
                    engines.engine(builder -> builder.backend(backend).store(store));
            ResponseRun run = engine.prepare(Tenant.SINGLE, ask("q"), RunOptions.DEFAULT);
            Later<RecordedRun> running = later(() -> engines.runUnkept(run, new Cancellation(), new EventRecorder()));
            begun.await();
            if (deleted) {
                store.delete(Tenant.SINGLE, run.id());
            } else {
                store.cancel(Tenant.SINGLE, run.id());
            }
            go.open();
            RecordedRun ended = running.get();
            assertThat(ended.response().status()).isEqualTo(ResponseStatus.CANCELLED);
            assertThat(ended.types()).doesNotContain("response.completed", "response.failed", "error");
        }
    }

    @Test
    void closingTheEngineCancelsWhatRuns() throws Exception {
        ScriptedBackend backend = hanging();
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Later<RecordedRun> running = later(() -> engines.run(engine, ask("q")));
        sampling.await();
        engine.close();
        assertThat(running.get().response().status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(engine.retrieve(Tenant.SINGLE, FIRST).status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    @Test
    void closingTheEngineStopsItsTools() throws Exception {
        Gate begun = new Gate();
        Gate ended = new Gate();
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "endless", "{}"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(new Endless(begun, ended)));
        Later<RecordedRun> running = later(() -> engines.run(engine, offering("q", "endless")));
        begun.await();
        engine.close();
        ended.await();
        assertThat(running.get().response().status()).isEqualTo(ResponseStatus.CANCELLED);
    }
}
