package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.Json;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.Usage;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Creating, reading and deleting, for one tenant and for two. */
class EngineTest {
    private static final Tenant OTHER = new Tenant("other");

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    @Test
    void anAnswerIsStreamedReturnedAndStored() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model ->
                        model.text("Hel").flush().text("lo").usage(3, 2).flush());
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        RecordedRun run = engines.run(engine, ask("Hi"));
        assertThat(run.types())
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        assertThat(run.response().outputText()).isEqualTo("Hello");
        assertThat(run.response().usage()).isEqualTo(Usage.of(3, 2));
        assertThat(run.response().createdAt()).isEqualTo(EngineInvariants.NOW);
        assertThat(run.response().id()).isEqualTo(new ResponseId("resp_1"));
        assertThat(run.rejection()).isNull();
        // One flush before the model is asked, two of the backend's, one before the end is stored, one at the end.
        assertThat(run.events().flushPoints()).containsExactly(2, 5, 6, 9, 10);
        assertThat(backend.request(0).context()).extracting(Item::type).containsExactly("message");
        assertThat(backend.request(0).instructions()).isNull();
        backend.assertExhausted();
    }

    @Test
    void createAndStreamAreTheSameRun() {
        ScriptedBackend backend = ScriptedBackend.answering("one", "one");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response created = engine.create(Tenant.SINGLE, ask("Hi"));
        EventRecorder recorder = new EventRecorder();
        Response streamed = engine.stream(Tenant.SINGLE, ask("Hi"), recorder);
        assertThat(streamed.outputText()).isEqualTo(created.outputText());
        assertThat(recorder.types()).startsWith("response.created").endsWith("response.completed");
        assertThat(backend.request(0).stream()).isFalse();
        assertThat(backend.request(1).stream()).isTrue();
        assertThat(engine.retrieve(Tenant.SINGLE, created.id())).isEqualTo(created);
        assertThat(engine.retrieve(Tenant.SINGLE, streamed.id())).isEqualTo(streamed);
    }

    @Test
    void theBackendIsGivenTheWholeRequest() {
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        ResponseRequest request = ResponseRequest.builder("m", "Hi")
                .instructions("Be brief.")
                .tool(Requests.function("f"))
                .maxOutputTokens(50)
                .set("temperature", Json.read("0.5"))
                .set("acme", Json.read("{\"x\":1}"))
                .build();
        engines.run(engine, request);
        BackendRequest asked = backend.request(0);
        assertThat(asked.model()).isEqualTo("m");
        assertThat(asked.instructions()).isEqualTo("Be brief.");
        assertThat(asked.tools()).isEqualTo(request.tools());
        assertThat(asked.maxOutputTokens()).isEqualTo(50);
        assertThat(asked.settings()).isEqualTo(request);
    }

    @Test
    void whatIsNotHonouredIsKnownBeforeAnythingHappens() {
        ScriptedBackend backend = ScriptedBackend.answering("ok").warning("top_k", "not sent");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        // Nobody knows the model's window, and there is no threshold.
        ResponseRequest request = with(ask("Hi"), "context_management", "[{\"type\":\"compaction\"}]");
        ResponseRun run = engine.prepare(Tenant.SINGLE, request, RunOptions.DEFAULT);
        assertThat(run.warnings()).extracting(Warning::param).containsExactlyInAnyOrder("context_management", "top_k");
        assertThat(backend.requests()).isEmpty();
        assertThatThrownBy(() -> engine.retrieve(Tenant.SINGLE, run.id())).isInstanceOf(NotFoundException.class);
        run.execute(event -> {}, new Cancellation());
        assertThatThrownBy(() -> run.execute(event -> {}, new Cancellation()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnknownModelIsRefused() {
        ResponsesEngine engine = engines.engine(builder -> builder.backend("gpt-*", new ScriptedBackend()));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, ask("Hi")))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("model_not_found");
                    assertThat(e.param()).isEqualTo("model");
                    assertThat(e.text()).isEqualTo("The requested model 'm' does not exist.");
                });
    }

    @Test
    void modelsAreListedOnceInOrder() {
        ScriptedBackend some =
                new ScriptedBackend().model("gpt-5").model("gpt-6").model("other");
        ScriptedBackend all = new ScriptedBackend().model("gpt-5").model("llama");
        ResponsesEngine engine = engines.engine(builder -> builder.backend("gpt-*", some)
                .backend("mine", new ScriptedBackend())
                .backend(all));
        assertThat(engine.models()).containsExactly("gpt-5", "gpt-6", "mine", "llama");
    }

    /** A backend that is down. */
    private static final class Down implements io.github.responses4j.backend.Backend {
        @Override
        public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
            throw new AssertionError("not asked for");
        }

        @Override
        public List<String> models() {
            throw new BackendException(BackendException.Kind.UNREACHABLE, "no route", null);
        }
    }

    @Test
    void aBackendThatCannotTellItsModelsDoesNotHideTheOthers() {
        engines.expectLog("does not tell its models: no route");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend("a*", new Down()).backend(new ScriptedBackend().model("b")));
        assertThat(engine.models()).containsExactly("b");
    }

    @Test
    void whatIsNotBuiltYetIsRefusedByName() {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(new ScriptedBackend()));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, with(ask("Hi"), "prompt", "{\"id\":\"p\"}")))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("unsupported_parameter");
                    assertThat(e.param()).isEqualTo("prompt");
                });
        for (String name : List.of("prompt", "background", "conversation")) {
            ScriptedBackend backend = ScriptedBackend.answering("ok");
            ResponsesEngine nulls = engines.engine(builder -> builder.backend(backend));
            engines.run(nulls, with(ask("Hi"), name, "null"));
        }
    }

    @Test
    void aRequestMadeInAProgramKeepsTheSameRules() {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(new ScriptedBackend()));
        assertThatThrownBy(() -> engine.create(
                        Tenant.SINGLE,
                        ResponseRequest.builder("m", "Hi").maxOutputTokens(15).build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("integer_below_min_value"));
    }

    @Test
    void thereMustBeSomethingToShowTheModel() {
        ScriptedBackend backend = ScriptedBackend.answering("a", "b", "c");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        ResponseRequest nothing = ResponseRequest.builder("m", List.of()).build();
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, nothing))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("input"));
        Response first = engines.run(
                        engine, nothing.toBuilder().instructions("Greet.").build())
                .response();
        Response second = engines.run(
                        engine,
                        nothing.toBuilder().previousResponseId(first.id()).build())
                .response();
        engines.run(
                engine,
                ResponseRequest.builder("m", List.of(Message.system("Greet."))).build());
        assertThat(second.outputText()).isEqualTo("b");
        assertThat(backend.request(1).context()).hasSize(1);
    }

    @Test
    void inputItemsComeInPagesFromEitherEnd() {
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        List<Item> input = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            input.add(Message.user("m" + i));
        }
        Response response =
                engines.run(engine, ResponseRequest.builder("m", input).build()).response();
        assertThat(ids(engine, response, new PageQuery(null, 2, false))).containsExactly("msg_1", "msg_2", "more");
        assertThat(ids(engine, response, new PageQuery("msg_2", 2, false))).containsExactly("msg_3", "msg_4", "more");
        assertThat(ids(engine, response, new PageQuery("msg_4", 2, false))).containsExactly("msg_5", "end");
        assertThat(ids(engine, response, new PageQuery("msg_5", 2, false))).containsExactly("end");
        assertThat(ids(engine, response, new PageQuery(null, 3, true)))
                .containsExactly("msg_5", "msg_4", "msg_3", "more");
        assertThat(ids(engine, response, new PageQuery("msg_3", 3, true))).containsExactly("msg_2", "msg_1", "end");
        assertThat(ids(engine, response, PageQuery.first())).hasSize(6).endsWith("msg_1", "end");
        assertThatThrownBy(() -> engine.inputItems(Tenant.SINGLE, response.id(), new PageQuery("msg_9", 2, true)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("after"));
    }

    private static List<String> ids(ResponsesEngine engine, Response response, PageQuery query) {
        Page<Item> page = engine.inputItems(Tenant.SINGLE, response.id(), query);
        List<String> ids = new ArrayList<>(page.data().stream().map(Item::id).toList());
        ids.add(page.hasMore() ? "more" : "end");
        return ids;
    }

    @Test
    void listedItemsHaveWhatTheWireDemands() {
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        List<Item> input = List.of(
                item("{'role':'user','content':'plain'}"),
                item("{'role':'assistant','content':[{'type':'output_text','text':'a'}],'x':1}"),
                item("{'role':'user','content':[{'type':'input_image','image_url':'u'}]}"),
                item("{'type':'function_call','call_id':'c','name':'f','arguments':'{}'}"),
                item("{'type':'function_call_output','call_id':'c','output':'o','status':null}"),
                item("{'type':'reasoning','summary':[]}"),
                item("{'type':'acme:x','id':'mine','y':null}"));
        Response response =
                engines.run(engine, ResponseRequest.builder("m", input).build()).response();
        assertThat(engine.inputItems(Tenant.SINGLE, response.id(), new PageQuery(null, 100, false))
                        .data())
                .containsExactly(
                        item("{'type':'message','id':'msg_1','status':'completed','role':'user',"
                                + "'content':[{'type':'input_text','text':'plain'}]}"),
                        item("{'type':'message','id':'msg_2','status':'completed','role':'assistant','x':1,"
                                + "'content':[{'type':'output_text','text':'a','annotations':[],'logprobs':[]}]}"),
                        item("{'type':'message','id':'msg_3','status':'completed','role':'user',"
                                + "'content':[{'type':'input_image','image_url':'u','detail':'auto'}]}"),
                        item("{'type':'function_call','id':'fc_1','status':'completed','call_id':'c','name':'f',"
                                + "'arguments':'{}'}"),
                        item(
                                "{'type':'function_call_output','id':'fco_1','status':'completed','call_id':'c','output':'o'}"),
                        item("{'type':'reasoning','id':'rs_1','summary':[]}"),
                        item("{'type':'acme:x','id':'mine','y':null}"));
        // The model sees the items as they came.
        assertThat(backend.request(0).context().get(0)).isEqualTo(input.get(0).withId("msg_1"));
    }

    @Test
    void aDeletedResponseIsGone() {
        ScriptedBackend backend = ScriptedBackend.answering("one", "two");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response first = engine.create(Tenant.SINGLE, ask("Hi"));
        Response second = engine.create(Tenant.SINGLE, next(first, "more"));
        engine.delete(Tenant.SINGLE, first.id());
        assertThatThrownBy(() -> engine.retrieve(Tenant.SINGLE, first.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> engine.delete(Tenant.SINGLE, first.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, next(first, "again")))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(engine.retrieve(Tenant.SINGLE, second.id())).isEqualTo(second);
        // A chain with a hole is no chain: the model must not be shown half of it.
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, next(second, "again")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("previous_response_not_found"));
    }

    @Test
    void anotherTenantSeesWhatNobodySees() {
        ScriptedBackend backend = ScriptedBackend.answering("secret");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response mine = engines.run(engine, ask("Hi")).response();
        ResponseId unknown = new ResponseId("resp_unknown");
        List<BiConsumer<Tenant, ResponseId>> ways = List.of(
                engine::retrieve,
                engine::delete,
                (tenant, id) -> engine.inputItems(tenant, id, PageQuery.first()),
                (tenant, id) -> engine.inputItems(tenant, id, new PageQuery("msg_1", 5, true)),
                (tenant, id) -> engine.create(
                        tenant,
                        ResponseRequest.builder("m", "x").previousResponseId(id).build()),
                (tenant, id) -> engine.stream(
                        tenant,
                        ResponseRequest.builder("m", List.of())
                                .previousResponseId(id)
                                .build(),
                        event -> {}));
        for (BiConsumer<Tenant, ResponseId> way : ways) {
            String foreign = failure(way, OTHER, mine.id());
            String none = failure(way, OTHER, unknown);
            assertThat(foreign.replace("resp_1", "resp_unknown"))
                    .isEqualTo(none)
                    .contains("resp_unknown");
        }
        assertThatThrownBy(() -> engine.create(
                        OTHER,
                        ResponseRequest.builder("m", List.of(item("{'type':'item_reference','id':'msg_1'}")))
                                .build()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.param()).isEqualTo("input[0].id");
                    assertThat(e.text()).isEqualTo("Item with id 'msg_1' not found.");
                });
        assertThat(engine.retrieve(Tenant.SINGLE, mine.id())).isEqualTo(mine);
        assertThat(backend.requests()).hasSize(1);
    }

    private static String failure(BiConsumer<Tenant, ResponseId> way, Tenant tenant, ResponseId id) {
        try {
            way.accept(tenant, id);
        } catch (ResponsesException e) {
            return e.getClass().getSimpleName() + " " + e.type() + " " + e.code() + " " + e.param() + " " + e.text();
        }
        throw new AssertionError("was let in");
    }

    @Test
    void whatIsNotToBeStoredLeavesNothing() {
        FaultStore store = new FaultStore(ResponseStore.inMemory());
        ScriptedBackend backend = ScriptedBackend.answering("one", "two", "three");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store));
        RecordedRun run = engines.run(engine, ask("Hi").toBuilder().store(false).build());
        assertThat(run.response().json().bool("store")).isFalse();
        assertThat(store.calls()).isEmpty();
        assertThatThrownBy(() -> engine.retrieve(Tenant.SINGLE, run.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, next(run.response(), "more")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("previous_response_not_found"));
        Response kept = engine.create(Tenant.SINGLE, ask("Hi"));
        int before = store.calls().size();
        engine.create(Tenant.SINGLE, next(kept, "more").toBuilder().store(false).build());
        assertThat(store.calls().subList(before, store.calls().size())).containsExactly("lineage");
    }

    @Test
    void secretsOfMcpToolsReachTheBackendAndNothingElse() {
        ResponseStore store = ResponseStore.inMemory();
        ScriptedBackend backend = ScriptedBackend.answering("ok");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store));
        ResponseRequest request = with(ask("Hi"), "metadata", "{\"a\":\"b\"}");
        request = ResponseRequest.of(request.json().toBuilder()
                .put(
                        "tools",
                        Json.read(
                                "[{\"type\":\"mcp\",\"server_label\":\"l\",\"server_url\":\"https://u:s3cret@h/s3cret\","
                                        + "\"authorization\":\"s3cret\",\"headers\":{\"X\":\"s3cret\"}}]"))
                .build());
        RecordedRun run = engines.run(engine, request);
        assertThat(run.events().json().toString()).contains("<redacted>").doesNotContain("s3cret");
        assertThat(run.response().json().toAscii()).doesNotContain("s3cret");
        assertThat(store.find(Tenant.SINGLE, run.id()).orElseThrow().toString()).doesNotContain("s3cret");
        assertThat(backend.request(0).tools().get(0).json().toAscii()).contains("s3cret");
    }

    @Test
    void anEngineNeedsABackendAndToolsNeedNamesOfTheirOwn() {
        assertThatThrownBy(() -> ResponsesEngine.builder().build()).isInstanceOf(IllegalStateException.class);
        ResponsesEngine.Builder builder = ResponsesEngine.builder().tool(Requests.hosted("f", arguments -> ""));
        assertThatThrownBy(() -> builder.tool(Requests.hosted("f", arguments -> "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'f'");
    }

    @Test
    void healthIsThatOfTheStore() {
        FaultStore store = new FaultStore(ResponseStore.inMemory()).failFrom(1);
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(new ScriptedBackend()).store(store));
        assertThat(engine.healthy()).isTrue();
        assertThatThrownBy(() -> engine.retrieve(Tenant.SINGLE, new ResponseId("resp_1")))
                .isInstanceOfSatisfying(
                        ResponsesException.class, e -> assertThat(e.retryable()).isTrue());
        assertThat(engine.healthy()).isFalse();
    }

    @Test
    void aClosedEngineTakesNothingMore() {
        FaultStore store = new FaultStore(ResponseStore.inMemory());
        ScriptedBackend backend = ScriptedBackend.answering("ok", "never");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store));
        Response before = engine.create(Tenant.SINGLE, ask("Hi"));
        engine.close();
        int calls = store.calls().size();
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, ask("Hi")))
                .isInstanceOfSatisfying(
                        ResponsesException.class, e -> assertThat(e.text()).isEqualTo("The engine is closed."));
        assertThat(store.calls()).hasSize(calls);
        assertThat(engine.retrieve(Tenant.SINGLE, before.id()).status()).isEqualTo(ResponseStatus.COMPLETED);
        engine.close();
    }
}
