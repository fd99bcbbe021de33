package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.tool.HostedTool;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting, stopping, being part of another server, and signs of life. */
class LifecycleTest {
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\"}";
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";
    private static final int PATIENCE_SECONDS = 20;

    @Test
    void aServerIsFiveLines() {
        try (ResponsesEngine engine = ResponsesEngine.builder()
                        .backend(TestServer.saying("Hi"))
                        .build();
                ResponsesHttpServer server =
                        ResponsesHttpServer.builder(engine).port(0).build().start()) {
            Answer answer = Wire.ask(server.port(), "POST", "/v1/responses", CREATE);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(server.uri()).hasToString("http://127.0.0.1:" + server.port());
        }
    }

    @Test
    void theHandlerLeavesOtherPathsToOtherHandlers() throws Exception {
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        try (ResponsesEngine engine = TestServer.engine(TestServer.saying("Hi")).build()) {
            jetty.setHandler(new Handler.Sequence(
                    ResponsesHandler.builder(engine).apiKey("k").build(), new HelloHandler()));
            jetty.start();
            int port = connector.getLocalPort();

            assertThat(Wire.ask(port, "GET", "/mine", "").text()).isEqualTo("hello");
            assertThat(Wire.ask(port, "POST", "/v1/responses", CREATE).status()).isEqualTo(401);
            assertThat(Wire.ask(port, "POST", "/v1/responses", CREATE, "Authorization: Bearer k")
                            .status())
                    .isEqualTo(200);
        } finally {
            jetty.stop();
        }
    }

    private static final class HelloHandler extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.write(true, ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)), callback);
            return true;
        }
    }

    @Test
    void aTakenPortIsAnError() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            ResponsesHttpServer second = ResponsesHttpServer.builder(server.engine())
                    .port(server.port())
                    .build();

            assertThatThrownBy(second::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseInstanceOf(BindException.class);
        }
    }

    @Test
    void stoppingLetsWhatRunsFinishAndRefusesWhatIsNew() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Backend backend = (request, sink, cancellation) -> {
            sink.accept(new TextDelta("first"));
            sink.flush();
            StreamTest.await(goOn);
            sink.accept(new TextDelta(" last"));
            sink.accept(new Stopped(StopReason.DONE));
        };
        try (TestServer server = TestServer.of(backend);
                Wire running = server.connect();
                Wire idle = server.connect()) {
            idle.request("GET", "/ready", "");
            assertThat(idle.answer().text()).isEqualTo("{\"status\":\"ready\"}");
            running.request("POST", "/v1/responses", STREAM).head();
            String stream = running.chunksUntil("\"delta\":\"first\"");
            // What a stop does first; the rest of it waits for this.
            CompletableFuture<Void> drained = server.handler().shutdown();

            Answer ready = server.get("/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.errorSummary()).isEqualTo("server_error|null|null");
            assertThat(server.get("/health").status()).isEqualTo(200);
            Answer refused = idle.request("POST", "/v1/responses", CREATE).answer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(refused.header("connection")).isEqualTo("close");
            assertThat(drained).isNotDone();

            int port = server.port();
            CompletableFuture<Void> stopped =
                    CompletableFuture.runAsync(() -> server.server().stop());
            goOn.countDown();
            stream += running.chunksUntil("data: [DONE]\n\n");
            stopped.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            StreamInvariants.checkSse(
                    stream.getBytes(StandardCharsets.UTF_8),
                    StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED));
            assertThatThrownBy(() -> new Wire(port)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void stoppingCancelsWhatDoesNotFinish() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Backend endless = (request, sink, cancellation) -> {
            sink.accept(new TextDelta("first"));
            sink.flush();
            cancellation.onCancel(cancelled::countDown);
            started.countDown();
            StreamTest.await(cancelled);
        };
        try (TestServer server = TestServer.of(
                        TestServer.engine(endless).build(),
                        handler -> handler,
                        http -> http.stopTimeout(Duration.ofMillis(100)));
                Wire running = server.connect()) {
            running.request("POST", "/v1/responses", STREAM);
            StreamTest.await(started);
            server.server().stop();

            assertThat(cancelled.getCount()).isZero();
            Answer answer = running.answer();
            assertThat(answer.text()).contains("\"first\"").doesNotContain("[DONE]");
            List<String> types = answer.eventTypes();
            assertThat(types).endsWith("response.output_text.delta", "error").containsOnlyOnce("error");
            JsonNode error = Json.read(answer.frames().get(types.size() - 1).data());
            assertThat(error.get("message").asText()).isEqualTo("The server is stopping.");
            assertThat(error.get("sequence_number").asInt()).isEqualTo(types.size() - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CREATE, STREAM})
    void whatHasNotBegunWhenTheServerStopsMayBeTriedElsewhere(String create) {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Backend silent = (request, sink, cancellation) -> {
            cancellation.onCancel(cancelled::countDown);
            started.countDown();
            StreamTest.await(cancelled);
        };
        try (TestServer server = TestServer.of(
                        TestServer.engine(silent).build(),
                        handler -> handler,
                        http -> http.stopTimeout(Duration.ofMillis(100)));
                Wire running = server.connect()) {
            running.request("POST", "/v1/responses", create);
            StreamTest.await(started);
            server.server().stop();

            Answer answer = running.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.header("x-should-retry")).isNull();
            assertThat(answer.error().get("message").asText()).isEqualTo("The server is stopping.");
        }
    }

    /** C11: a client that tries again by itself would call the tool a second time. */
    @Test
    void whatHasHadEffectsIsNotTriedElsewhere() {
        CountDownLatch begun = new CountDownLatch(1);
        Backend calling = (request, sink, cancellation) -> {
            if (request.context().size() == 1) {
                sink.accept(new ModelEvent.CallStarted("call_1", "pay"));
                sink.accept(new ModelEvent.CallDelta("call_1", "{}"));
                sink.accept(new ModelEvent.CallEnded("call_1"));
                sink.accept(new Stopped(StopReason.TOOL_CALLS));
                return;
            }
            CountDownLatch cancelled = new CountDownLatch(1);
            cancellation.onCancel(cancelled::countDown);
            begun.countDown();
            StreamTest.await(cancelled);
        };
        ResponsesEngine engine = TestServer.engine(calling)
                .tool(HostedTool.of("pay", "Pays.", JsonObject.EMPTY, invocation -> "paid"))
                .build();
        try (TestServer server =
                        TestServer.of(engine, handler -> handler, http -> http.stopTimeout(Duration.ofMillis(100)));
                Wire running = server.connect()) {
            running.request(
                    "POST",
                    "/v1/responses",
                    CREATE.replace("}", ",\"tools\":[{\"type\":\"function\",\"name\":\"pay\"}]}"));
            StreamTest.await(begun);
            server.server().stop();

            Answer answer = running.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("x-should-retry")).isEqualTo("false");
            assertThat(answer.errorSummary()).isEqualTo("server_error|null|null");
        }
    }

    @Test
    void aResponseThatIsDeletedWhileItRunsIsNoSuccess() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model);
                Wire running = server.connect()) {
            running.request("POST", "/v1/responses", CREATE);
            StreamTest.await(model.started);
            assertThat(server.ask("DELETE", "/v1/responses/resp_2", "").status())
                    .isEqualTo(200);

            Answer answer = running.answer();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|response_cancelled|null");
        }
    }

    @Test
    void stoppingTwiceIsStoppingOnce() {
        TestServer server = TestServer.of(TestServer.saying("Hi"));
        int port = server.port();
        server.server().stop();
        server.close();

        assertThatThrownBy(() -> new Wire(port)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aSilentStreamShowsSignsOfLife() {
        CountDownLatch goOn = new CountDownLatch(1);
        Backend backend = (request, sink, cancellation) -> {
            sink.flush();
            StreamTest.await(goOn);
            TestServer.say(sink, "Hi");
        };
        try (TestServer server = TestServer.of(backend, handler -> handler.heartbeat(Duration.ofMillis(10)));
                Wire client = server.connect()) {
            client.request("POST", "/v1/responses", STREAM);
            Answer head = client.head();
            // The first sign of life is what was held back.
            String stream = client.chunksUntil("event: response.in_progress\n");
            stream += client.chunksUntil(": keepalive\n\n: keepalive\n\n");
            goOn.countDown();
            stream += client.chunksUntil("data: [DONE]\n\n");

            assertThat(head.status()).isEqualTo(200);
            StreamInvariants.checkSse(
                    stream.getBytes(StandardCharsets.UTF_8),
                    StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED));
        }
    }

    @Test
    void signsOfLifeNeverBreakAFrame() {
        int pieces = 2_000;
        Backend chatty = (request, sink, cancellation) -> {
            for (int i = 0; i < pieces; i++) {
                sink.accept(new TextDelta("piece "));
                sink.flush();
            }
            sink.accept(new Stopped(StopReason.DONE));
        };
        try (TestServer server = TestServer.of(chatty, handler -> handler.heartbeat(Duration.ofNanos(1)))) {
            Answer answer = server.post(STREAM);

            StreamInvariants.checkSse(
                    answer.body(), StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED));
            assertThat(answer.eventTypes()).hasSize(pieces + 9);
        }
    }

    @Test
    void aFailureAfterASignOfLifeIsPartOfTheStream() {
        CountDownLatch goOn = new CountDownLatch(1);
        Backend failing = (request, sink, cancellation) -> {
            sink.flush();
            StreamTest.await(goOn);
            throw new BackendException(BackendException.Kind.TIMED_OUT, "It took too long.", null);
        };
        try (TestServer server = TestServer.of(failing, handler -> handler.heartbeat(Duration.ofMillis(10)));
                Wire client = server.connect()) {
            client.request("POST", "/v1/responses", STREAM);
            assertThat(client.head().status()).isEqualTo(200);
            client.chunksUntil(": keepalive\n\n");
            goOn.countDown();

            assertThat(client.chunksUntil("data: [DONE]\n\n"))
                    .contains("event: error\n")
                    .contains("event: response.failed\n");
        }
    }

    @Test
    void afterTheStopNoThreadIsLeft() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        TestServer server = TestServer.of(TestServer.saying("Hi"));
        for (int i = 0; i < 50; i++) {
            assertThat(server.post(STREAM).status()).isEqualTo(200);
        }
        Set<Thread> during = new HashSet<>(Thread.getAllStackTraces().keySet());
        during.removeAll(before);
        during.removeIf(thread -> !thread.getName().matches("(responses-|Scheduler-).*"));
        server.close();

        assertThat(during).isNotEmpty();
        for (Thread thread : during) {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }
}
