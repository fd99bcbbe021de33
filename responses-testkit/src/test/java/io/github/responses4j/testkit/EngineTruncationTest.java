package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Contexts that do not fit: refused, or shortened from their beginning. */
class EngineTruncationTest {
    /** Characters are tokens, and an item has four more. */
    private static final TokenCounter CHARACTERS = (model, text) -> text.length();

    private static final String TOO_LONG =
            "Your input exceeds the context window of this model. Please adjust your input and try again.";

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private ResponsesEngine engine(ScriptedBackend backend, long window) {
        return engines.engine(
                builder -> builder.backend(backend).tokenCounter(CHARACTERS).contextWindow("*", window));
    }

    private static ResponseRequest auto(ResponseRequest request) {
        return with(request, "truncation", "\"auto\"");
    }

    private static void assertTooLong(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(InvalidRequestException.class, e -> {
            assertThat(e.text()).isEqualTo(TOO_LONG);
            assertThat(e.code()).isEqualTo("context_length_exceeded");
            assertThat(e.param()).isEqualTo("input");
        });
    }

    private static List<String> texts(ScriptedBackend backend, int sample) {
        return backend.request(sample).context().stream()
                .map(item -> item instanceof Message message ? message.text() : item.type())
                .toList();
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingHappens() {
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        ResponsesEngine engine = engine(backend, 9);
        engines.run(engine, ask("12345"));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, ask("123456")))
                .satisfies(EngineTruncationTest::assertTooLong);
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, with(ask("123456"), "truncation", "\"disabled\"")))
                .satisfies(EngineTruncationTest::assertTooLong);
        // There is nothing older that could go.
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, auto(ask("123456"))))
                .satisfies(EngineTruncationTest::assertTooLong);
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void everythingThatTheModelIsShownTakesRoom() {
        ScriptedBackend backend = ScriptedBackend.answering("1", "2", "3");
        long tool = 8L + Requests.function("f").json().toString().length();
        String format = "{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}";
        for (ResponseRequest request : List.of(
                ask("1").toBuilder().instructions("x".repeat(190)).build(),
                with(ask("1"), "text", "{\"format\":" + format + "}").toBuilder()
                        .instructions("x".repeat(190 - format.length()))
                        .build(),
                offering("1", "f").toBuilder()
                        .instructions("x".repeat((int) (190 - tool)))
                        .build())) {
            engines.run(engine(backend, 195), request);
            assertThatThrownBy(() -> engine(backend, 194).create(Tenant.SINGLE, request))
                    .satisfies(EngineTruncationTest::assertTooLong);
        }
        assertThat(backend.requests()).hasSize(3);
    }

    @Test
    void theBackendsWindowHoldsUnlessAnotherOneIsStated() {
        ScriptedBackend small = ScriptedBackend.answering("ok", "ok").contextWindow(3);
        ResponsesEngine unstated = engines.engine(builder -> builder.backend(small));
        // "Hi" is one token, and an item four.
        assertThatThrownBy(() -> unstated.create(Tenant.SINGLE, ask("Hi")))
                .satisfies(EngineTruncationTest::assertTooLong);
        ResponsesEngine stated = engines.engine(builder -> builder.backend(small)
                .contextWindow("other*", 1)
                .contextWindow("m*", 5)
                .contextWindow("*", 1));
        engines.run(stated, ask("Hi"));
        assertThatThrownBy(() -> stated.create(Tenant.SINGLE, ask("Hello")))
                .satisfies(EngineTruncationTest::assertTooLong);
        assertThatThrownBy(() -> ResponsesEngine.builder().contextWindow("*", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theOldestTurnsGoAndTheStoreKeepsThem() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "a2", "a3", "a4");
        ResponsesEngine engine = engine(backend, 33);
        ResponseRequest first = ResponseRequest.builder(
                        "m", List.of(Message.user("q1"), Message.system("s"), Message.assistant("b1")))
                .instructions("12345")
                .build();
        Response one = engines.run(engine, auto(first)).response();
        Response two = engines.run(engine, auto(next(one, "q2"))).response();
        // Five tokens of instructions, five of the system's, six for each of the others: 34 with all of them.
        assertThat(texts(backend, 1)).containsExactly("s", "q2");
        Response three = engines.run(engine, auto(next(two, "q3"))).response();
        assertThat(texts(backend, 2)).containsExactly("s", "q2", "a2", "q3");
        engines.run(engine, auto(next(three, "q4")));
        assertThat(texts(backend, 3)).containsExactly("s", "q3", "a3", "q4");
        assertThat(backend.request(3).instructions()).isEqualTo("12345");
        assertThat(engine.inputItems(Tenant.SINGLE, one.id(), PageQuery.first()).data())
                .hasSize(3);
        assertThat(three.json().string("truncation")).isEqualTo("auto");
    }

    @Test
    void aCallAndItsOutputGoTogether() {
        ScriptedBackend backend = ScriptedBackend.answering("ok", "ok");
        List<Item> history = List.of(
                Message.user("q1"),
                item("{'type':'function_call','call_id':'c','name':'f','arguments':'{}'}"),
                Message.user("q2"),
                item("{'type':'function_call_output','call_id':'c','output':'1'}"),
                Message.user("q3"));
        ResponseRequest request = auto(ResponseRequest.builder("m", history).build());
        engines.run(engine(backend, 30), request);
        engines.run(engine(backend, 29), request);
        assertThat(texts(backend, 0)).containsExactly("q1", "function_call", "q2", "function_call_output", "q3");
        assertThat(texts(backend, 1)).containsExactly("q3");
    }

    @Test
    void aContextThatOutgrowsTheWindowOnTheWayLosesItsOldestTurnsToo() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .tokenCounter(CHARACTERS)
                .contextWindow("*", 250)
                .tool(hosted("f", arguments -> "x".repeat(20))));
        long room = 250L - (8 + Requests.function("f").json().toString().length());
        String old = "o".repeat((int) room - 14);
        ResponseRequest request = auto(ResponseRequest.builder("m", List.of(Message.user(old), Message.user("q")))
                .tool(Requests.function("f"))
                .build());
        Response response = engines.run(engine, request).response();
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(texts(backend, 0)).containsExactly(old, "q");
        assertThat(texts(backend, 1)).containsExactly("q", "function_call", "function_call_output");
    }

    @Test
    void aContextThatOutgrowsTheWindowForGoodEndsTheResponse() {
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "f", "{}"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .tokenCounter(CHARACTERS)
                .contextWindow("*", 250)
                .tool(hosted("f", arguments -> "x".repeat(200))));
        RecordedRun run = engines.run(engine, auto(offering("q", "f")));
        assertThat(run.types()).endsWith("error", "response.failed");
        assertThat(run.response().error().code()).isEqualTo("invalid_prompt");
        assertThat(run.response().error().message()).isEqualTo(TOO_LONG);
        assertThat(backend.requests()).hasSize(1);
    }

    private static SampleScript refuse(SampleScript model) {
        return model.fail(new BackendException(
                BackendException.Kind.REJECTED, "too long by its own count", "context_length_exceeded", null, null));
    }

    @Test
    void aModelThatFindsTheContextTooLongIsAskedAgainWithOneTurnLess() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(EngineTruncationTest::refuse)
                .sample(EngineTruncationTest::refuse)
                .sample(model -> model.call("c1", "f", "{}").usage(3, 1))
                .sample(model -> model.text("ok").usage(4, 1));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("f", arguments -> "out")));
        ResponseRequest request = auto(ResponseRequest.builder(
                        "m", List.of(Message.user("1"), Message.assistant("a"), Message.user("2"), Message.user("3")))
                .tool(Requests.function("f"))
                .build());
        RecordedRun run = engines.run(engine, request);
        assertThat(run.types())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(texts(backend, 0)).containsExactly("1", "a", "2", "3");
        assertThat(texts(backend, 1)).containsExactly("2", "3");
        assertThat(texts(backend, 2)).containsExactly("3");
        // What it has refused once it is not shown again.
        assertThat(texts(backend, 3)).containsExactly("3", "function_call", "function_call_output");
        assertThat(run.response().usage()).isEqualTo(Usage.of(7, 2));
        backend.assertExhausted();
    }

    @Test
    void askingAgainHasItsBounds() {
        // Not without truncation, not beyond the newest turn, not for ever, not once something was said, not for other
        // reasons.
        ScriptedBackend disabled = new ScriptedBackend().sample(EngineTruncationTest::refuse);
        ResponseRequest two = ResponseRequest.builder("m", List.of(Message.user("1"), Message.user("2")))
                .build();
        assertRefused(disabled, two);
        assertThat(disabled.requests()).hasSize(1);

        ScriptedBackend newest =
                new ScriptedBackend().sample(EngineTruncationTest::refuse).sample(EngineTruncationTest::refuse);
        assertRefused(newest, auto(two));
        assertThat(texts(newest, 1)).containsExactly("2");
        newest.assertExhausted();

        ScriptedBackend stubborn = new ScriptedBackend();
        for (int i = 0; i < 9; i++) {
            stubborn.sample(EngineTruncationTest::refuse);
        }
        List<Item> many = java.util.Collections.nCopies(20, Message.user("x"));
        assertRefused(stubborn, auto(ResponseRequest.builder("m", many).build()));
        assertThat(stubborn.request(8).context()).hasSize(12);
        stubborn.assertExhausted();

        ScriptedBackend late = new ScriptedBackend().sample(model -> refuse(model.text("I am")));
        Response failed = engines.run(engines.engine(builder -> builder.backend(late)), auto(two))
                .response();
        assertThat(failed.error().code()).isEqualTo("invalid_prompt");
        assertThat(late.requests()).hasSize(1);

        ScriptedBackend other =
                new ScriptedBackend().sample(model -> model.fail(BackendException.Kind.REJECTED, "no such image"));
        RecordedRun run = engines.run(engines.engine(builder -> builder.backend(other)), auto(two));
        assertThat(run.rejection()).isNotNull();
        assertThat(other.requests()).hasSize(1);
    }

    private void assertRefused(ScriptedBackend backend, ResponseRequest request) {
        RecordedRun run = engines.run(engines.engine(builder -> builder.backend(backend)), request);
        assertThat(run.rejection()).isInstanceOfSatisfying(InvalidRequestException.class, e -> {
            assertThat(e.code()).isEqualTo("context_length_exceeded");
            assertThat(e.param()).isEqualTo("input");
        });
    }
}
