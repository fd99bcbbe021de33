package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a request includes: sealed reasoning, and log probabilities. */
class EngineIncludeTest {
    private static final JsonNode LOGPROBS = Json.read("[{\"token\":\"a\",\"logprob\":-0.5}]");

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private static ResponseRequest sealing(ResponseRequest request) {
        return with(request, "include", "[\"reasoning.encrypted_content\"]");
    }

    private Response run(ResponseRequest request, Consumer<SampleScript> script) {
        ScriptedBackend backend = new ScriptedBackend().sample(script);
        return engines.run(engines.engine(builder -> builder.backend(backend)), request)
                .response();
    }

    private static Reasoning reasoning(Response response) {
        return response.output().stream()
                .filter(Reasoning.class::isInstance)
                .map(Reasoning.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rawReasoningIsSealedForACallerWhoWantsToKeepIt() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.summary(0, "I thought.")
                        .reasoning("Let me ", "see.")
                        .text("ok"))
                .sample(model -> model.text("again"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        ResponseRequest request = sealing(ask("q1")).toBuilder().store(false).build();
        RecordedRun run = engines.run(engine, request);
        assertThat(run.types())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.done",
                        "response.content_part.added",
                        "response.reasoning_text.delta",
                        "response.reasoning_text.delta",
                        "response.reasoning_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        Reasoning sealed = reasoning(run.response());
        assertThat(sealed.encryptedContent()).startsWith("r4j:1:").doesNotContain("see");

        // The caller sends it back as the wire has it: without the raw text.
        Item back = new Reasoning(sealed.json().without("content"));
        List<Item> input =
                List.of(Message.user("q1"), back, run.response().output().get(1), Message.user("q2"));
        engines.run(engine, ResponseRequest.builder("m", input).build());
        Reasoning shown = (Reasoning) backend.request(1).context().get(1);
        assertThat(shown.encryptedContent()).isNull();
        assertThat(shown.content()).extracting(part -> part.plainText()).containsExactly("Let me see.");
        assertThat(shown.summary()).hasSize(1);
        assertThat(shown.id()).isEqualTo(sealed.id());
    }

    @Test
    void everyPlaceWhereReasoningEndsIsFound() {
        List<Consumer<SampleScript>> ends = List.of(
                model -> model.reasoning("raw"),
                model -> model.reasoning("raw").call("c1", "f", "{}"),
                model -> model.reasoning("raw").refusal("no"),
                model -> model.reasoning("raw").say(new ModelEvent.ItemEnded()).text("x"),
                model -> model.reasoning("ra").say(new ModelEvent.TextDelta("")).reasoning("w"),
                model -> model.reasoning("raw").usage(1, 2).summary(0, "late").text("x"),
                model -> model.reasoning("raw")
                        .item(
                                item(
                                        "{'type':'mcp_approval_request','id':'x','server_label':'s','name':'t','arguments':'{}'}")),
                model -> model.reasoning("raw").text("half").stop(StopReason.MAX_OUTPUT_TOKENS),
                model -> model.item(item("{'type':'reasoning','id':'x','summary':[],"
                        + "'content':[{'type':'reasoning_text','text':'raw'}]}")));
        for (Consumer<SampleScript> end : ends) {
            Reasoning reasoning = reasoning(run(sealing(ask("q")), end));
            assertThat(reasoning.content()).extracting(part -> part.plainText()).containsExactly("raw");
            assertThat(reasoning.encryptedContent()).startsWith("r4j:1:");
        }
    }

    @Test
    void eachReasoningHasItsOwnSeal() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model ->
                        model.reasoning("one").text("a").reasoning("two").text("b"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response response = engines.run(engine, sealing(ask("q"))).response();
        List<Item> input = new ArrayList<>();
        for (Item item : response.output()) {
            input.add(item instanceof Reasoning ? new Reasoning(item.json().without("content")) : item);
        }
        input.add(Message.user("q2"));
        engines.run(engine, ResponseRequest.builder("m", input).build());
        assertThat(backend.request(1).context())
                .filteredOn(Reasoning.class::isInstance)
                .extracting(item -> ((Reasoning) item).content().get(0).plainText())
                .containsExactly("one", "two");
    }

    @Test
    void withoutTheIncludeNothingOfOursIsSealed() {
        assertThat(reasoning(run(ask("q"), model -> model.reasoning("raw").text("ok")))
                        .json()
                        .has("encrypted_content"))
                .isFalse();
        // There is nothing to seal in a summary.
        assertThat(reasoning(run(
                                sealing(ask("q")),
                                model -> model.summary(0, "s").text("ok")))
                        .json()
                        .has("encrypted_content"))
                .isFalse();
    }

    @Test
    void whatTheBackendSealedItselfIsLeftAlone() {
        JsonObject theirs = JsonObject.parse("{\"encrypted_content\":\"gAAAAA\"}");
        for (ResponseRequest request : List.of(ask("q"), sealing(ask("q")))) {
            assertThat(reasoning(run(
                                    request,
                                    model -> model.reasoning("raw")
                                            .fields(theirs)
                                            .text("ok")))
                            .encryptedContent())
                    .isEqualTo("gAAAAA");
            assertThat(reasoning(
                                    run(
                                            request,
                                            model -> model.item(
                                                    item(
                                                            "{'type':'reasoning','id':'x','summary':[],"
                                                                    + "'content':[{'type':'reasoning_text','text':'raw'}],'encrypted_content':'gAAAAA'}"))))
                            .encryptedContent())
                    .isEqualTo("gAAAAA");
        }
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        Item back = item("{'type':'reasoning','id':'rs_9','summary':[],'encrypted_content':'gAAAAA'}");
        engines.run(
                engines.engine(builder -> builder.backend(backend)),
                ResponseRequest.builder("m", List.of(back, Message.user("q"))).build());
        assertThat(backend.request(0).context()).contains(back);
    }

    @Test
    void withinARunAndAChainTheBackendSeesTheRawTextAlone() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.reasoning("raw").call("c1", "f", "{}"))
                .sample(model -> model.text("ok"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("f", arguments -> "1")));
        Response one = engines.run(engine, sealing(offering("q1", "f"))).response();
        engines.run(engine, next(one, "q2"));
        for (int sample : new int[] {1, 2}) {
            Reasoning shown = (Reasoning) backend.request(sample).context().get(1);
            assertThat(shown.json().has("encrypted_content")).isFalse();
            assertThat(shown.content()).extracting(part -> part.plainText()).containsExactly("raw");
        }
        // What is kept is what was told.
        assertThat(reasoning(engine.retrieve(Tenant.SINGLE, one.id())).encryptedContent())
                .startsWith("r4j:1:");
    }

    @Test
    void reasoningThatWasTamperedWithIsRefusedByItsPlace() {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(new ScriptedBackend()));
        Item broken = item("{'type':'reasoning','id':'rs_9','summary':[],'encrypted_content':'r4j:1:AAAA'}");
        assertThatThrownBy(() -> engine.create(
                        Tenant.SINGLE,
                        ResponseRequest.builder("m", List.of(Message.system("s"), broken, Message.user("q")))
                                .build()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("invalid_encrypted_content");
                    assertThat(e.param()).isEqualTo("input[1].encrypted_content");
                    assertThat(e.text()).contains("'rs_9'");
                });
    }

    @Test
    void aSummaryDoesNotPassForReasoning() {
        ScriptedBackend backend = ScriptedBackend.answering("the summary");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response compacted = engines.run(
                        engine,
                        ResponseRequest.builder("m", List.of(Message.user("q"), item("{'type':'compaction_trigger'}")))
                                .build())
                .response();
        String sealed = compacted.output().get(0).json().string("encrypted_content");
        Item reasoning = item("{'type':'reasoning','id':'rs_9','summary':[],'encrypted_content':'" + sealed + "'}");
        assertThatThrownBy(() -> engine.create(
                        Tenant.SINGLE,
                        ResponseRequest.builder("m", List.of(reasoning, Message.user("q")))
                                .build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("invalid_encrypted_content"));
    }

    @Test
    void effortAndSummaryReachTheBackend() {
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        Response response = engines.run(
                        engines.engine(builder -> builder.backend(backend)),
                        with(ask("q"), "reasoning", "{\"effort\":\"low\",\"summary\":\"auto\"}"))
                .response();
        JsonObject asked = JsonObject.parse("{\"effort\":\"low\",\"summary\":\"auto\"}");
        assertThat(backend.request(0).settings().json().object("reasoning")).isEqualTo(asked);
        assertThat(response.json().object("reasoning")).isEqualTo(asked);
    }

    @Test
    void logProbabilitiesAreShownToWhoIncludesThem() {
        Consumer<SampleScript> script = model -> model.text("a", LOGPROBS)
                .item(item("{'type':'message','id':'x','role':'assistant','status':'completed','content':"
                        + "[{'type':'output_text','text':'b','annotations':[],'logprobs':" + LOGPROBS + "}]}"));
        ScriptedBackend backend = new ScriptedBackend().sample(script).sample(script);
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        ResponseRequest top = with(ask("q"), "top_logprobs", "2");
        RecordedRun without = engines.run(engine, top);
        RecordedRun with = engines.run(engine, with(top, "include", "[\"message.output_text.logprobs\"]"));
        String all = LOGPROBS.toString();
        assertThat(String.join("\n", jsons(without))).doesNotContain("-0.5");
        assertThat(jsons(with)).filteredOn(json -> json.contains(all)).hasSizeGreaterThanOrEqualTo(8);
        assertThat(without.response().outputText()).isEqualTo("ab");
        assertThat(backend.request(0).settings().json().integer("top_logprobs")).isEqualTo(2);
    }

    private static List<String> jsons(RecordedRun run) {
        return run.events().events().stream()
                .map(event -> event.json().toString())
                .toList();
    }
}
