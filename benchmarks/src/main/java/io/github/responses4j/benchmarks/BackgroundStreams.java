package io.github.responses4j.benchmarks;

import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Many background streams at once, each followed while it runs: what an event costs, and how much of that is the store's.
 *
 * <pre>BackgroundStreams sqlite|sqlite-normal|postgres [folder] [rounds] [streams]</pre>
 *
 * <p>Two kinds: answers of 200 deltas as fast as they go, and of 100 deltas 20 ms apart. Rounds alternate between the database and a store
 * in memory. Prints JSON lines: medians; {@code cpu} is of the whole process and {@code server_cpu} of the database's own, per event.
 */
public final class BackgroundStreams {
    private final Figures figures;
    private final int streams;

    private BackgroundStreams(String store, int streams) {
        this.figures = new Figures(store);
        this.streams = streams;
    }

    /** Measures one store. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args.length > 1 ? args[1] : "target/bench");
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        BackgroundStreams bench = new BackgroundStreams(args[0], args.length > 3 ? Integer.parseInt(args[3]) : 64);
        try (BenchStore database = BenchStore.open(args[0], folder)) {
            for (PlainModel model : List.of(new PlainModel(200, 0), new PlainModel(100, 20))) {
                String what = model.pause() == 0 ? "burst" : "paced";
                bench.compare(database, model, what, rounds);
            }
        }
        System.exit(0);
    }

    private void compare(BenchStore database, PlainModel model, String what, int rounds) throws Exception {
        try (ResponsesEngine memory = engine(ResponseStore.inMemory(), model);
                ResponsesEngine kept = engine(database.store(), model)) {
            for (int round = -2; round < rounds; round++) {
                String name = round < 0 ? "warm-up " : what + " ";
                double free = round(memory, null, name + "memory ");
                double full = round(kept, database, name);
                if (round >= 0) {
                    figures.add(name + "share_of_store", 1 - free / full);
                }
            }
        }
        figures.printMedians(
                what + ", " + streams + " streams",
                what + " events_per_second",
                what + " cpu",
                what + " server_cpu",
                what + " memory cpu",
                what + " share_of_store",
                what + " commits_per_event",
                what + " statements_per_event");
    }

    private ResponsesEngine engine(ResponseStore store, PlainModel model) {
        return ResponsesEngine.builder()
                .backend(model)
                .store(store)
                .limits(Limits.DEFAULT.withBackground(BackgroundLimits.DEFAULT.withMaxRuns(streams)))
                .build();
    }

    /** One answer on each stream; gives the processor time of an event. */
    private double round(ResponsesEngine engine, @Nullable BenchStore database, String name)
            throws InterruptedException, ExecutionException, SQLException, IOException {
        AtomicLong events = new AtomicLong();
        double server = database == null ? 0 : database.serverCpuMicros();
        long commits = database == null ? 0 : database.pool().commits();
        long statements = database == null ? 0 : database.pool().statements();
        double cpu = Figures.processMicros();
        long start = System.nanoTime();
        ExecutorService callers = Executors.newFixedThreadPool(streams);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            running.add(callers.submit(() -> follow(engine, events)));
        }
        for (Future<?> one : running) {
            one.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double perEvent = (Figures.processMicros() - cpu) / events.get();
        callers.shutdown();
        figures.add(name + "cpu", perEvent);
        if (database != null) {
            figures.add(name + "events_per_second", events.get() / seconds);
            figures.add(name + "server_cpu", (database.serverCpuMicros() - server) / events.get());
            figures.add(name + "commits_per_event", (database.pool().commits() - commits) / (double) events.get());
            figures.add(
                    name + "statements_per_event", (database.pool().statements() - statements) / (double) events.get());
        }
        return perEvent;
    }

    private static void follow(ResponsesEngine engine, AtomicLong events) {
        ResponseRequest request = ResponseRequest.builder("m", "say something please")
                .background(true)
                .build();
        Response ended = engine.stream(Tenant.SINGLE, request, event -> events.incrementAndGet(), new Cancellation());
        if (ended.status() != ResponseStatus.COMPLETED) {
            throw new IllegalStateException("a stream ended as " + ended.status());
        }
    }
}
