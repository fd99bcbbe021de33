package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.jdbc.JdbcResponseStore;
import io.github.responses4j.store.jdbc.JdbcStoreOptions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** G4, C5, C7, C8: who may write what, when several stores on one database are asked at once. */
class LeaseTest {
    private static final int THREADS = 4;

    /** Jobs for two nodes, some of whose workers stand still for longer than their lease. */
    @Test
    void g4_everyJobIsDoneOnce() throws SQLException {
        int jobs = Column.of("jobs");
        String url = Database.POSTGRES.create();
        try (Connections here = new Connections(url);
                Connections there = new Connections(url)) {
            List<ResponseStore> stores = List.of(JdbcResponseStore.open(here), JdbcResponseStore.open(there));
            AtomicInteger next = new AtomicInteger();
            Timing.atOnce(8, () -> {
                for (int n = next.getAndIncrement(); n < jobs; n = next.getAndIncrement()) {
                    stores.get(n % 2).create(Drafts.background("resp_" + n));
                }
                return null;
            });
            Map<String, Integer> claims = new ConcurrentHashMap<>();
            Map<String, Integer> ends = new ConcurrentHashMap<>();
            AtomicInteger stale = new AtomicInteger();
            List<Callable<Void>> workers = new ArrayList<>();
            for (int i = 0; i < 2 * THREADS; i++) {
                ResponseStore store = stores.get(i % 2);
                NodeId node = new NodeId("node_" + i);
                Random random = new Random(Column.seed() + i);
                workers.add(() -> {
                    while (ends.size() < jobs) {
                        work(store, node, random, claims, ends, stale);
                    }
                    return null;
                });
            }
            Timing.all(workers);
            assertThat(ends).hasSize(jobs);
            assertThat(ends.values()).containsOnly(1);
            Column.report("G4: " + jobs + " jobs, "
                    + claims.values().stream().mapToInt(n -> n).sum() + " claims, " + stale.get()
                    + " ends of stale owners refused, 0 jobs ended twice");
            assertThat(stale.get()).isPositive();
        }
    }

    private static void work(
            ResponseStore store,
            NodeId node,
            Random random,
            Map<String, Integer> claims,
            Map<String, Integer> ends,
            AtomicInteger stale) {
        Duration ttl = Duration.ofSeconds(2);
        long asked = System.nanoTime();
        List<Claim> taken = store.claim(node, 10, ttl);
        if (taken.isEmpty()) {
            Timing.pause(20);
        }
        // Some stand still, all that they have taken with them.
        if (!taken.isEmpty() && random.nextInt(50) == 0) {
            Timing.pause(2_500);
        }
        for (Claim claim : taken) {
            String id = claim.lease().id().value();
            int before = claims.merge(id, 1, Integer::sum);
            Append end =
                    new Append(claim.response().lastSeq(), List.of(), List.of(), Drafts.end(ResponseStatus.COMPLETED));
            Append.Result result = store.append(claim.lease(), end);
            boolean inTime = Timing.millisSince(asked) < ttl.toMillis() / 2;
            if (result == Append.Result.OK) {
                ends.merge(id, 1, Integer::sum);
            } else {
                assertThat(inTime && before == 1)
                        .as("a job was claimed twice: %s", id)
                        .isFalse();
                stale.incrementAndGet();
            }
        }
    }

    @Test
    void c5_aCancelAndAnEndHaveOneWinner() {
        int races = Column.of("races");
        int cancelled = 0;
        try (ResponseStore store = ResponseStore.inMemory()) {
            for (int n = 0; n < races; n++) {
                cancelled += race(store, "resp_" + n) ? 1 : 0;
            }
        }
        Column.report("C5 in memory: " + races + " races, " + cancelled + " won by the cancel");
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void c5_aCancelAndAnEndHaveOneWinnerInADatabase(Database kind) throws SQLException {
        int races = Math.max(20, Column.of("races") / 50);
        int cancelled = 0;
        try (Connections source = new Connections(kind.create());
                ResponseStore store = JdbcResponseStore.open(source)) {
            for (int n = 0; n < races; n++) {
                cancelled += race(store, "resp_" + n) ? 1 : 0;
            }
        }
        Column.report("C5 " + kind + ": " + races + " races, " + cancelled + " won by the cancel");
    }

    /** One race; says whether the cancel won. */
    private static boolean race(ResponseStore store, String name) {
        ResponseId id = new ResponseId(name);
        Created created = store.create(Drafts.response(name, false, new NodeId("node"), null, null));
        Append end = new Append(-1, Drafts.events(-1, 2, "w"), List.of(), Drafts.end(ResponseStatus.COMPLETED));
        Future<Cancelled> cancelling = Timing.later(() -> store.cancel(Drafts.TENANT, id));
        Append.Result ended = store.append(created.lease(), end);
        Cancelled cancelled = Timing.result(cancelling);
        boolean won = cancelled == Cancelled.CANCELLED;
        assertThat(ended).isEqualTo(won ? Append.Result.FENCED : Append.Result.OK);
        StoredResponse stored = store.find(Drafts.TENANT, id).orElseThrow();
        assertThat(stored.status()).isEqualTo(won ? ResponseStatus.CANCELLED : ResponseStatus.COMPLETED);
        Tail log = store.tail(Drafts.TENANT, id, -1, 10).orElseThrow();
        assertThat(log.status()).isEqualTo(stored.status());
        assertThat(log.events()).hasSize(won ? 0 : 2);
        return won;
    }

    /** A node whose clock is wrong, beside one whose clock is right: it takes no run from it, and forgets nothing early. */
    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H"})
    void c8_aNodeWhoseClockIsWrongTakesNothing(Duration off) throws SQLException {
        String url = Database.POSTGRES.create();
        JdbcStoreOptions options = JdbcStoreOptions.DEFAULT.withTimeToLive(Duration.ofMinutes(30));
        AtomicInteger askedHere = new AtomicInteger();
        AtomicInteger askedThere = new AtomicInteger();
        try (Connections here = new Connections(url);
                Connections there = new Connections(url);
                ResponseStore one = JdbcResponseStore.open(here, options);
                ResponseStore other = JdbcResponseStore.open(there, options);
                ResponsesEngine right = engine(one, Clock.systemUTC(), askedHere);
                ResponsesEngine wrong = engine(other, Clock.offset(Clock.systemUTC(), off), askedThere)) {
            Response mine = wrong.create(Drafts.TENANT, background("text:1:0:a"));
            ended(right, mine);
            assertThat(askedHere.get() + askedThere.get()).isEqualTo(1);
            // Whichever of them has it, the other looks for what is free twenty times a second.
            Response run = right.create(Drafts.TENANT, background("text:8:400:b"));
            assertThat(ended(wrong, run).outputText()).isEqualTo("b-0 b-1 b-2 b-3 b-4 b-5 b-6 b-7 ");
            assertThat(askedHere.get() + askedThere.get()).isEqualTo(2);
            // An hour on it would be gone, by the clock of the wrong one.
            assertThat(other.sweep(10)).isZero();
            for (Response kept : List.of(mine, run)) {
                assertThat(wrong.retrieve(Drafts.TENANT, kept.id()).status()).isEqualTo(ResponseStatus.COMPLETED);
                assertThat(right.retrieve(Drafts.TENANT, kept.id()).status()).isEqualTo(ResponseStatus.COMPLETED);
            }
        }
    }

    private static ResponsesEngine engine(ResponseStore store, Clock clock, AtomicInteger asked) {
        ScriptModel model = new ScriptModel();
        return ResponsesEngine.builder()
                .store(store)
                .clock(clock)
                .limits(Limits.DEFAULT.withBackground(BackgroundLimits.DEFAULT
                        .withLease(Duration.ofSeconds(30))
                        .withPoll(Duration.ofMillis(50))))
                .backend((request, sink, cancellation) -> {
                    asked.incrementAndGet();
                    model.sample(request, sink, cancellation);
                })
                .build();
    }

    private static ResponseRequest background(String script) {
        return ResponseRequest.builder("m", script)
                .set("background", BooleanNode.TRUE)
                .build();
    }

    private static Response ended(ResponsesEngine engine, Response begun) {
        Timing.until(
                "it ends",
                () -> engine.retrieve(Drafts.TENANT, begun.id()).status().isTerminal());
        return engine.retrieve(Drafts.TENANT, begun.id());
    }

    /** Leases are told by the clock of the database: what a node believes of the time takes no lease from another. */
    @Test
    void c8_aClockThatIsWrongStealsNothing() throws SQLException {
        String url = Database.POSTGRES.create();
        try (Connections here = new Connections(url);
                Connections there = new Connections(url);
                ResponseStore one = JdbcResponseStore.open(here, JdbcStoreOptions.DEFAULT);
                ResponseStore other = JdbcResponseStore.open(there, JdbcStoreOptions.DEFAULT)) {
            one.create(Drafts.background("resp_1"));
            assertThat(one.claim(new NodeId("here"), 1, Duration.ofSeconds(30))).hasSize(1);
            // The stores were given no clock, so there is none to be wrong: nothing is due for hours of this process.
            assertThat(other.claim(new NodeId("there"), 1, Duration.ofSeconds(30)))
                    .isEmpty();
            Database.execute(url, "ALTER ROLE postgres SET TIME ZONE 'Pacific/Kiritimati'");
            try (Connections elsewhere = new Connections(url);
                    ResponseStore third = JdbcResponseStore.open(elsewhere)) {
                // Another zone, as on the day on which the hour is put back, is no other time.
                assertThat(third.claim(new NodeId("elsewhere"), 1, Duration.ofSeconds(30)))
                        .isEmpty();
                StoredResponse seen =
                        third.find(Drafts.TENANT, new ResponseId("resp_1")).orElseThrow();
                assertThat(seen.createdAt())
                        .isEqualTo(one.find(Drafts.TENANT, new ResponseId("resp_1"))
                                .orElseThrow()
                                .createdAt());
            } finally {
                Database.execute(url, "ALTER ROLE postgres RESET TIME ZONE");
            }
        }
    }
}
