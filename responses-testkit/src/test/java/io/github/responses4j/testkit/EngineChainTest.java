package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains: what earlier responses leave to later ones. */
class EngineChainTest {
    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private static List<String> texts(List<Item> items) {
        return items.stream().map(item -> ((Message) item).text()).toList();
    }

    @Test
    void aChainIsShownWholeAndMayFork() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "a2", "a3", "b3");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(engine, ask("q1")).response();
        Response two = engines.run(engine, next(one, "q2")).response();
        Response three = engines.run(engine, next(two, "q3")).response();
        Response fork = engines.run(engine, next(two, "r3")).response();
        assertThat(texts(backend.request(2).context())).containsExactly("q1", "a1", "q2", "a2", "q3");
        assertThat(texts(backend.request(3).context())).containsExactly("q1", "a1", "q2", "a2", "r3");
        assertThat(three.previousResponseId()).isEqualTo(two.id());
        assertThat(fork.previousResponseId()).isEqualTo(two.id());
        assertThat(engine.inputItems(Tenant.SINGLE, three.id(), PageQuery.first())
                        .data())
                .extracting(item -> ((Message) item).text())
                .containsExactly("q3");
    }

    @Test
    void anotherEngineOverTheSameStoreGoesOn() {
        ResponseStore store = ResponseStore.inMemory();
        ScriptedBackend first = ScriptedBackend.answering("a1");
        ScriptedBackend second = ScriptedBackend.answering("a2");
        Response one = engines.run(
                        engines.engine(builder -> builder.backend(first).store(store)), ask("q1"))
                .response();
        engines.run(engines.engine(builder -> builder.backend(second).store(store)), next(one, "q2"));
        assertThat(texts(second.request(0).context())).containsExactly("q1", "a1", "q2");
    }

    @Test
    void instructionsAreInheritedReplacedAndCleared() {
        ScriptedBackend backend = ScriptedBackend.answering("1", "2", "3", "4", "5", "6");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(
                        engine, ask("q").toBuilder().instructions("first").build())
                .response();
        Response two = engines.run(engine, next(one, "q")).response();
        Response three = engines.run(
                        engine,
                        next(two, "q").toBuilder().instructions("second").build())
                .response();
        Response four = engines.run(engine, next(three, "q")).response();
        Response five = engines.run(
                        engine, next(four, "q").toBuilder().instructions("").build())
                .response();
        Response six = engines.run(engine, next(five, "q")).response();
        assertThat(backend.requests())
                .extracting(request -> request.instructions())
                .containsExactly("first", "first", "second", "second", null, null);
        assertThat(List.of(one, two, three, four, five, six))
                .extracting(Response::instructions)
                .containsExactly("first", "first", "second", "second", null, null);
        // They are no items: nothing of them is in the context twice.
        assertThat(backend.request(5).context()).hasSize(11);
    }

    @Test
    void leadingOrdersBecomeInstructionsAndAreStillListed() {
        ScriptedBackend backend = ScriptedBackend.answering("1", "2", "3");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(
                        engine,
                        ResponseRequest.builder(
                                        "m",
                                        List.of(
                                                Message.system("kind"),
                                                Message.developer("brief"),
                                                Message.user("q1"),
                                                Message.system("late")))
                                .build())
                .response();
        assertThat(backend.request(0).instructions()).isEqualTo("kind\n\nbrief");
        assertThat(texts(backend.request(0).context())).containsExactly("q1", "late");
        assertThat(one.instructions()).isEqualTo("kind\n\nbrief");
        assertThat(engine.inputItems(Tenant.SINGLE, one.id(), new PageQuery(null, 10, false))
                        .data())
                .extracting(item -> ((Message) item).text())
                .containsExactly("kind", "brief", "q1", "late");
        engines.run(engine, next(one, "q2"));
        assertThat(backend.request(1).instructions()).isEqualTo("kind\n\nbrief");
        assertThat(texts(backend.request(1).context())).containsExactly("q1", "late", "1", "q2");
        // With instructions beside it, a message stays a message.
        engines.run(
                engine,
                ResponseRequest.builder("m", List.of(Message.system("kind"), Message.user("q")))
                        .instructions("mine")
                        .build());
        assertThat(backend.request(2).instructions()).isEqualTo("mine");
        assertThat(texts(backend.request(2).context())).containsExactly("kind", "q");
    }

    @Test
    void ordersWithAPictureAreNotLifted() {
        ScriptedBackend backend = ScriptedBackend.answering("1");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        engines.run(
                engine,
                ResponseRequest.builder(
                                "m",
                                List.of(item("{'role':'system','content':[{'type':'input_image','image_url':'u'}]}")))
                        .build());
        assertThat(backend.request(0).instructions()).isNull();
        assertThat(backend.request(0).context()).hasSize(1);
    }

    @Test
    void aProfileMayNeitherLiftNorInherit() {
        for (Profile profile : List.of(Profile.OPENAI, Profile.OPEN_RESPONSES)) {
            ScriptedBackend backend = ScriptedBackend.answering("1", "2");
            ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
            ResponseRequest orders = ResponseRequest.builder("m", List.of(Message.system("kind"), Message.user("q1")))
                    .build();
            Response one = engine.prepare(Tenant.SINGLE, orders, RunOptions.DEFAULT.withProfile(profile))
                    .execute(event -> {}, new Cancellation());
            assertThat(backend.request(0).instructions()).isNull();
            assertThat(texts(backend.request(0).context())).containsExactly("kind", "q1");
            ResponseRequest given =
                    next(one, "q2").toBuilder().instructions("mine").build();
            Response two = engine.prepare(Tenant.SINGLE, given, RunOptions.DEFAULT.withProfile(profile))
                    .execute(event -> {}, new Cancellation());
            assertThat(two.instructions()).isEqualTo("mine");
            backend.sample(model -> model.text("3"));
            Response three = engine.prepare(Tenant.SINGLE, next(two, "q3"), RunOptions.DEFAULT.withProfile(profile))
                    .execute(event -> {}, new Cancellation());
            assertThat(three.instructions()).isNull();
            assertThat(backend.request(2).instructions()).isNull();
            assertThat(texts(backend.request(2).context())).containsExactly("kind", "q1", "1", "q2", "2", "q3");
        }
    }

    @Test
    void aReferenceNamesWhatTheModelSeesAlready() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "a2");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(engine, ask("q1")).response();
        String known = one.output().get(0).id();
        Response two = engines.run(
                        engine,
                        next(one, List.of(ItemReference.to(known), ItemReference.to("msg_1"), Message.user("q2"))))
                .response();
        assertThat(texts(backend.request(1).context())).containsExactly("q1", "a1", "q2");
        assertThat(engine.inputItems(Tenant.SINGLE, two.id(), PageQuery.first()).data())
                .hasSize(1);
        List<Item> unknown = List.of(Message.system("lifted"), Message.user("q"), ItemReference.to("msg_999"));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, next(one, unknown)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("input[2].id"));
    }

    @Test
    void aRunningResponseCannotBeContinued() throws Exception {
        Gate sampling = new Gate();
        Gate go = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.open(sampling).await(go).text("a1"))
                .sample(model -> model.text("a2"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Requests.Later<RecordedRun> running = Requests.later(() -> engines.run(engine, ask("q1")));
        sampling.await();
        ResponseRequest more = ResponseRequest.builder("m", "q2")
                .previousResponseId(new io.github.responses4j.store.ResponseId("resp_1"))
                .build();
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, more))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.param()).isEqualTo("previous_response_id");
                    assertThat(e.code()).isEqualTo("previous_response_not_finished");
                });
        go.open();
        running.get();
        engines.run(engine, more);
    }

    @Test
    void whoHasSeenTheEndMayGoOnAtOnce() {
        ScriptedBackend backend = ScriptedBackend.answering("a1", "a2");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        List<Response> followers = new ArrayList<>();
        EventRecorder recorder = new EventRecorder();
        recorder.on("response.completed", () -> {
            Response end = new Response(
                    recorder.events().get(recorder.events().size() - 1).json().object("response"));
            Requests.Later<Response> later = Requests.later(() -> engine.create(Tenant.SINGLE, next(end, "q2")));
            try {
                followers.add(later.get());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        engines.run(engine, Tenant.SINGLE, ask("q1"), new Cancellation(), recorder);
        assertThat(followers).extracting(Response::outputText).containsExactly("a2");
        assertThat(texts(backend.request(1).context())).containsExactly("q1", "a1", "q2");
    }

    /**
     * Turns that chain give the backend what one request with all items gives: messages, calls and their outputs, reasoning with its
     * encrypted form, items of unknown kinds.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void fortyTurnsAreAsGoodAsOneRequest(long seed) {
        Random random = new Random(seed);
        ResponseStore store = ResponseStore.inMemory();
        ScriptedBackend backend = new ScriptedBackend();
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .store(store)
                .tool(Requests.hosted("hosted", arguments -> "result of " + arguments.string("n", ""))));
        List<Item> everything = new ArrayList<>();
        List<Item> waiting = new ArrayList<>();
        Response last = null;
        int turns = 40;
        boolean instructed = random.nextBoolean();
        for (int turn = 0; turn < turns; turn++) {
            List<Item> input = input(random, turn, waiting);
            everything.addAll(input);
            script(backend, random, turn);
            ResponseRequest.Builder request = ResponseRequest.builder("m", input)
                    .tool(Requests.function("hosted"))
                    .tool(Requests.function("client"));
            if (turn == 0 && instructed) {
                request.instructions("Stay " + seed);
            }
            if (last != null) {
                request.previousResponseId(last.id());
            }
            int asked = backend.requests().size();
            last = engines.run(engine, request.build()).response();
            assertThat(backend.request(asked).context()).isEqualTo(instructed ? everything : withoutOrders(everything));
            everything.addAll(last.output());
            waiting = last.output().stream()
                    .filter(item ->
                            item instanceof FunctionCall call && call.name().equals("client"))
                    .toList();
        }
        List<Item> end = input(random, turns, waiting);
        everything.addAll(end);
        ScriptedBackend chained = ScriptedBackend.answering("end");
        ScriptedBackend whole = ScriptedBackend.answering("end");
        engines.run(engines.engine(builder -> builder.backend(chained).store(store)), next(last, end));
        ResponseRequest.Builder one = ResponseRequest.builder("m", everything);
        if (instructed) {
            one.instructions("Stay " + seed);
        }
        engines.run(engines.engine(builder -> builder.backend(whole)), one.build());
        assertThat(chained.request(0).context()).isEqualTo(whole.request(0).context());
        assertThat(chained.request(0).instructions()).isEqualTo(whole.request(0).instructions());
        assertThat(chained.request(0).context()).hasSizeGreaterThan(turns * 2);
        backend.assertExhausted();
    }

    /** What of a list of items stays in the context when its leading orders have become instructions. */
    private static List<Item> withoutOrders(List<Item> items) {
        boolean orders =
                items.get(0) instanceof Message message && message.role() == io.github.responses4j.item.Role.SYSTEM;
        return orders ? items.subList(1, items.size()) : items;
    }

    private static List<Item> input(Random random, int turn, List<Item> waiting) {
        List<Item> input = new ArrayList<>();
        for (Item call : waiting) {
            input.add(FunctionCallOutput.of(((FunctionCall) call).callId(), "answer " + random.nextInt(100)));
        }
        if (turn == 0 && random.nextBoolean()) {
            input.add(Message.system("Orders"));
        }
        input.add(Message.user("question " + turn));
        if (random.nextInt(4) == 0) {
            input.add(item("{'type':'acme:note','n':" + turn + ",'deep':{'null':null,'list':[1,2.50]}}"));
        }
        if (random.nextInt(4) == 0) {
            input.add(item("{'role':'user','content':[{'type':'input_image','image_url':'u','x':1},"
                    + "{'type':'input_text','text':'\u00e9 \ud83d\ude00 \u2028'}]}"));
        }
        if (random.nextInt(6) == 0) {
            input.add(Message.developer("late orders"));
        }
        List<Item> named = new ArrayList<>();
        for (int i = 0; i < input.size(); i++) {
            named.add(input.get(i).withId("in_" + turn + "_" + i));
        }
        return named;
    }

    /** One turn's samples: some rounds of hosted tools, then an end. */
    private static void script(ScriptedBackend backend, Random random, int turn) {
        int rounds = random.nextInt(3);
        for (int round = 0; round < rounds; round++) {
            String id = turn + "_" + round;
            boolean two = random.nextBoolean();
            backend.sample(model -> {
                model.reasoning("thinking " + id)
                        .fields(JsonObject.builder()
                                .put("encrypted_content", "enc " + id)
                                .build());
                model.call("h" + id, "hosted", "{\"n\":\"" + id + "\"}");
                if (two) {
                    model.call("i" + id, "hosted", "{\"n\":\"" + id + "b\"}");
                }
            });
        }
        int end = random.nextInt(4);
        backend.sample(model -> {
            model.summary(0, "in short " + turn)
                    .fields(JsonObject.builder()
                            .put("encrypted_content", "e" + turn)
                            .build());
            if (end == 0) {
                model.item(item("{'type':'acme:result','turn':" + turn + ",'x':[null]}"));
            }
            model.text("answer ", "\u2028" + turn);
            if (end == 1) {
                model.call("c" + turn, "client", "{}").call("d" + turn, "client", "not json");
            }
        });
    }
}
