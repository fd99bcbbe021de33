package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine remembers of ended responses changes nothing but how much it reads. */
class EngineContextCacheTest {
    private static final Tenant TENANT = Tenant.SINGLE;

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final List<BackendRequest> seen = new ArrayList<>();
    private final Backend backend = (request, sink, cancellation) -> {
        seen.add(request);
        sink.accept(new ModelEvent.TextDelta("answer " + seen.size() + " \uD83D\uDE00", null));
        sink.accept(new ModelEvent.Stopped(StopReason.DONE));
    };

    private ResponsesEngine engine(ResponseStore store, long characters) {
        return engines.engine(
                builder -> builder.backend(backend).store(store).limits(Limits.DEFAULT.withContextCache(characters)));
    }

    private ResponsesEngine caching(ResponseStore store) {
        return engine(store, Limits.DEFAULT.contextCache());
    }

    private Response chain(ResponsesEngine engine, int depth) {
        Response last = engine.create(TENANT, ask("q1"));
        for (int turn = 2; turn <= depth; turn++) {
            last = engine.create(TENANT, next(last, "q" + turn));
        }
        return last;
    }

    private BackendRequest last() {
        return seen.get(seen.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1000})
    void aTurnReadsOnceAtAnyDepth(int depth) {
        ResponseStore store = ResponseStore.inMemory();
        List<String> calls = new ArrayList<>();
        ResponsesEngine engine = caching(CountedStore.over(store, calls));
        calls.clear();
        Response tip = engine.create(TENANT, ask("q1"));
        assertThat(calls).containsExactly("create", "append");
        for (int turn = 2; turn <= depth; turn++) {
            calls.clear();
            tip = engine.create(TENANT, next(tip, "q" + turn));
            assertThat(calls).containsExactly("lineage", "create", "append");
        }
        ResponsesEngine elsewhere = caching(CountedStore.over(store, calls));
        calls.clear();
        Response cold = elsewhere.create(TENANT, next(tip, "cold"));
        assertThat(calls).containsExactly("chain", "create", "append");
        List<Item> coldContext = last().context();
        calls.clear();
        elsewhere.create(TENANT, next(tip, "hot"));
        elsewhere.create(TENANT, next(cold, "hotter"));
        assertThat(calls).containsExactly("lineage", "create", "append", "lineage", "create", "append");
        engine.create(TENANT, next(tip, "cold"));
        assertThat(last().context().subList(0, 2 * depth))
                .isEqualTo(coldContext.subList(0, 2 * depth))
                .hasSize(2 * depth);
    }

    @Test
    void aChainSharesItsItemsWithTheOneThatItGoesOnFrom() {
        ResponsesEngine engine = caching(ResponseStore.inMemory());
        Response tip = chain(engine, 5);
        List<Item> five = last().context();
        engine.create(TENANT, next(tip, "q6"));
        List<Item> six = last().context();
        engine.create(TENANT, next(tip, "fork"));
        List<Item> fork = last().context();
        for (int i = 0; i < five.size(); i++) {
            assertThat(six.get(i)).isSameAs(five.get(i));
            assertThat(fork.get(i)).isSameAs(five.get(i));
        }
    }

    @Test
    void aTurnThatRanInTheBackgroundIsAtHandToo() {
        List<String> calls = new ArrayList<>();
        ResponsesEngine engine = caching(CountedStore.over(ResponseStore.inMemory(), calls));
        Response one = engine.create(TENANT, ask("q1"));
        ResponseRequest background = next(one, "q2").toBuilder()
                .instructions("orders")
                .background(true)
                .build();
        Response two = engine.stream(TENANT, background, EventSink.discard());
        // The worker that has ended it may still be about to remember it.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Gate.PATIENCE_SECONDS);
        do {
            calls.clear();
            engine.prepare(TENANT, next(two, "q3"), RunOptions.DEFAULT);
        } while (!calls.equals(List.of("lineage")) && System.nanoTime() < end);
        calls.clear();
        engine.create(TENANT, next(two, "q3"));
        assertThat(calls).containsExactly("lineage", "create", "append");
        assertThat(last().instructions()).isEqualTo("orders");
        assertThat(last().context())
                .extracting(item -> ((Message) item).text())
                .containsExactly("q1", "answer 1 \uD83D\uDE00", "q2", "answer 2 \uD83D\uDE00", "q3");
    }

    @Test
    void nothingIsKeptIfNothingShallBe() {
        List<String> calls = new ArrayList<>();
        ResponsesEngine engine = engine(CountedStore.over(ResponseStore.inMemory(), calls), 0);
        calls.clear();
        chain(engine, 3);
        assertThat(calls).containsExactly("create", "append", "chain", "create", "append", "chain", "create", "append");
    }

    @Test
    void aChainThatDoesNotFitIsReadWhole() {
        ResponseStore store = ResponseStore.inMemory();
        List<String> calls = new ArrayList<>();
        ResponsesEngine small = engine(CountedStore.over(store, calls), 2_000);
        Response tip = chain(small, 20);
        List<Item> context = last().context();
        assertThat(context).hasSize(39);
        calls.clear();
        small.create(TENANT, next(tip, "more"));
        assertThat(calls).containsExactly("chain", "create", "append");
        assertThat(last().context().subList(0, 39)).isEqualTo(context);
    }

    @Test
    void whatAnotherNodeHasDeletedIsGone() {
        ResponseStore store = ResponseStore.inMemory();
        ResponsesEngine engine = caching(store);
        ResponsesEngine other = caching(store);
        Response one = chain(engine, 1);
        Response two = engine.create(TENANT, next(one, "q2"));
        Response three = engine.create(TENANT, next(two, "q3"));
        Response fork = engine.create(TENANT, next(one, "r2"));
        other.delete(TENANT, two.id());
        unknown(engine, TENANT, three.id());
        unknown(engine, TENANT, two.id());
        engine.create(TENANT, next(fork, "r3"));
        other.delete(TENANT, one.id());
        unknown(engine, TENANT, fork.id());
    }

    @Test
    void anothersResponseIsUnknownWhoeverRemembersIt() {
        ResponseStore store = ResponseStore.inMemory();
        ResponsesEngine engine = caching(store);
        Response tip = chain(engine, 3);
        Tenant stranger = new Tenant("stranger");
        unknown(engine, stranger, tip.id());
        unknown(engine, stranger, new ResponseId("resp_of_nobody"));
        engine.create(TENANT, next(tip, "mine"));
    }

    @Test
    void anExpiredResponseCannotBeContinuedButRemainsAnAncestor() {
        ResponseStore store = ResponseStore.inMemory(engines.clock(), Duration.ofMinutes(5), 100);
        List<String> calls = new ArrayList<>();
        ResponsesEngine engine = caching(CountedStore.over(store, calls));
        Response one = chain(engine, 1);
        engines.clock().advance(Duration.ofMinutes(3));
        Response two = engine.create(TENANT, next(one, "q2"));
        engines.clock().advance(Duration.ofMinutes(3));
        unknown(engine, TENANT, one.id());
        calls.clear();
        engine.create(TENANT, next(two, "q3"));
        assertThat(last().context()).hasSize(5);
        // The attempt to continue the first one has shown that it is no longer to be had.
        assertThat(calls).containsExactly("chain", "create", "append");
    }

    @Test
    void whatNobodyAsksForIsForgotten() {
        List<String> calls = new ArrayList<>();
        ResponsesEngine engine = caching(CountedStore.over(ResponseStore.inMemory(), calls));
        Response tip = chain(engine, 3);
        engines.clock().advance(Duration.ofMinutes(9));
        tip = engine.create(TENANT, next(tip, "q4"));
        engines.clock().advance(Duration.ofMinutes(9));
        calls.clear();
        tip = engine.create(TENANT, next(tip, "q5"));
        assertThat(calls).containsExactly("lineage", "create", "append");
        engines.clock().advance(Duration.ofMinutes(11));
        calls.clear();
        engine.create(TENANT, next(tip, "q6"));
        assertThat(calls).containsExactly("chain", "create", "append");
    }

    private static void unknown(ResponsesEngine engine, Tenant tenant, ResponseId id) {
        ResponseRequest request =
                ResponseRequest.builder("m", "q").previousResponseId(id).build();
        assertThatThrownBy(() -> engine.create(tenant, request))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("previous_response_not_found");
                    assertThat(e.getMessage()).isEqualTo("Previous response with id '" + id + "' not found.");
                });
    }

    /**
     * Nodes that remember much, little and nothing, over one store in which chains grow, fork, expire and are deleted: whatever is asked,
     * all give the model the same, or refuse it in the same words.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyNodeShowsTheSame(long seed) {
        Random random = new Random(seed);
        ResponseStore store = ResponseStore.inMemory(engines.clock(), Duration.ofMinutes(20), 10_000);
        ResponsesEngine uncached = engine(store, 0);
        List<ResponsesEngine> nodes = List.of(caching(store), caching(store), engine(store, 6_000));
        List<Tenant> tenants = List.of(TENANT, new Tenant("b"));
        List<Known> known = new ArrayList<>();
        Set<String> outcomes = new HashSet<>();
        for (int step = 0; step < 300; step++) {
            Known previous = known.isEmpty() || random.nextInt(10) == 0
                    ? null
                    : known.get(Math.max(0, known.size() - 1 - random.nextInt(12)));
            Tenant tenant =
                    previous == null || random.nextInt(15) == 0 ? tenants.get(random.nextInt(2)) : previous.tenant();
            ResponseRequest request = request(random, previous);
            ResponseRequest asked = request.toBuilder().store(false).build();
            Map<String, Object> expected = outcome(uncached, tenant, asked);
            for (ResponsesEngine node : nodes) {
                assertThat(outcome(node, tenant, asked)).isEqualTo(expected);
            }
            outcomes.addAll(expected.keySet());
            ResponsesEngine chosen = nodes.get(random.nextInt(3));
            if (expected.containsKey("context")) {
                known.add(new Known(tenant, chosen.create(tenant, request)));
            }
            if (random.nextInt(12) == 0 && !known.isEmpty()) {
                Known gone = known.get(random.nextInt(known.size()));
                delete(chosen, gone);
            }
            engines.clock().advance(Duration.ofSeconds(random.nextInt(60)));
        }
        assertThat(outcomes).isEqualTo(new TreeSet<>(List.of("context", "instructions", "refused")));
    }

    private record Known(Tenant tenant, Response response) {}

    private static void delete(ResponsesEngine engine, Known gone) {
        try {
            engine.delete(gone.tenant(), gone.response().id());
        } catch (ResponsesException before) {
            assertThat(before.text()).contains(gone.response().id().value());
        }
    }

    private Map<String, Object> outcome(ResponsesEngine engine, Tenant tenant, ResponseRequest request) {
        try {
            engine.create(tenant, request);
            return new TreeMap<>(
                    Map.of("context", last().context(), "instructions", String.valueOf(last().instructions())));
        } catch (InvalidRequestException e) {
            return new TreeMap<>(Map.of("refused", e.code() + " " + e.param() + " " + e.getMessage()));
        }
    }

    private static ResponseRequest request(Random random, Known previous) {
        List<Item> items = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            items.add(random.nextBoolean() ? Message.system("order " + i) : Message.developer("wish " + i));
        }
        items.add(Message.user("question \u00e9 \uD83D\uDE00 " + random.nextInt(100)));
        switch (random.nextInt(4)) {
            case 0 -> {
                items.add(item("{'type':'function_call','call_id':'c','name':'f','arguments':'{}','x':1.50}"));
                items.add(item("{'type':'function_call_output','call_id':'c','output':'4','y':[null,1e3,{'z':0.1}]}"));
            }
            case 1 -> items.add(item("{'type':'reasoning','summary':[],'encrypted_content':'opaque'}"));
            case 2 -> items.add(item("{'type':'odd','n':12345678901234567890,'t':'\\u0000 \\ud83d'}"));
            default -> {
                // The message alone.
            }
        }
        // With ids of their own, so that every node calls them the same.
        List<Item> named = new ArrayList<>();
        items.forEach(item -> named.add(item.withId("own_" + random.nextInt(Integer.MAX_VALUE))));
        ResponseRequest.Builder request = ResponseRequest.builder("m", named);
        if (previous != null) {
            request.previousResponseId(previous.response().id());
        }
        if (random.nextInt(5) == 0) {
            request.instructions(random.nextBoolean() ? "" : "orders " + random.nextInt(9));
        }
        return request.build();
    }
}
