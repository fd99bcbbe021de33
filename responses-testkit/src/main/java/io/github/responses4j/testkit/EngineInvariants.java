package io.github.responses4j.testkit;

import io.github.responses4j.codec.EventReader;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.stream.ResponseFold;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes engines for a test, records their runs, and checks after the test what holds for every run:
 *
 * <ul>
 *   <li>the events keep the grammar of the wire ({@link StreamInvariants}) and survive being written and read;
 *   <li>folding the events gives the response that the run returned, and the store has the same one if the request wants it kept;
 *   <li>nothing was logged as a warning or an error that the test did not announce by {@link #expectLog};
 *   <li>once the engines are closed, none of their threads is left.
 * </ul>
 *
 * <p>Register it as a field that is no static one: {@code @RegisterExtension final EngineInvariants engines = new EngineInvariants();}.
 * Logging is seen if SLF4J writes to {@code java.util.logging}, as {@code slf4j-jdk14} makes it. May be used from any thread.
 */
public final class EngineInvariants implements BeforeEachCallback, AfterEachCallback {
    /** The time at which the clock stands unless a test moves it. */
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final SequentialIds ids = new SequentialIds();
    private final LogWatch logs = new LogWatch();
    private final List<ResponsesEngine> engines = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private final Duration patience;
    private List<Thread> before = List.of();

    /** An extension for one test class; waits ten seconds for the threads of a closed engine. */
    public EngineInvariants() {
        this(Duration.ofSeconds(10));
    }

    EngineInvariants(Duration patience) {
        this.patience = patience;
    }

    /** The clock of the engines. */
    public SettableClock clock() {
        return clock;
    }

    /** Announces a warning or error that contains a text; not logging it fails the test. */
    public void expectLog(String piece) {
        logs.expect(piece);
    }

    /** An engine with its own store in memory, a clock that stands, and ids that count; {@code more} adds backends, tools and limits. */
    public ResponsesEngine engine(UnaryOperator<ResponsesEngine.Builder> more) {
        ResponsesEngine.Builder builder = ResponsesEngine.builder()
                .store(ResponseStore.inMemory())
                .clock(clock)
                .ids(ids);
        return closing(more.apply(builder).build());
    }

    /** Closes an engine after the test, if the test has not. */
    public synchronized ResponsesEngine closing(ResponsesEngine engine) {
        engines.add(engine);
        return engine;
    }

    /** Carries a request out for {@link Tenant#SINGLE} and has the run checked after the test. */
    public RecordedRun run(ResponsesEngine engine, ResponseRequest request) {
        return run(engine, Tenant.SINGLE, request, new Cancellation(), new EventRecorder());
    }

    /** Carries a request out and has the run checked after the test. */
    public RecordedRun run(
            ResponsesEngine engine,
            Tenant tenant,
            ResponseRequest request,
            Cancellation cancellation,
            EventRecorder recorder) {
        return run(engine.prepare(tenant, request, RunOptions.DEFAULT), cancellation, recorder, stored -> {
            if (request.store()) {
                Response kept = engine.retrieve(tenant, stored.id());
                same("the stored response", kept.json(), stored.json());
            }
        });
    }

    /** As the others, for a run whose response is not to be found afterwards, because it was deleted or its store had failed. */
    public RecordedRun runUnkept(ResponseRun run, Cancellation cancellation, EventRecorder recorder) {
        return run(run, cancellation, recorder, response -> {});
    }

    private RecordedRun run(
            ResponseRun run, Cancellation cancellation, EventRecorder recorder, Consumer<Response> store) {
        Response response = run.execute(recorder, cancellation);
        RecordedRun recorded =
                new RecordedRun(response, recorder, run.rejection().orElse(null), run.warnings());
        synchronized (this) {
            checks.add(() -> {
                checkEvents(recorded);
                store.accept(response);
            });
        }
        return recorded;
    }

    private static void checkEvents(RecordedRun run) {
        boolean cancelled = run.response().status() == ResponseStatus.CANCELLED;
        StreamOptions options =
                cancelled ? StreamOptions.strict().tolerating(Tolerance.CUT_OFF) : StreamOptions.strict();
        StreamInvariants.check(run.events().json(), options);
        ResponseFold fold = new ResponseFold();
        for (ResponseEvent event : run.events().events()) {
            ResponseEvent again = EventReader.read(JsonObject.parse(event.json().toAscii()));
            same("the event " + event.type() + ", written and read", again.json(), event.json());
            fold.accept(event);
        }
        if (cancelled) {
            // What a cancelled run still had to say was not heard.
            return;
        }
        StreamInvariants.assertFoldEquals(
                run.events().json(), run.response().json().toNode());
        same("the folded response", fold.response().json(), run.response().json());
    }

    private static void same(String what, JsonObject actual, JsonObject expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError(what + " is\n" + actual + "\nbut should be\n" + expected);
        }
    }

    @Override
    public synchronized void beforeEach(ExtensionContext context) {
        before = List.copyOf(engineThreads());
        logs.start();
    }

    @Override
    public synchronized void afterEach(ExtensionContext context) throws InterruptedException {
        try {
            if (context.getExecutionException().isPresent()) {
                return;
            }
            checks.forEach(Runnable::run);
            if (!logs.complaints().isEmpty()) {
                throw new AssertionError(String.join("\n", logs.complaints()));
            }
        } finally {
            engines.forEach(ResponsesEngine::close);
            logs.stop();
        }
        for (Thread thread : engineThreads()) {
            if (!before.contains(thread)) {
                thread.join(patience.toMillis());
                if (thread.isAlive()) {
                    throw new AssertionError("a thread is left: " + thread.getName());
                }
            }
        }
    }

    /** The platform threads of engines; virtual ones cannot be listed. */
    private static List<Thread> engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Objects::nonNull)
                .filter(thread -> thread.getName().startsWith("responses-"))
                .toList();
    }
}
