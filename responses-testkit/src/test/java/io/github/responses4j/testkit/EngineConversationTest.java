package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.later;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Role;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ConflictException;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run builds on beside a chain: conversations, references to items, idempotency keys. */
class EngineConversationTest {
    private static final Tenant TENANT = Tenant.SINGLE;
    private static final Tenant OTHER = new Tenant("other");
    private static final ConversationId CONV = new ConversationId("conv_1");

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final ResponseStore store = ResponseStore.inMemory();
    private final ScriptedBackend backend = new ScriptedBackend();

    private ResponsesEngine engine() {
        store.createConversation(new NewConversation(TENANT, CONV, "{}", List.of()));
        return engines.engine(builder -> builder.store(store).backend(backend).tool(hosted("f", arguments -> "4")));
    }

    private static ResponseRequest in(String conversation, ResponseRequest request) {
        return with(request, "conversation", conversation);
    }

    private List<String> kept() {
        return store.conversationContent(TENANT, CONV).orElseThrow().items().stream()
                .map(StoredItem::json)
                .map(json -> JsonObject.parse(json).string("type", ""))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"conv_1\"", "{\"id\":\"conv_1\"}"})
    void aTurnSeesTheConversationAndJoinsIt(String conversation) {
        backend.sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("four"))
                .sample(model -> model.text("five"));
        ResponsesEngine engine = engine();
        Response one = engines.run(engine, in(conversation, offering("q", "f"))).response();
        assertThat(one.json().object("conversation")).isNotNull();
        assertThat(one.json().object("conversation").string("id")).isEqualTo("conv_1");
        assertThat(kept()).containsExactly("message", "function_call", "function_call_output", "message");
        engines.run(engine, in(conversation, ask("more")));
        assertThat(backend.request(2).context())
                .extracting(Item::type)
                .containsExactly("message", "function_call", "function_call_output", "message", "message");
        assertThat(kept()).hasSize(6);
    }

    @Test
    void aSystemMessageStaysAnItemOfTheConversation() {
        backend.sample(model -> model.text("ok")).sample(model -> model.text("ok"));
        ResponsesEngine engine = engine();
        ResponseRequest first = ResponseRequest.builder(
                        "m", List.of(Message.of(Role.SYSTEM, List.of(InputText.of("Be brief."))), Message.user("q")))
                .build();
        engines.run(engine, in("\"conv_1\"", first));
        engines.run(engine, in("\"conv_1\"", ask("q2")));
        assertThat(backend.request(0).instructions()).isNull();
        assertThat(backend.request(1).instructions()).isNull();
        assertThat(backend.request(1).context()).hasSize(4);
    }

    @Test
    void anUnknownConversationIsRefusedOrMade() {
        backend.sample(model -> model.text("ok"));
        ResponsesEngine engine = engine();
        ResponseRequest request = in("\"conv_new\"", ask("q"));
        assertThatThrownBy(() -> engine.create(TENANT, request))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Conversation with id 'conv_new' not found.");
        assertThatThrownBy(() -> engine.create(OTHER, in("\"conv_1\"", ask("q"))))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Conversation with id 'conv_1' not found.");
        Profile making =
                Profile.DEFAULT.toBuilder().createUnknownConversations(true).build();
        engine.prepare(TENANT, request, RunOptions.DEFAULT.withProfile(making))
                .execute(EventSink.discard(), new Cancellation());
        assertThat(store.conversationContent(TENANT, new ConversationId("conv_new"))
                        .orElseThrow()
                        .items())
                .hasSize(2);
    }

    @Test
    void aConversationMayBeMadeByTwoAtOnce() {
        backend.sample(model -> model.text("ok"));
        ResponseStore raced = new ForwardingStore(store) {
            @Override
            public void createConversation(NewConversation conversation) {
                super.createConversation(conversation);
                super.createConversation(conversation);
            }
        };
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(raced));
        Profile making =
                Profile.DEFAULT.toBuilder().createUnknownConversations(true).build();
        Response response = engine.prepare(TENANT, in("\"conv_new\"", ask("q")), RunOptions.DEFAULT.withProfile(making))
                .execute(EventSink.discard(), new Cancellation());
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(store.conversationContent(TENANT, new ConversationId("conv_new"))
                        .orElseThrow()
                        .items())
                .hasSize(2);
    }

    @Test
    void oneTurnAtATimeAndEveryEndFreesTheConversation() throws Exception {
        Gate begun = new Gate();
        Gate go = new Gate();
        backend.sample(model -> model.open(begun).await(go).text("first"))
                .sample(model -> model.text("a").cut())
                .sample(model -> model.text("third"));
        ResponsesEngine engine = engine();
        Requests.Later<Response> first = later(() -> engine.create(TENANT, in("\"conv_1\"", ask("1"))));
        begun.await();
        assertThatThrownBy(() -> engine.create(TENANT, in("\"conv_1\"", ask("2"))))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("conversation_locked");
                    assertThat(e.param()).isEqualTo("conversation");
                });
        go.open();
        assertThat(first.get().status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(engine.create(TENANT, in("\"conv_1\"", ask("2"))).status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(kept()).as("a failed turn joins nothing").hasSize(2);
        assertThat(engine.create(TENANT, in("\"conv_1\"", ask("3"))).outputText())
                .isEqualTo("third");
        assertThat(backend.request(2).context()).hasSize(3);
    }

    @Test
    void aTurnThatIsNotStoredReadsTheConversationAndLeavesItAlone() {
        backend.sample(model -> model.text("ok")).sample(model -> model.text("ok"));
        ResponsesEngine engine = engine();
        engines.run(engine, in("\"conv_1\"", ask("q")));
        engines.run(engine, in("\"conv_1\"", ask("q2").toBuilder().store(false).build()));
        assertThat(backend.request(1).context()).hasSize(3);
        assertThat(kept()).hasSize(2);
    }

    @Test
    void aReferenceIsReplacedByWhatItNames() {
        backend.sample(model -> model.text("The answer."))
                .sample(model -> model.text("ok"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engine();
        Response one = engines.run(engine, ask("q")).response();
        String id = String.valueOf(one.output().get(0).id());
        ResponseRequest refers = ResponseRequest.builder(
                        "m",
                        List.of(
                                Message.user("Again:"),
                                Requests.item("{'type':'item_reference','id':'" + id + "'}"),
                                Message.user("why?")))
                .build();
        Response two = engines.run(engine, refers).response();
        assertThat(backend.request(1).context()).hasSize(3);
        assertThat(backend.request(1).context().get(1)).isEqualTo(one.output().get(0));
        engines.run(engine, next(two, "and?"));
        assertThat(backend.request(2).context())
                .hasSize(5)
                .contains(one.output().get(0));
        assertThatThrownBy(() -> engine.create(OTHER, refers))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("input[1].id"));
    }

    private static Response run(ResponsesEngine engine, ResponseRequest request, String key, EventRecorder events) {
        return engine.prepare(TENANT, request, RunOptions.DEFAULT.withIdempotencyKey(key))
                .execute(events, new Cancellation());
    }

    @Test
    void theSameRequestUnderTheSameKeyIsCarriedOutOnce() {
        backend.sample(model -> model.text("one")).sample(model -> model.text("two"));
        ResponsesEngine engine = engine();
        Response one = run(engine, ask("q"), "key", new EventRecorder());
        EventRecorder again = new EventRecorder();
        Response same = run(engine, ask("q"), "key", again);
        assertThat(same.json()).isEqualTo(one.json());
        StreamInvariants.check(again.json(), StreamOptions.strict());
        StreamInvariants.assertFoldEquals(again.json(), one.json().toNode());
        assertThat(backend.requests()).hasSize(1);
        assertThatThrownBy(() -> run(engine, ask("another"), "key", new EventRecorder()))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        e -> assertThat(e.kind()).isEqualTo(ConflictException.Kind.KEY_REUSED));
        assertThat(run(engine, ask("q"), "another key", new EventRecorder()).id())
                .isNotEqualTo(one.id());
    }

    @Test
    void whileTheFirstOneRunsItsKeyIsInTheWay() throws Exception {
        Gate begun = new Gate();
        Gate go = new Gate();
        backend.sample(model -> model.open(begun).await(go).text("one"));
        ResponsesEngine engine = engine();
        Requests.Later<Response> first = later(() -> run(engine, ask("q"), "key", new EventRecorder()));
        begun.await();
        assertThatThrownBy(() -> run(engine, ask("q"), "key", new EventRecorder()))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        e -> assertThat(e.kind()).isEqualTo(ConflictException.Kind.IN_PROGRESS));
        go.open();
        Response one = first.get();
        assertThat(run(engine, ask("q"), "key", new EventRecorder()).id()).isEqualTo(one.id());
    }
}
