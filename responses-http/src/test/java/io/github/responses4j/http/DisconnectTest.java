package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that goes away takes its run with it. */
class DisconnectTest {
    private static final int PATIENCE_SECONDS = 20;

    /** Says a piece, then waits until it is cancelled. */
    private static final class SilentBackend {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch cancelled = new CountDownLatch(1);

        Backend backend(boolean speaksFirst) {
            return (request, sink, cancellation) -> {
                if (speaksFirst) {
                    sink.accept(new TextDelta("half"));
                }
                sink.flush();
                cancellation.onCancel(cancelled::countDown);
                started.countDown();
                StreamTest.await(cancelled);
            };
        }

        boolean isCancelled() throws InterruptedException {
            return cancelled.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void aClientThatClosesIsNoticedWhileTheModelIsSilent(boolean stream, boolean speaksFirst) throws Exception {
        leave(stream, speaksFirst, Wire::close);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aClientThatResetsIsNoticedWhileTheModelIsSilent(boolean stream) throws Exception {
        leave(stream, true, Wire::reset);
    }

    private static void leave(boolean stream, boolean speaksFirst, Consumer<Wire> leaving) throws Exception {
        SilentBackend silent = new SilentBackend();
        try (TestServer server = TestServer.of(silent.backend(speaksFirst))) {
            Wire client = server.connect()
                    .request("POST", "/v1/responses", "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":" + stream + "}");
            StreamTest.await(silent.started);
            leaving.accept(client);

            assertThat(silent.isCancelled()).isTrue();
            server.handler().shutdown().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            // The first id of a run is the node's, the second the message's, the third the response's.
            assertThat(server.engine()
                            .retrieve(Tenant.SINGLE, new ResponseId("resp_2"))
                            .status())
                    .isEqualTo(ResponseStatus.CANCELLED);
        }
    }

    @Test
    void withoutTheWatchAHeartbeatNotices() throws Exception {
        SilentBackend silent = new SilentBackend();
        try (TestServer server = TestServer.of(
                silent.backend(true), handler -> handler.watchPeers(false).heartbeat(Duration.ofMillis(20)))) {
            Wire client = server.connect()
                    .request("POST", "/v1/responses", "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}");
            StreamTest.await(silent.started);
            client.reset();

            assertThat(silent.isCancelled()).isTrue();
        }
    }

    @Test
    void aClientThatNeverReadsIsLeftAlone() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (TestServer server = TestServer.of(
                        TestServer.endless(100_000, cancelled),
                        handler -> handler.writeTimeout(Duration.ofMillis(300)));
                Wire client = server.connect();
                Wire other = server.connect()) {
            client.receiveBuffer(4096)
                    .request("POST", "/v1/responses", "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}");

            assertThat(cancelled.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(other.request("GET", "/health", "").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aRequestThatIsSentEarlyIsAnsweredInItsTurn() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Backend backend = (request, sink, cancellation) -> {
            started.countDown();
            StreamTest.await(goOn);
            TestServer.say(sink, "Hi");
        };
        try (TestServer server = TestServer.of(backend);
                Wire client = server.connect();
                Wire other = server.connect()) {
            String body = "{\"model\":\"m\",\"input\":\"Hi\"}";
            client.request("POST", "/v1/responses", body);
            StreamTest.await(started);
            // Two more, while the connection is watched: their bytes must not get lost, nor be taken for a goodbye.
            other.request("GET", "/health", "").answer();
            client.request("POST", "/v1/responses", body).request("GET", "/health", "");
            goOn.countDown();

            assertThat(client.answer().json().get("status").asText()).isEqualTo("completed");
            assertThat(client.answer().json().get("status").asText()).isEqualTo("completed");
            assertThat(client.answer().text()).isEqualTo("{\"status\":\"healthy\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true, COMPLETED", "false, true, COMPLETED", "true, false, ", "false, false, "})
    void aRunMayGoOnWithoutItsClient(boolean stream, boolean store, @Nullable ResponseStatus status) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        Backend backend = (request, sink, cancellation) -> {
            sink.accept(new TextDelta("half"));
            sink.flush();
            cancellation.onCancel(() -> {
                cancelled.set(true);
                goOn.countDown();
            });
            started.countDown();
            StreamTest.await(goOn);
            for (int i = 0; i < 100; i++) {
                sink.accept(new TextDelta(" more".repeat(1000)));
                sink.flush();
            }
            TestServer.say(sink, " done");
        };
        Profile lasting = Profile.DEFAULT.toBuilder().cancelOnDisconnect(false).build();
        try (TestServer server = TestServer.of(backend, handler -> handler.profile(lasting))) {
            Wire client = server.connect()
                    .request(
                            "POST",
                            "/v1/responses",
                            "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":" + stream + ",\"store\":" + store + "}");
            StreamTest.await(started);
            client.reset();
            if (status == null) {
                // Nobody could ever see it.
                StreamTest.await(goOn);
                assertThat(cancelled).isTrue();
                return;
            }
            goOn.countDown();
            server.handler().shutdown().get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            assertThat(cancelled).isFalse();
            Response response = server.engine().retrieve(Tenant.SINGLE, new ResponseId("resp_2"));
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.outputText()).startsWith("half more").endsWith(" done");
        }
    }
}
