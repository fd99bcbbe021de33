package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.CompactedResponse;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ModelException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Counting the tokens of a context, and making it shorter, without a response. */
class EngineContextHelpersTest {
    /** Characters are tokens, and an item has four more. */
    private static final TokenCounter CHARACTERS = (model, text) -> text.length();

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private ResponsesEngine engine(ScriptedBackend backend) {
        return engines.engine(builder -> builder.backend(backend).tokenCounter(CHARACTERS));
    }

    private static long count(ResponsesEngine engine, ResponseRequest request) {
        return engine.countTokens(Tenant.SINGLE, request, RunOptions.DEFAULT);
    }

    private static CompactedResponse compact(ResponsesEngine engine, ResponseRequest request) {
        return engine.compact(Tenant.SINGLE, request, RunOptions.DEFAULT, new Cancellation());
    }

    private static ResponseRequest body(String json) {
        return ResponseRequest.of(JsonObject.parse(json.replace('\'', '"')));
    }

    private static List<String> texts(BackendRequest request) {
        return request.context().stream()
                .map(item -> item instanceof Message message ? message.text() : item.type())
                .toList();
    }

    // ---- counting

    @Test
    void whatARunWouldShowIsCounted() {
        ScriptedBackend backend = ScriptedBackend.answering("four");
        ResponsesEngine engine = engine(backend);
        Response one = engines.run(
                        engine, ask("Hello").toBuilder().instructions("Be").build())
                .response();
        assertThat(count(engine, ask("Hello"))).isEqualTo(9);
        // The instructions are inherited: 2, the first turn is 9 and 8, the new one 5.
        assertThat(count(engine, next(one, "x"))).isEqualTo(24);
        assertThat(count(engine, next(one, List.of()))).isEqualTo(19);
        assertThat(count(
                        engine,
                        next(one, "x").toBuilder().instructions("longer").build()))
                .isEqualTo(28);
        ResponseRequest tool =
                ask("Hello").toBuilder().tool(Requests.function("f")).build();
        assertThat(count(engine, tool))
                .isEqualTo(9 + 8 + Requests.function("f").json().toString().length());
        String format = "{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}";
        assertThat(count(engine, with(ask("Hello"), "text", "{\"format\":" + format + "}")))
                .isEqualTo(9 + format.length());
        assertThat(count(engine, with(ask("Hello"), "text", "{\"format\":{\"type\":\"text\"}}")))
                .isEqualTo(9);
        // A standing order that becomes an instruction is no item.
        assertThat(count(
                        engine,
                        ResponseRequest.builder("m", List.of(Message.system("Be"), Message.user("Hello")))
                                .build()))
                .isEqualTo(11);
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void nothingIsRequiredToBeCounted() {
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend("gpt-*", new ScriptedBackend()).tokenCounter(CHARACTERS));
        assertThat(count(engine, body("{}"))).isZero();
        assertThat(count(engine, body("{'model':null,'input':null,'tools':null,'previous_response_id':null}")))
                .isZero();
        // Without a model the estimate counts: five letters are two tokens.
        assertThat(count(engine, body("{'input':'Hello'}"))).isEqualTo(6);
        assertThat(count(engine, body("{'model':'unknown','input':'Hello'}"))).isEqualTo(9);
        assertThat(count(engine, body("{'model':'gpt-5','input':'Hello'}"))).isEqualTo(9);
        assertThat(count(engine, body("{'instructions':'Hello'}"))).isEqualTo(2);
    }

    @Test
    void whatIsWrongCannotBeCounted() {
        ResponsesEngine engine = engine(new ScriptedBackend());
        assertThatThrownBy(() -> count(engine, body("{'model':'m','input':7}")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("input"));
        assertThatThrownBy(() -> count(engine, body("{'input':'q','previous_response_id':'resp_999'}")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("previous_response_id"));
    }

    @Test
    void theWindowCutsOnlyWhereTheRequestLetsIt() {
        ResponsesEngine engine = engines.engine(builder ->
                builder.backend(new ScriptedBackend()).tokenCounter(CHARACTERS).contextWindow("*", 12));
        ResponseRequest long3 = ResponseRequest.builder(
                        "m", List.of(Message.user("12"), Message.user("34"), Message.user("56")))
                .build();
        assertThat(count(engine, long3)).isEqualTo(18);
        assertThat(count(engine, with(long3, "truncation", "\"auto\""))).isEqualTo(12);
        assertThat(count(engine, with(ask("1234567890"), "truncation", "\"auto\"")))
                .isEqualTo(14);
    }

    // ---- compacting

    @Test
    void aWindowToGoOnFromComesBack() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a1"))
                .sample(model -> model.reasoning("Hm.").text("the ", "summary").usage(20, 5))
                .sample(model -> model.text("a3"));
        ResponsesEngine engine = engine(backend);
        Response one = engines.run(engine, ask("q1")).response();
        ResponseRequest request = next(
                        one,
                        List.of(
                                Message.developer("Be kind."),
                                item("{'role':'user','content':[{'type':'input_text','text':'q2'},"
                                        + "{'type':'input_image','image_url':'u'}]}"),
                                Message.assistant("a2")))
                .toBuilder()
                .instructions("Be brief.")
                .tool(Requests.function("f"))
                .build();
        CompactedResponse compacted =
                compact(engine, with(with(request, "temperature", "0.5"), "service_tier", "\"flex\""));
        JsonObject json = compacted.json();
        assertThat(json.names()).containsExactly("id", "object", "created_at", "output", "usage");
        assertThat(json.string("object")).isEqualTo("response.compaction");
        assertThat(compacted.id().value()).startsWith("resp_");
        assertThat(compacted.createdAt()).isEqualTo(EngineInvariants.NOW);
        assertThat(compacted.usage()).isEqualTo(Usage.of(20, 5));
        assertThat(compacted.output()).extracting(Item::type).containsExactly("message", "message", "compaction");
        String first = compacted.output().get(0).json().toString();
        assertThat(first)
                .isEqualTo("{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"user\",\"status\":\"completed\","
                        + "\"content\":[{\"type\":\"input_text\",\"text\":\"q1\"}]}");
        assertThat(((Message) compacted.output().get(1)).content()).hasSize(2);
        Compaction compaction = (Compaction) compacted.output().get(2);
        assertThat(compaction.id()).isEqualTo("cmp_1");
        assertThat(compaction.json().names()).containsExactlyInAnyOrder("type", "id", "encrypted_content");

        BackendRequest asked = backend.request(1);
        assertThat(texts(asked))
                .containsExactly("q1", "a1", "Be kind.", "q2", "a2", "Summarise the conversation up to here.");
        assertThat(asked.instructions()).contains("without having read it").doesNotContain("brief");
        assertThat(asked.tools()).isEmpty();
        assertThat(asked.settings().json().names()).containsExactlyInAnyOrder("model", "input", "service_tier");

        // It is a window, not a response.
        assertThatThrownBy(() -> engine.retrieve(Tenant.SINGLE, compacted.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> engine.create(
                        Tenant.SINGLE,
                        ask("q").toBuilder().previousResponseId(compacted.id()).build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("previous_response_not_found"));
        // It is an input.
        List<Item> input = new java.util.ArrayList<>(compacted.output());
        input.add(Message.user("q3"));
        engines.run(engine, ResponseRequest.builder("m", input).build());
        assertThat(texts(backend.request(2)))
                .containsExactly("Summary of the conversation so far:\n\nthe summary", "q3");
    }

    @Test
    void whatIsCompactIsMadeMoreCompact() {
        ScriptedBackend backend = ScriptedBackend.answering("first", "second");
        ResponsesEngine engine = engine(backend);
        List<Item> input = new java.util.ArrayList<>(compact(engine, ask("q1")).output());
        input.add(Message.user("q2"));
        CompactedResponse again =
                compact(engine, ResponseRequest.builder("m", input).build());
        assertThat(again.output()).extracting(Item::type).containsExactly("message", "compaction");
        assertThat(((Message) again.output().get(0)).text()).isEqualTo("q2");
        assertThat(texts(backend.request(1)))
                .containsExactly(
                        "Summary of the conversation so far:\n\nfirst", "q2", "Summarise the conversation up to here.");
    }

    @Test
    void whatCannotBeCompactedIsRefused() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.fail(BackendException.Kind.UNAVAILABLE, "overloaded"))
                .sample(model -> model.text(""));
        ResponsesEngine engine = engine(backend);
        assertThatThrownBy(() -> compact(engine, body("{'input':'q'}")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("model"));
        for (String nothing : List.of("{'model':'m'}", "{'model':'m','input':[],'instructions':'Be brief.'}")) {
            assertThatThrownBy(() -> compact(engine, body(nothing)))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            e -> assertThat(e.param()).isEqualTo("input"));
        }
        assertThatThrownBy(() -> compact(engine, ask("q"))).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> compact(engine, ask("q")))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.text()).isEqualTo("The model gave no summary."));
        backend.assertExhausted();
    }

    @Test
    void aSummaryHasItsTime() {
        ScriptedBackend backend = new ScriptedBackend().sample(SampleScript::hang);
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(backend).limits(Limits.DEFAULT.withMaxRunTime(Duration.ofMillis(20))));
        assertThatThrownBy(() -> compact(engine, ask("q")))
                .isInstanceOfSatisfying(
                        ServerException.class,
                        e -> assertThat(e.text()).isEqualTo("The context could not be compacted in time."));
    }
}
