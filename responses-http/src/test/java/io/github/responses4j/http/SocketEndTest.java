package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.json.Json;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a WebSocket connection comes to its end, and what becomes of what runs on it. */
class SocketEndTest {
    private static final int PATIENCE_SECONDS = SocketClient.PATIENCE_SECONDS;
    private static final String LIMIT = "400|invalid_request_error|websocket_connection_limit_reached|null";

    /** Says a piece, and says the rest when it may or when it is cancelled. */
    private static final class GatedBackend {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        Backend backend() {
            return (request, sink, cancellation) -> {
                sink.accept(new TextDelta("first"));
                sink.flush();
                cancellation.onCancel(() -> {
                    cancelled.countDown();
                    goOn.countDown();
                });
                started.countDown();
                StreamTest.await(goOn);
                if (!cancellation.isCancelled()) {
                    sink.accept(new TextDelta(" last"));
                    sink.accept(new Stopped(StopReason.DONE));
                }
            };
        }

        void assertCancelled() {
            StreamTest.await(cancelled);
        }
    }

    /** A clock that stands still until it is set. */
    private static final class StillClock extends Clock {
        private volatile Instant now = TestServer.NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** A server that looks at its connections all the time. */
    private static TestServer watched(GatedBackend gated, Clock clock) {
        return TestServer.of(gated.backend(), handler -> handler.clock(clock).heartbeat(Duration.ofMillis(10)));
    }

    private static SocketClient ask(SocketClient client) {
        return client.create("'model':'m','input':'Hi','stream_id':'x'");
    }

    private static String until(SocketClient client, String part) {
        String message = client.next();
        while (!message.contains(part)) {
            message = client.next();
        }
        return message;
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aClientThatClosesTakesItsRunWithIt() throws Exception {
        leave(client -> client.send(RawSocket.CLOSE, true, new byte[] {3, (byte) 232}));
    }

    @Test
    void aClientThatJustEndsTakesItsRunWithIt() throws Exception {
        leave(RawSocket::close);
    }

    @Test
    void aClientThatResetsTakesItsRunWithIt() throws Exception {
        leave(RawSocket::reset);
    }

    private static void leave(Consumer<RawSocket> leaving) throws Exception {
        GatedBackend gated = new GatedBackend();
        try (TestServer server = TestServer.of(gated.backend());
                RawSocket client = new RawSocket(server.port())) {
            client.create();
            StreamTest.await(gated.started);
            leaving.accept(client);

            gated.assertCancelled();
            eventually(() -> server.handler().openSockets() == 0);
            assertThat(server.engine()
                            .retrieve(Tenant.SINGLE, new ResponseId("resp_2"))
                            .status())
                    .isEqualTo(ResponseStatus.CANCELLED);
        }
    }

    @Test
    void aKeptResponseGoesOnWithoutItsClientWhereTheProfileSaysSo() {
        GatedBackend gated = new GatedBackend();
        Profile patient = Profile.DEFAULT.toBuilder().cancelOnDisconnect(false).build();
        try (TestServer server = TestServer.of(gated.backend(), handler -> handler.profile(patient));
                RawSocket client = new RawSocket(server.port())) {
            client.create();
            StreamTest.await(gated.started);
            client.reset();
            gated.goOn.countDown();

            eventually(() -> server.handler().openSockets() == 0);
            assertThat(server.engine()
                            .retrieve(Tenant.SINGLE, new ResponseId("resp_2"))
                            .status())
                    .isEqualTo(ResponseStatus.COMPLETED);
            assertThat(gated.cancelled.getCount()).isOne();
        }
    }

    @Test
    void aCloseIsAnsweredWithAClose() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                RawSocket client = new RawSocket(server.port())) {
            client.send(RawSocket.CLOSE, true, new byte[] {3, (byte) 232});
            assertThat(client.closeCode()).isEqualTo(1000);
            client.untilEnd();
        }
    }

    @Test
    void aResponseThatSomebodyDeletesEndsWithAnError() {
        GatedBackend gated = new GatedBackend();
        try (TestServer server = TestServer.of(gated.backend());
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client);
            until(client, "\"delta\":\"first\"");
            server.engine().delete(Tenant.SINGLE, new ResponseId("resp_2"));

            JsonNode error = Json.read(client.next());
            assertThat(error.get("status").asInt()).isEqualTo(409);
            assertThat(error.at("/error/code").asText()).isEqualTo("response_cancelled");
            assertThat(error.get("stream_id").asText()).isEqualTo("x");
        }
    }

    @Test
    void stoppingLetsWhatRunsFinishAndRefusesWhatIsNew() throws Exception {
        GatedBackend gated = new GatedBackend();
        try (TestServer server = TestServer.of(gated.backend());
                SocketClient idle = SocketClient.connect(server.port());
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client);
            until(client, "\"delta\":\"first\"");
            ask(client);
            CompletableFuture<Void> drained = server.handler().shutdown();
            assertThat(idle.closeCode()).isEqualTo(1001);
            client.create("'model':'m','input':'Hi','stream_id':'y'");
            assertThat(client.next())
                    .startsWith("{\"type\":\"error\",\"status\":503,")
                    .endsWith(",\"stream_id\":\"y\"}");
            assertThat(drained).isNotDone();
            gated.goOn.countDown();

            assertThat(until(client, "\"response.completed\"")).contains("first last");
            // What waited had not begun.
            assertThat(client.refusal()).startsWith("503|server_error|server_error|");
            assertThat(client.closeCode()).isEqualTo(1001);
            drained.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void stoppingCancelsWhatDoesNotFinish() {
        GatedBackend gated = new GatedBackend();
        try (TestServer server = TestServer.of(
                        TestServer.engine(gated.backend()).build(),
                        handler -> handler,
                        http -> http.stopTimeout(Duration.ofMillis(100)));
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client);
            until(client, "\"delta\":\"first\"");
            server.server().stop();

            gated.assertCancelled();
            assertThat(client.refusal()).startsWith("503|");
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void aConnectionLivesForAnHour() {
        StillClock clock = new StillClock();
        try (TestServer server = TestServer.of(
                        TestServer.saying("Hi"), handler -> handler.clock(clock).heartbeat(Duration.ofMillis(10)));
                SocketClient client = SocketClient.connect(server.port())) {
            clock.now = TestServer.NOW.plus(Duration.ofMinutes(60)).minusNanos(1);
            client.awaitLook();
            assertThat(ask(client).end().get("type").asText()).isEqualTo("response.completed");
            clock.now = TestServer.NOW.plus(Duration.ofMinutes(60));

            String message = client.next();
            assertThat(message)
                    .isEqualTo("{\"type\":\"error\",\"status\":400,\"error\":{\"type\":\"invalid_request_error\","
                            + "\"code\":\"websocket_connection_limit_reached\",\"message\":\"Responses websocket "
                            + "connection limit reached (60 minutes). Create a new websocket connection to continue.\","
                            + "\"param\":null}}");
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void whatRunsWhenTheHourIsOverMayFinish() {
        StillClock clock = new StillClock();
        GatedBackend gated = new GatedBackend();
        try (TestServer server = watched(gated, clock);
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client);
            until(client, "\"delta\":\"first\"");
            clock.now = TestServer.NOW
                    .plus(Duration.ofMinutes(60))
                    .plus(SocketConnection.GRACE)
                    .minusNanos(1);
            client.awaitLook();
            client.create("'model':'m','input':'Hi','stream_id':'y'");
            assertThat(client.refusal()).isEqualTo(LIMIT);
            gated.goOn.countDown();

            assertThat(until(client, "\"response.completed\"")).contains("first last");
            assertThat(client.refusal()).isEqualTo(LIMIT);
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void whatRunsForAnotherMinuteIsCancelled() {
        StillClock clock = new StillClock();
        GatedBackend gated = new GatedBackend();
        try (TestServer server = watched(gated, clock);
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client);
            until(client, "\"delta\":\"first\"");
            clock.now = TestServer.NOW.plus(Duration.ofMinutes(60)).plus(SocketConnection.GRACE);

            gated.assertCancelled();
            String message = client.next();
            assertThat(message)
                    .contains("\"websocket_connection_limit_reached\"")
                    .endsWith(",\"stream_id\":\"x\"}");
            assertThat(client.refusal()).isEqualTo(LIMIT);
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void aClientThatDoesNotAnswerAPingIsLeft() {
        GatedBackend gated = new GatedBackend();
        try (TestServer server = TestServer.of(
                        gated.backend(),
                        handler -> handler.heartbeat(Duration.ofMillis(10)).writeTimeout(Duration.ofMillis(200)));
                RawSocket client = new RawSocket(server.port())) {
            client.create();
            gated.assertCancelled();
            client.untilEnd();
        }
    }

    @Test
    void aClientThatAnswersPingsStays() {
        try (TestServer server = TestServer.of(
                        TestServer.saying("Hi"),
                        handler -> handler.heartbeat(Duration.ofMillis(10)).writeTimeout(Duration.ofSeconds(1)));
                RawSocket client = new RawSocket(server.port())) {
            // Longer than an answer may take.
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            while (System.nanoTime() < end) {
                assertThat(client.read().opcode()).isEqualTo(RawSocket.PING);
                client.send(RawSocket.PONG, true, new byte[0]);
            }
            client.create();
            assertThat(client.read().opcode()).isIn(RawSocket.TEXT, RawSocket.PING);
        }
    }

    @Test
    void aPingIsAnsweredWithWhatItSays() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                RawSocket client = new RawSocket(server.port())) {
            for (String text : List.of("", "one", "x".repeat(125))) {
                client.send(RawSocket.PING, true, text.getBytes(StandardCharsets.UTF_8));
                RawSocket.Frame answer = client.read();
                assertThat(answer.opcode()).isEqualTo(RawSocket.PONG);
                assertThat(answer.text()).isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C3", "22 80 22", "ED A0 80", "C0 80", "F5 80 80 80"})
    void textThatIsNotUtf8EndsTheConnection(String hex) {
        String[] pairs = hex.split(" ", -1);
        byte[] bytes = new byte[pairs.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(pairs[i], 16);
        }
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                RawSocket whole = new RawSocket(server.port());
                RawSocket pieces = new RawSocket(server.port())) {
            whole.send(RawSocket.TEXT, true, bytes);
            assertThat(whole.closeCode()).isEqualTo(1007);
            whole.untilEnd();

            pieces.send(RawSocket.TEXT, false, new byte[] {bytes[0]});
            pieces.send(0, true, Arrays.copyOfRange(bytes, 1, bytes.length));
            assertThat(pieces.closeCode()).isEqualTo(1007);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // not masked; a reserved bit; an opcode that is none; a piece of nothing; a ping in pieces; a ping that is too
        // long
        "81 00, 1002",
        "C1 80 00 00 00 00, 1002",
        "83 80 00 00 00 00, 1002",
        "80 80 00 00 00 00, 1002",
        "09 80 00 00 00 00, 1002",
        "88 81 00 00 00 00 03, 1002",
    })
    void whatIsNoWebSocketEndsTheConnection(String hex, int code) {
        String[] pairs = hex.split(" ", -1);
        byte[] bytes = new byte[pairs.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(pairs[i], 16);
        }
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                RawSocket client = new RawSocket(server.port())) {
            client.bytes(bytes);
            assertThat(client.closeCode()).isEqualTo(code);
            // Although nobody answers the close.
            client.untilEnd();
            eventually(() -> server.handler().openSockets() == 0);
        }
    }

    @Test
    void aMessageThatTakesTooLongEndsTheConnection() {
        try (TestServer server =
                        TestServer.of(TestServer.saying("Hi"), handler -> handler.bodyTimeout(Duration.ofMillis(50)));
                RawSocket client = new RawSocket(server.port())) {
            client.send(RawSocket.TEXT, false, new byte[] {'{'});
            assertThat(client.read().text()).contains("\"status\":408", "\"request_timeout\"");
            assertThat(client.closeCode()).isEqualTo(1008);
        }
    }

    @Test
    void aClientThatNeverReadsIsLeftAlone() {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (TestServer server = TestServer.of(
                        TestServer.endless(10_000, cancelled),
                        handler -> handler.writeTimeout(Duration.ofMillis(300)));
                RawSocket client = new RawSocket(server.port(), 4096)) {
            client.create();

            StreamTest.await(cancelled);
            eventually(() -> server.handler().openSockets() == 0);
        }
    }

    @Test
    void aClientThatNeverReadsIsLeftAloneThoughItSpeaks() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (TestServer server = TestServer.of(
                        TestServer.endless(10_000, cancelled),
                        handler -> handler.writeTimeout(Duration.ofMillis(300)));
                RawSocket client = new RawSocket(server.port(), 4096)) {
            client.create();

            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            boolean open = true;
            while (open && !cancelled.await(20, TimeUnit.MILLISECONDS)) {
                assertThat(System.nanoTime()).isLessThan(end);
                open = client.isOpenFor(RawSocket.PONG);
            }
            StreamTest.await(cancelled);
            eventually(() -> server.handler().openSockets() == 0);
        }
    }

    @Test
    void aConnectionEndsThoughWhatRunsDoesNot() {
        StillClock clock = new StillClock();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Backend deaf = (request, sink, cancellation) -> {
            started.countDown();
            StreamTest.await(goOn);
        };
        try (TestServer server = TestServer.of(
                        deaf,
                        handler -> handler.clock(clock)
                                .heartbeat(Duration.ofMillis(10))
                                .writeTimeout(Duration.ofSeconds(7)));
                RawSocket client = new RawSocket(server.port())) {
            client.create();
            StreamTest.await(started);
            clock.now = TestServer.NOW
                    .plus(Duration.ofMinutes(60))
                    .plus(SocketConnection.GRACE)
                    .plusSeconds(7);

            client.untilEnd();
            goOn.countDown();
            eventually(() -> server.handler().openSockets() == 0);
        }
    }

    @Test
    void nothingIsLeftOfAThousandConnections() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            for (int i = 0; i < 1_000; i++) {
                try (RawSocket client = new RawSocket(server.port())) {
                    if (i % 2 == 0) {
                        client.create();
                    }
                    if (i % 4 == 0) {
                        List<String> messages = new ArrayList<>();
                        while (messages.size() < 9) {
                            messages.add(client.read().text());
                        }
                        assertThat(messages.get(8)).contains("response.completed");
                    }
                    if (i % 3 == 0) {
                        client.reset();
                    } else if (i % 3 == 1) {
                        client.send(RawSocket.CLOSE, true, new byte[] {3, (byte) 232});
                        client.untilEnd();
                    }
                }
            }
            eventually(() -> server.handler().openSockets() == 0);
            assertThat(server.get("/health").status()).isEqualTo(200);
        }
    }
}
