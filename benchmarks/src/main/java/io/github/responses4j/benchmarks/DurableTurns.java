package io.github.responses4j.benchmarks;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a durable store costs: commits of a turn and of a streamed event, processor time of a turn with the store and without, how a turn
 * grows with the length of its chain, and reading a history of 100 turns beside the least that the same database can do.
 *
 * <pre>DurableTurns sqlite|sqlite-normal|postgres [folder] [rounds] [commits,turn,growth,history]</pre>
 *
 * <p>A turn is 1.4 kB: a question of 210 characters and an answer of 1,000 in 20 deltas. The model is in the same process and writes the
 * context down. One thread; rounds alternate between what is compared. Prints JSON lines: medians, in microseconds. {@code cpu} is of the
 * calling thread, on which everything happens but the collector's work and the compiler's.
 */
public final class DurableTurns {
    private static final String QUESTION = "say something please ".repeat(10);
    private static final int DEPTH = 100;
    private static final int BLOCK = 300;
    /** Blocks until the compiler has done what it will do. */
    private static final int WARM_UP = 30;

    private static final int CHAINS = 6;

    private final BenchStore database;
    private final Figures figures;
    private final int rounds;
    private final ResponsesEngine caching;
    private final ResponsesEngine reading;

    private DurableTurns(BenchStore database, int rounds) {
        this.database = database;
        this.figures = new Figures(database.name());
        this.rounds = rounds;
        this.caching = engine(database.store(), new PlainModel(20, 0), Limits.DEFAULT.contextCache());
        this.reading = engine(database.store(), new PlainModel(20, 0), 0);
    }

    /** Measures one store. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args.length > 1 ? args[1] : "target/bench");
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 9;
        try (BenchStore database = BenchStore.open(args[0], folder)) {
            DurableTurns turns = new DurableTurns(database, rounds);
            List<String> parts = List.of((args.length > 3 ? args[3] : "commits,turn,growth,history").split(",", -1));
            if (parts.contains("commits")) {
                turns.commits();
            }
            if (parts.contains("turn")) {
                turns.turn();
            }
            if (parts.contains("growth")) {
                turns.growth();
            }
            if (parts.contains("history")) {
                turns.history();
            }
            turns.caching.close();
            turns.reading.close();
        }
    }

    private static ResponsesEngine engine(ResponseStore store, Backend model, long cache) {
        return ResponsesEngine.builder()
                .backend(model)
                .store(store)
                .limits(Limits.DEFAULT.withContextCache(cache))
                .build();
    }

    private static ResponseRequest.Builder ask(@Nullable ResponseId previous) {
        ResponseRequest.Builder request = ResponseRequest.builder("m", QUESTION);
        if (previous != null) {
            request.previousResponseId(previous);
        }
        return request;
    }

    private static Response chain(ResponsesEngine engine, int depth) {
        Response last = engine.create(Tenant.SINGLE, ask(null).build());
        for (int turn = 2; turn <= depth; turn++) {
            last = engine.create(Tenant.SINGLE, ask(last.id()).build());
        }
        return last;
    }

    /** Commits and statements of a plain turn, of one of 200 deltas, and of loading a chain. */
    private void commits() {
        CountedPool pool = database.pool();
        pool.countKept(true);
        chain(caching, 2);
        Map<String, Double> counted = new LinkedHashMap<>();
        counted.put("commits_per_turn", counts(pool::commits, caching, false));
        counted.put("statements_per_turn", counts(pool::statements, caching, false));
        try (ResponsesEngine wordy = engine(database.store(), new PlainModel(200, 0), 0)) {
            counted.put("commits_per_streamed_turn", counts(pool::commits, wordy, true));
        }
        counted.put(
                "commits_per_event",
                (counted.get("commits_per_streamed_turn") - counted.get("commits_per_turn")) / 200);
        for (int depth : new int[] {10, DEPTH}) {
            ResponseId tip = chain(caching, depth).id();
            for (ResponsesEngine engine : List.of(reading, caching)) {
                long statements = pool.statements();
                engine.prepare(Tenant.SINGLE, ask(tip).build(), RunOptions.DEFAULT);
                counted.put(
                        "statements_chain_" + depth + (engine == reading ? "_cold" : "_hot"),
                        (double) pool.statements() - statements);
            }
        }
        pool.countKept(false);
        figures.print("commits", counted);
    }

    /** What a turn adds to a count, as a rule: now and then the engine renews leases meanwhile. */
    private static double counts(LongSupplier count, ResponsesEngine engine, boolean streamed) {
        List<Double> turns = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            long before = count.getAsLong();
            if (streamed) {
                engine.stream(Tenant.SINGLE, ask(null).build(), EventSink.discard());
            } else {
                engine.create(Tenant.SINGLE, ask(null).build());
            }
            turns.add((double) count.getAsLong() - before);
        }
        return Figures.median(turns);
    }

    /** A turn with the store, the same without, and one commit of one row. */
    private void turn() throws SQLException {
        try (StoreMicro micro = new StoreMicro(database.pool(), 1)) {
            for (int round = -WARM_UP; round < rounds; round++) {
                double kept =
                        block(() -> caching.create(Tenant.SINGLE, ask(null).build()));
                double unkept = block(() ->
                        caching.create(Tenant.SINGLE, ask(null).store(false).build()));
                double commit = block(micro::commit);
                if (round >= 0) {
                    figures.add("cpu_with", kept);
                    figures.add("cpu_without", unkept);
                    figures.add("cpu_difference", kept - unkept);
                    figures.add("cpu_micro_commit", commit);
                    figures.add("difference_to_micro", (kept - unkept) / commit);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        figures.printMedians(
                "turn", "cpu_with", "cpu_without", "cpu_difference", "cpu_micro_commit", "difference_to_micro");
    }

    /** Something that is measured. */
    private interface Step {
        void run() throws SQLException, IOException;
    }

    private static double block(Step step) throws SQLException, IOException {
        double before = Figures.threadMicros();
        for (int i = 0; i < BLOCK; i++) {
            step.run();
        }
        return (Figures.threadMicros() - before) / BLOCK;
    }

    /** How a turn grows with its chain: kept here and at hand, kept here and read, kept by the client and sent. */
    private void growth() {
        for (int round = -2; round < CHAINS; round++) {
            String chain = round < 0 ? "warm-up " : "";
            chained(caching, chain + "hot");
            chained(reading, chain + "cold");
            sent(chain + "sent");
        }
        for (String way : List.of("hot", "cold", "sent")) {
            Map<String, Double> grown = new LinkedHashMap<>();
            for (String unit : List.of("wall", "cpu")) {
                double first = around(way, unit, 4);
                for (int depth : new int[] {50, DEPTH - 2}) {
                    double turn = around(way, unit, depth);
                    grown.put(unit + "_at_" + depth, turn);
                    grown.put(unit + "_per_earlier_turn_at_" + depth, (turn - first) / (depth - 4));
                }
            }
            figures.print("growth " + way, grown);
        }
    }

    /** The median of the turns beside a depth. */
    private double around(String way, String unit, int depth) {
        List<Double> near = new ArrayList<>();
        for (int turn = depth - 2; turn <= depth + 2; turn++) {
            near.addAll(figures.all(way + " " + unit + " " + turn));
        }
        return Figures.median(near);
    }

    private void chained(ResponsesEngine engine, String way) {
        ResponseId last = null;
        for (int turn = 1; turn <= DEPTH; turn++) {
            ResponseRequest request = ask(last).build();
            last = timed(engine, request, way, turn).id();
        }
    }

    private void sent(String way) {
        List<Item> history = new ArrayList<>();
        for (int turn = 1; turn <= DEPTH; turn++) {
            history.add(Message.user(QUESTION));
            ResponseRequest request =
                    ResponseRequest.builder("m", history).store(false).build();
            history.addAll(timed(caching, request, way, turn).output());
        }
    }

    private Response timed(ResponsesEngine engine, ResponseRequest request, String way, int turn) {
        double cpu = Figures.threadMicros();
        long wall = System.nanoTime();
        Response response = engine.create(Tenant.SINGLE, request);
        figures.add(way + " wall " + turn, (System.nanoTime() - wall) / 1e3);
        figures.add(way + " cpu " + turn, Figures.threadMicros() - cpu);
        return response;
    }

    /** Getting ready to go on after 100 turns, read and at hand, beside reading a row a turn. */
    private void history() throws SQLException, IOException {
        ResponseRequest request = ask(chain(caching, DEPTH).id()).build();
        ResponseRequest first = ask(null).build();
        try (StoreMicro micro = new StoreMicro(database.pool(), DEPTH)) {
            for (int round = -100; round < 40 * rounds; round++) {
                String name = round < 0 ? "warm-up " : "";
                measure(name + "cold", () -> reading.prepare(Tenant.SINGLE, request, RunOptions.DEFAULT));
                measure(name + "hot", () -> caching.prepare(Tenant.SINGLE, request, RunOptions.DEFAULT));
                measure(name + "none", () -> caching.prepare(Tenant.SINGLE, first, RunOptions.DEFAULT));
                measure(name + "micro", micro::history);
            }
        }
        for (String unit : List.of("wall", "cpu")) {
            double micro = figures.median("micro " + unit);
            double none = figures.median("none " + unit);
            Map<String, Double> load = new LinkedHashMap<>();
            load.put("micro", micro);
            for (String way : List.of("cold", "hot")) {
                double loaded = figures.median(way + " " + unit) - none;
                load.put(way, loaded);
                load.put(way + "_to_micro", loaded / micro);
            }
            figures.print("history of " + DEPTH + ", " + unit, load);
        }
    }

    private void measure(String name, Step step) throws SQLException, IOException {
        double cpu = Figures.threadMicros();
        long wall = System.nanoTime();
        step.run();
        figures.add(name + " wall", (System.nanoTime() - wall) / 1e3);
        figures.add(name + " cpu", Figures.threadMicros() - cpu);
    }
}
