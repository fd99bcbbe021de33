package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.ModelEvent.UsageReported;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.ResponseStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A server with a backend of the test's, on a free port. Times and ids are always the same. */
final class TestServer implements AutoCloseable {
    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private static final int PATIENCE_SECONDS = 30;

    private final ResponsesEngine engine;
    private final ResponsesHandler handler;
    private final ResponsesHttpServer server;

    private TestServer(
            ResponsesEngine engine, ResponsesHandler handler, UnaryOperator<ResponsesHttpServer.Builder> settings) {
        this.engine = engine;
        this.handler = handler;
        this.server = settings.apply(ResponsesHttpServer.builder(handler).port(0))
                .build()
                .start();
    }

    static TestServer of(Backend backend) {
        return of(backend, handler -> handler);
    }

    static TestServer of(Backend backend, UnaryOperator<ResponsesHandler.Builder> settings) {
        return of(engine(backend).build(), settings, server -> server);
    }

    static TestServer of(
            ResponsesEngine engine,
            UnaryOperator<ResponsesHandler.Builder> handler,
            UnaryOperator<ResponsesHttpServer.Builder> server) {
        return new TestServer(
                engine, handler.apply(ResponsesHandler.builder(engine)).build(), server);
    }

    static ResponsesEngine.Builder engine(Backend backend) {
        AtomicInteger next = new AtomicInteger();
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return ResponsesEngine.builder()
                .backend(backend)
                .store(ResponseStore.inMemory(
                        clock, ResponseStore.IN_MEMORY_TIME_TO_LIVE, ResponseStore.IN_MEMORY_MAX_RESPONSES))
                .clock(clock)
                .ids(prefix -> prefix + "_" + next.getAndIncrement());
    }

    /** A backend that says some pieces of text, all at once. */
    static Backend saying(String... pieces) {
        return (request, sink, cancellation) -> say(sink, pieces);
    }

    static void say(ModelEventSink sink, String... pieces) {
        for (String piece : pieces) {
            sink.accept(new TextDelta(piece));
        }
        sink.accept(new Stopped(StopReason.DONE));
        sink.accept(new UsageReported(Usage.of(3, pieces.length)));
        sink.flush();
    }

    /** A backend that speaks until it is cancelled, in pieces of so many characters. */
    static Backend endless(int characters, CountDownLatch cancelled) {
        String piece = "x".repeat(characters);
        return (request, sink, cancellation) -> {
            cancellation.onCancel(cancelled::countDown);
            while (!cancellation.isCancelled()) {
                sink.accept(new TextDelta(piece));
                sink.flush();
            }
        };
    }

    int port() {
        return server.port();
    }

    ResponsesEngine engine() {
        return engine;
    }

    ResponsesHandler handler() {
        return handler;
    }

    ResponsesHttpServer server() {
        return server;
    }

    Wire connect() {
        return new Wire(port());
    }

    Answer get(String path, String... headers) {
        return Wire.ask(port(), "GET", path, "", headers);
    }

    Answer post(String body, String... headers) {
        return Wire.ask(port(), "POST", "/v1/responses", body, headers);
    }

    /** A request with a JSON body, which may be empty. */
    Answer ask(String method, String path, String body, String... headers) {
        return Wire.ask(port(), method, path, body, headers);
    }

    /** Reads a response until it has ended. */
    JsonNode ended(String id) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            JsonNode response = get("/v1/responses/" + id).json();
            if (!List.of("queued", "in_progress")
                    .contains(response.get("status").asText())) {
                return response;
            }
            assertThat(System.nanoTime()).as("%s", response).isLessThan(deadline);
        }
    }

    @Override
    public void close() {
        server.close();
        engine.close();
    }
}
