package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static io.github.responses4j.testkit.Requests.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compaction as a part of a response: by threshold, and by trigger. */
class EngineCompactionTest {
    /** Characters are tokens, and an item has four more. */
    private static final TokenCounter CHARACTERS = (model, text) -> text.length();

    private static final byte[] SECRET = "a secret of more than 32 bytes, known to two nodes".getBytes(UTF_8);
    private static final String HEADING = "Summary of the conversation so far:\n\n";
    private static final Item TRIGGER = item("{'type':'compaction_trigger'}");

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private ResponsesEngine engine(ScriptedBackend backend) {
        return engine(backend, builder -> builder);
    }

    private ResponsesEngine engine(ScriptedBackend backend, UnaryOperator<ResponsesEngine.Builder> more) {
        return engines.engine(builder ->
                more.apply(builder.backend(backend).tokenCounter(CHARACTERS).secret(SECRET)));
    }

    private static ResponseRequest managed(ResponseRequest request) {
        return with(request, "context_management", "[{\"type\":\"compaction\",\"compact_threshold\":1000}]");
    }

    private static List<String> texts(BackendRequest request) {
        return request.context().stream()
                .map(item -> item instanceof Message message ? message.text() : item.type())
                .toList();
    }

    private static List<String> kinds(Response response) {
        return response.output().stream().map(Item::type).toList();
    }

    @Test
    void aTurnThatHasGrownTooLongEndsWithACompaction() {
        // 4 + 989 for the question, 4 + 4 for the answer: one more than the threshold.
        String question = "q".repeat(989);
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("full").usage(300, 1).flush())
                .sample(model ->
                        model.reasoning("Hm.").text("The user ", "said q.").usage(301, 7))
                .sample(model -> model.text("go on"));
        ResponsesEngine engine = engine(backend);
        RecordedRun run = engines.run(engine, managed(ask(question)));
        assertThat(run.types())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.completed");
        Compaction compaction = (Compaction) run.response().output().get(1);
        assertThat(compaction.json().names()).containsExactly("type", "encrypted_content", "id");
        assertThat(compaction.id()).isEqualTo("cmp_1");
        assertThat(compaction.encryptedContent()).startsWith("r4j:1:").doesNotContain("said");
        assertThat(run.response().usage()).isEqualTo(Usage.of(601, 8));
        assertThat(run.warnings()).isEmpty();

        BackendRequest summary = backend.request(1);
        assertThat(texts(summary)).containsExactly(question, "full", "Summarise the conversation up to here.");
        assertThat(summary.instructions()).contains("without having read it");
        assertThat(summary.tools()).isEmpty();
        assertThat(summary.maxOutputTokens()).isNull();

        engines.run(engine, next(run.response(), "q2"));
        assertThat(texts(backend.request(2))).containsExactly(HEADING + "The user said q.", "q2");
        assertThat(backend.request(2).context().get(0)).isEqualTo(Message.user(HEADING + "The user said q."));
    }

    @Test
    void aTurnThatIsJustNotTooLongIsLeftAlone() {
        ScriptedBackend backend = ScriptedBackend.answering("full");
        RecordedRun run = engines.run(engine(backend), managed(ask("q".repeat(988))));
        assertThat(kinds(run.response())).containsExactly("message");
        backend.assertExhausted();
    }

    @Test
    void instructionsAndToolsCountAndStay() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "the summary", "a2");
        ResponsesEngine engine = engine(backend);
        ResponseRequest first = ResponseRequest.builder(
                        "m", List.of(Message.user("q1"), Message.developer("Be kind."), Message.user("q2")))
                .instructions("i".repeat(1000))
                .build();
        Response one = engines.run(engine, managed(first)).response();
        assertThat(kinds(one)).containsExactly("message", "compaction");
        engines.run(engine, next(one, "q3"));
        assertThat(texts(backend.request(2))).containsExactly("Be kind.", HEADING + "the summary", "q3");
        assertThat(backend.request(2).instructions()).hasSize(1000);
    }

    @ParameterizedTest
    @CsvSource({"12500,false", "12499,true"})
    void withoutAThresholdFourFifthsOfTheWindowAreOne(long window, boolean compacts) {
        ScriptedBackend backend = ScriptedBackend.answering("full", "the summary");
        ResponsesEngine engine = engine(backend, builder -> builder.contextWindow("*", window));
        RecordedRun run =
                engines.run(engine, with(ask("q".repeat(9988)), "context_management", "[{\"type\":\"compaction\"}]"));
        assertThat(kinds(run.response()).contains("compaction")).isEqualTo(compacts);
        assertThat(run.warnings()).isEmpty();
    }

    @Test
    void theSmallestThresholdCounts() {
        ScriptedBackend backend = ScriptedBackend.answering("full", "the summary");
        ResponseRequest request = with(
                ask("q".repeat(989)),
                "context_management",
                "[{\"type\":\"compaction\",\"compact_threshold\":5000},"
                        + "{\"type\":\"compaction\",\"compact_threshold\":1000}]");
        assertThat(kinds(engines.run(engine(backend), request).response())).containsExactly("message", "compaction");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | context_management[0].type | missing_required_parameter",
                "{'type':'other'} | context_management[0].type | invalid_value",
                "{'type':'compaction','compact_threshold':999} | context_management[0].compact_threshold | integer_below_min_value",
                "{'type':'compaction','compact_threshold':'1000'} | context_management[0].compact_threshold | invalid_type"
            })
    void aRuleThatIsNoneIsRefused(String rule, String param, String code) {
        ResponsesEngine engine = engine(new ScriptedBackend());
        ResponseRequest request = with(ask("q"), "context_management", "[" + rule.replace('\'', '"') + "]");
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, request))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.param()).isEqualTo(param);
                    assertThat(e.code()).isEqualTo(code);
                });
    }

    @Test
    void aTurnThatWaitsForItsCallerIsNotCompacted() {
        String question = "q".repeat(2000);
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("Let me see.").call("c1", "client", "{}"))
                .sample(model -> model.text("done"))
                .sample(model -> model.text("the summary"));
        ResponsesEngine engine = engine(backend);
        Response one =
                engines.run(engine, managed(offering(question, "client"))).response();
        assertThat(kinds(one)).containsExactly("message", "function_call");
        Response two = engines.run(
                        engine,
                        managed(next(
                                one, List.of(item("{'type':'function_call_output','call_id':'c1','output':'1'}")))))
                .response();
        assertThat(kinds(two)).containsExactly("message", "compaction");
    }

    @Test
    void whatHostedToolsGaveBackIsSummedUpOnceAtTheEnd() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").usage(10, 20))
                .sample(model -> model.text("done").usage(11, 19))
                .sample(model -> model.text("the summary").usage(12, 500));
        ResponsesEngine engine = engine(backend, builder -> builder.tool(hosted("f", arguments -> "x".repeat(2000))));
        // The summary is not a part of the answer, so it takes nothing of the answer's tokens.
        ResponseRequest request =
                managed(offering("q", "f")).toBuilder().maxOutputTokens(100).build();
        Response response = engines.run(engine, request).response();
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(kinds(response)).containsExactly("function_call", "function_call_output", "message", "compaction");
        assertThat(backend.requests())
                .extracting(asked -> asked.maxOutputTokens())
                .containsExactly(100L, 80L, null);
        assertThat(texts(backend.request(2)))
                .containsExactly(
                        "q", "function_call", "function_call_output", "done", "Summarise the conversation up to here.");
        assertThat(response.usage()).isEqualTo(Usage.of(33, 539));
    }

    @ParameterizedTest
    @CsvSource({"MAX_OUTPUT_TOKENS", "CONTENT_FILTER"})
    void whatIsCutShortIsNotCompacted(StopReason reason) {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("ha").usage(1, 16).stop(reason));
        Response response =
                engines.run(engine(backend), managed(ask("q".repeat(2000)))).response();
        assertThat(response.status()).isEqualTo(ResponseStatus.INCOMPLETE);
        assertThat(kinds(response)).containsExactly("message");
    }

    @Test
    void anAnswerIsWorthMoreThanItsSummary() {
        engines.expectLog("a context could not be compacted: overloaded");
        engines.expectLog("a context could not be compacted: The model gave no summary.");
        engines.expectLog("a context could not be compacted: Your input exceeds the context window of this model.");
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a1").usage(1, 2))
                .sample(model -> model.fail(BackendException.Kind.UNAVAILABLE, "overloaded"))
                .sample(model -> model.text("a2"))
                .sample(model -> model.text(" "))
                .sample(model -> model.text("a3"));
        ResponsesEngine engine = engine(backend);
        for (String answer : List.of("a1", "a2")) {
            Response response =
                    engines.run(engine, managed(ask("q".repeat(2000)))).response();
            assertThat(response.outputText()).isEqualTo(answer);
            assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
            assertThat(kinds(response)).containsExactly("message");
        }
        ResponsesEngine full = engine(backend, builder -> builder.contextWindow("*", 2004));
        assertThat(engines.run(full, managed(ask("q".repeat(2000)))).response().outputText())
                .isEqualTo("a3");
        backend.assertExhausted();
    }

    @Test
    void aRunThatIsCancelledMeanwhileIsCancelled() {
        Cancellation caller = new Cancellation();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a1"))
                .sample(model -> model.check(request -> caller.cancel()).text("the sum"));
        RecordedRun run = engines.run(
                engine(backend), Tenant.SINGLE, managed(ask("q".repeat(2000))), caller, new EventRecorder());
        assertThat(run.response().status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(kinds(run.response())).containsExactly("message");
    }

    @Test
    void aTriggerGivesACompactionAndNothingElse() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a1"))
                .sample(model -> model.text("the summary").usage(8, 3))
                .sample(model -> model.text("a2"));
        ResponsesEngine engine = engine(backend);
        Response one = engines.run(engine, offering("q1", "f")).response();
        ResponseRequest request = next(one, List.of(TRIGGER)).toBuilder()
                .tool(Requests.function("f"))
                .build();
        RecordedRun run = engines.run(engine, request);
        assertThat(run.types())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.completed");
        assertThat(kinds(run.response())).containsExactly("compaction");
        assertThat(run.response().usage()).isEqualTo(Usage.of(8, 3));
        assertThat(texts(backend.request(1))).containsExactly("q1", "a1", "Summarise the conversation up to here.");
        engines.run(engine, next(run.response(), "q2"));
        assertThat(texts(backend.request(2))).containsExactly(HEADING + "the summary", "q2");
    }

    @Test
    void aTriggerThatComesToNothingFailsTheResponse() {
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.fail(BackendException.Kind.UNAVAILABLE, "overloaded"));
        RecordedRun run = engines.run(
                engine(backend),
                ResponseRequest.builder("m", List.of(Message.user("q"), TRIGGER))
                        .build());
        assertThat(run.response().status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(run.rejection()).isNotNull();
    }

    @Test
    void aTriggerStandsAtTheEnd() {
        ResponsesEngine engine = engine(new ScriptedBackend());
        assertRefused(engine, List.of(Message.user("q"), TRIGGER, Message.user("r")), "input[1]", "invalid_value");
        assertRefused(engine, List.of(TRIGGER, TRIGGER), "input[0]", "invalid_value");
        assertRefused(engine, List.of(TRIGGER), "input", "invalid_value");
    }

    private static void assertRefused(ResponsesEngine engine, List<Item> input, String param, String code) {
        assertThatThrownBy(() -> engine.create(
                        Tenant.SINGLE, ResponseRequest.builder("m", input).build()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.param()).isEqualTo(param);
                    assertThat(e.code()).isEqualTo(code);
                });
    }

    @Test
    void theNewestCompactionCounts() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "first", "second", "a2");
        ResponsesEngine engine = engine(backend);
        Response one = engines.run(engine, managed(ask("q".repeat(2000)))).response();
        Response two = engines.run(engine, next(one, List.of(Message.user("q2"), TRIGGER)))
                .response();
        assertThat(texts(backend.request(2)))
                .containsExactly(HEADING + "first", "q2", "Summarise the conversation up to here.");
        engines.run(engine, next(two, "q3"));
        assertThat(texts(backend.request(3))).containsExactly(HEADING + "second", "q3");
    }

    @Test
    void aCallerWhoKeepsItemsHimselfGoesOnFromACompaction() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "the summary", "a2", "a3");
        ResponsesEngine engine = engine(backend);
        ResponseRequest first =
                managed(ask("q".repeat(2000))).toBuilder().store(false).build();
        Response one = engines.run(engine, first).response();
        List<Item> input = new ArrayList<>(first.input());
        input.addAll(one.output());
        input.add(Message.user("q2"));
        engines.run(engine, ResponseRequest.builder("m", input).build());
        assertThat(texts(backend.request(2))).containsExactly(HEADING + "the summary", "q2");
        // Another node with the same secret, and nothing but the compaction.
        ScriptedBackend elsewhere = ScriptedBackend.answering("a2");
        engines.run(
                engine(elsewhere),
                ResponseRequest.builder("m", List.of(one.output().get(1), Message.user("q2")))
                        .build());
        assertThat(texts(elsewhere.request(0))).containsExactly(HEADING + "the summary", "q2");
    }

    @Test
    void whatCannotBeReadIsRefusedByItsPlace() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "the summary");
        ResponseStore store = ResponseStore.inMemory();
        Response one = engines.run(engine(backend, builder -> builder.store(store)), managed(ask("q".repeat(2000))))
                .response();
        Compaction compaction = (Compaction) one.output().get(1);
        String sealed = compaction.encryptedContent();
        String changed = sealed.substring(0, sealed.length() - 2) + (sealed.endsWith("AA") ? "BB" : "AA");
        Item broken = new Compaction(compaction.json().with("encrypted_content", changed));
        ResponsesEngine engine = engine(new ScriptedBackend(), builder -> builder.store(store));
        String code = "invalid_encrypted_content";
        assertRefused(engine, List.of(Message.user("q"), broken), "input[1].encrypted_content", code);
        assertRefused(
                engine,
                List.of(item("{'type':'compaction'}"), Message.user("q")),
                "input[0].encrypted_content",
                "missing_required_parameter");
        // Another tenant, an engine with another secret, and one with none.
        ResponseRequest request = ResponseRequest.builder("m", List.of(compaction, Message.user("q2")))
                .build();
        assertThatThrownBy(() -> engine.create(new Tenant("other"), request))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo(code));
        ResponsesEngine unlike = engines.engine(builder ->
                builder.backend(new ScriptedBackend()).secret(new byte[32]).store(store));
        assertRefused(unlike, request.input(), "input[0].encrypted_content", code);
        assertRefused(
                engines.engine(builder -> builder.backend(new ScriptedBackend())),
                request.input(),
                "input[0].encrypted_content",
                code);
        assertThatThrownBy(() -> unlike.create(Tenant.SINGLE, next(one, "q2")))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.param()).isNull();
                    assertThat(e.text()).contains("'cmp_1'");
                });
        assertThatThrownBy(() -> ResponsesEngine.builder().secret(new byte[31]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatOthersHaveSealedGoesToTheBackendAsItIs() {
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        Item foreign = item("{'type':'compaction','id':'cmp_9','encrypted_content':'gAAAAABo'}");
        engines.run(
                engine(backend),
                ResponseRequest.builder("m", List.of(Message.user("q1"), foreign, Message.user("q2")))
                        .build());
        assertThat(backend.request(0).context()).hasSize(3).contains(foreign);
    }

    @Test
    void anOutputNeedsItsCallOnThisSideOfTheCompaction() {
        ScriptedBackend backend = ScriptedBackend.answering("the summary");
        ResponsesEngine engine = engine(backend);
        Response compacted = engines.run(
                        engine,
                        ResponseRequest.builder(
                                        "m",
                                        List.of(
                                                Message.user("q"),
                                                item(
                                                        "{'type':'function_call','call_id':'c','name':'f','arguments':''}"),
                                                item("{'type':'function_call_output','call_id':'c','output':'1'}"),
                                                TRIGGER))
                                .build())
                .response();
        Item again = item("{'type':'function_call_output','call_id':'c','output':'1'}");
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, next(compacted, List.of(again))))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.text())
                                .isEqualTo("No tool call found for function call output with call_id c."));
    }
}
