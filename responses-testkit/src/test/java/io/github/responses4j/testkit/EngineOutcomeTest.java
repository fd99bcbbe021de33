package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ModelException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.response.TooManyRequestsException;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How runs end when not as the model wanted. */
class EngineOutcomeTest {
    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private RecordedRun run(Consumer<SampleScript> script) {
        ScriptedBackend backend = new ScriptedBackend().sample(script);
        return engines.run(engines.engine(builder -> builder.backend(backend)), ask("q"));
    }

    @ParameterizedTest
    @CsvSource({"MAX_OUTPUT_TOKENS,max_output_tokens", "CONTENT_FILTER,content_filter"})
    void whatIsCutShortIsIncomplete(StopReason reason, String wire) {
        RecordedRun run = run(model -> model.text("half an ans").usage(5, 16).stop(reason));
        assertThat(run.types()).endsWith("response.output_item.done", "response.incomplete");
        assertThat(run.response().incompleteReason()).isEqualTo(wire);
        assertThat(run.response().output()).extracting(Item::status).containsExactly(ItemStatus.INCOMPLETE);
        assertThat(run.response().usage()).isNotNull();
        assertThat(run.rejection()).isNull();
    }

    @Test
    void anIncompleteResponseCanBeContinued() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("half").stop(StopReason.MAX_OUTPUT_TOKENS))
                .sample(model -> model.text("whole"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response half = engines.run(engine, ask("q")).response();
        engines.run(engine, next(half, "go on"));
        assertThat(backend.request(1).context()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aBackendThatFailsBeforeAnythingIsARejection(Kind kind) {
        BackendException failure = new BackendException(kind, "what happened", "its_code", Duration.ofSeconds(7), null);
        RecordedRun run = run(model -> model.fail(failure));
        assertThat(run.types()).containsExactly("response.created", "response.in_progress", "error", "response.failed");
        ResponsesException rejection = run.rejection();
        assertThat(rejection).isNotNull();
        assertThat(rejection.text()).isEqualTo("what happened");
        Class<?> expected = switch (kind) {
            case REJECTED, UNKNOWN_MODEL -> InvalidRequestException.class;
            case RATE_LIMITED -> TooManyRequestsException.class;
            case UNREACHABLE, UNAVAILABLE, TIMED_OUT, UNAUTHORIZED, BROKEN, CANCELLED -> ModelException.class;
        };
        assertThat(rejection).isInstanceOf(expected);
        String code = switch (kind) {
            case REJECTED, UNKNOWN_MODEL -> "invalid_prompt";
            case RATE_LIMITED -> "rate_limit_exceeded";
            default -> "server_error";
        };
        assertThat(run.response().error()).isNotNull();
        assertThat(run.response().error().code()).isEqualTo(code);
        assertThat(run.response().usage()).isNull();
    }

    @Test
    void rejectionsSayWhatToDo() {
        assertThat(run(model -> model.fail(Kind.UNAVAILABLE, "x")).rejection())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.UNAVAILABLE));
        assertThat(run(model -> model.fail(Kind.TIMED_OUT, "x")).rejection())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.TIMED_OUT));
        assertThat(run(model -> model.fail(Kind.UNAUTHORIZED, "x")).rejection())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.BROKEN));
        assertThat(run(model -> model.fail(Kind.RATE_LIMITED, "x")).rejection())
                .isInstanceOfSatisfying(
                        TooManyRequestsException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
        BackendException patient = new BackendException(Kind.RATE_LIMITED, "x", null, Duration.ofSeconds(30), null);
        assertThat(run(model -> model.fail(patient)).rejection())
                .isInstanceOfSatisfying(
                        TooManyRequestsException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(30)));
        BackendException tooLong = new BackendException(Kind.REJECTED, "x", "context_length_exceeded", null, null);
        assertThat(run(model -> model.fail(tooLong)).rejection())
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("input"));
        assertThat(run(model -> model.fail(Kind.REJECTED, "x"))
                        .response()
                        .error()
                        .code())
                .isEqualTo("invalid_prompt");
    }

    @ParameterizedTest
    @CsvSource({"image_too_small, image_too_small", "model_says_no, invalid_prompt"})
    void theErrorOfAResponseHasACodeOfTheWire(String code, String told) {
        RecordedRun run =
                run(model -> model.text("a").fail(new BackendException(Kind.REJECTED, "x", code, null, null)));
        assertThat(run.response().error().code()).isEqualTo(told);
        RecordedRun refused = run(model -> model.fail(new BackendException(Kind.REJECTED, "x", code, null, null)));
        assertThat(refused.response().error().code()).isEqualTo(told);
        assertThat(refused.rejection())
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void createThrowsARejectionAndReturnsAFailureAfterOutput() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.fail(Kind.UNAVAILABLE, "down"))
                .sample(model -> model.text("a").fail(Kind.UNAVAILABLE, "down"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, ask("q"))).isInstanceOf(ModelException.class);
        assertThat(engine.retrieve(Tenant.SINGLE, new ResponseId("resp_1")).status())
                .isEqualTo(ResponseStatus.FAILED);
        Response failed = engine.create(Tenant.SINGLE, ask("q"));
        assertThat(failed.status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(failed.outputText()).isEqualTo("a");
        assertThat(engine.retrieve(Tenant.SINGLE, failed.id())).isEqualTo(failed);
    }

    @Test
    void aFailureAfterAToolRanIsNoRejection() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").usage(3, 4))
                .sample(model -> model.fail(Kind.UNREACHABLE, "gone"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("f", arguments -> "side effect")));
        RecordedRun run = engines.run(engine, offering("q", "f"));
        assertThat(run.rejection()).isNull();
        assertThat(run.response().status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(run.response().output()).hasSize(2);
        assertThat(run.response().usage().outputTokens()).isEqualTo(4);
    }

    @Test
    void aSampleThatIsCutAnywhereFails() {
        Consumer<SampleScript> script = model -> model.reasoning("r")
                .text("a", "b")
                .annotation(io.github.responses4j.item.UrlCitation.of("u", "t", 0, 1))
                .refusal("no")
                .call("c1", "f", "{\"a\":1}")
                .customCall("c2", "g", "x")
                .item(Requests.item("{'type':'acme:x'}"))
                .usage(1, 1);
        SampleScript whole = new SampleScript();
        script.accept(whole);
        for (int steps = 0; steps <= whole.size(); steps++) {
            int most = steps;
            ScriptedBackend backend = new ScriptedBackend().sampleCutAfter(most, script);
            RecordedRun run = engines.run(engines.engine(builder -> builder.backend(backend)), offering("q", "f", "g"));
            assertThat(run.response().status()).isEqualTo(ResponseStatus.FAILED);
            assertThat(run.types()).endsWith("error", "response.failed");
            assertThat(run.rejection() != null).isEqualTo(steps == 0);
        }
    }

    @Test
    void whatABackendSaysInAnyOrderKeepsTheGrammar() {
        List<ModelEvent> events = List.of(
                new ModelEvent.CallStarted("c1", "f"),
                new ModelEvent.CallDelta("c1", "{}"),
                new ModelEvent.CallEnded("c1"),
                new ModelEvent.CallStarted("c2", "g", true),
                new ModelEvent.CallDelta("c2", "x"),
                new ModelEvent.TextDelta("a"),
                new ModelEvent.TextDelta("b"),
                new ModelEvent.RefusalDelta("c"),
                new ModelEvent.ReasoningDelta("d"),
                new ModelEvent.ReasoningSummaryDelta("e", 0),
                new ModelEvent.ReasoningSummaryDelta("f", 1),
                new ModelEvent.ItemEnded(),
                new ModelEvent.WholeItem(Requests.item("{'type':'acme:x'}")),
                new ModelEvent.UsageReported(io.github.responses4j.response.Usage.of(1, 1)));
        int whole = 0;
        int failed = 0;
        for (long seed = 0; seed < 300; seed++) {
            long order = seed;
            RecordedRun run =
                    run(model -> model.say(events.toArray(ModelEvent[]::new)).garble(order));
            if (run.response().status() == ResponseStatus.COMPLETED) {
                whole++;
            } else {
                failed++;
                assertThat(run.response().error().message()).isEqualTo("The model's answer is out of order.");
            }
        }
        assertThat(whole).isPositive();
        assertThat(failed).isPositive();
    }

    @Test
    void nothingIsHeardAfterAStop() {
        RecordedRun run =
                run(model -> model.text("a").stop(StopReason.DONE).text("b").usage(1, 2));
        assertThat(run.response().outputText()).isEqualTo("a");
        assertThat(run.response().usage().outputTokens()).isEqualTo(2);
    }

    @Test
    void aBugIsAFailureThatTellsNothing() {
        engines.expectLog("failed by a bug");
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.fail(new NullPointerException("s3cret")));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        RecordedRun run = engines.run(engine, ask("q"));
        assertThat(run.rejection())
                .isInstanceOfSatisfying(
                        ServerException.class, e -> assertThat(e.retryable()).isFalse());
        assertThat(run.response().json().toAscii()).doesNotContain("s3cret");
        assertThat(run.response().error().message())
                .isEqualTo("The server had an error while processing your request.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorComesOutAndStillEndsTheResponse(boolean unscripted) {
        engines.expectLog("failed by a bug");
        ScriptedBackend backend = new ScriptedBackend();
        if (!unscripted) {
            backend.sample(model -> model.text("a").check(request -> {
                throw new StackOverflowError();
            }));
        }
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        EventRecorder recorder = new EventRecorder();
        assertThatThrownBy(() -> engine.stream(Tenant.SINGLE, ask("q"), recorder))
                .isInstanceOf(Error.class);
        assertThat(recorder.types()).endsWith("error", "response.failed");
        assertThat(engine.retrieve(Tenant.SINGLE, new ResponseId("resp_1")).status())
                .isEqualTo(ResponseStatus.FAILED);
    }
}
