package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The watch over a silent connection takes nothing from it. */
class PeerWatchTest {
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\"}";
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";
    private static final String NEXT = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final int ROUNDS = 50;

    /** Each run waits for a latch of its own, in the order of the requests. */
    private static final class WaitingBackend {
        private final BlockingQueue<CountDownLatch> latches = new LinkedBlockingQueue<>();

        Backend backend() {
            return (request, sink, cancellation) -> {
                CountDownLatch goOn = new CountDownLatch(1);
                latches.add(goOn);
                sink.flush();
                StreamTest.await(goOn);
                TestServer.say(sink, "Hi");
            };
        }

        CountDownLatch next() throws InterruptedException {
            CountDownLatch latch = latches.poll(30, TimeUnit.SECONDS);
            if (latch == null) {
                throw new AssertionError("no request has come");
            }
            return latch;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 1000})
    void whatIsSentDuringAStreamIsReadAfterIt(int early) throws InterruptedException {
        WaitingBackend waiting = new WaitingBackend();
        try (TestServer server = TestServer.of(waiting.backend(), handler -> handler.heartbeat(Duration.ofMillis(2)));
                Wire client = server.connect()) {
            String head = NEXT.substring(0, Math.min(early, NEXT.length()));
            for (int i = 0; i < ROUNDS; i++) {
                client.request("POST", "/v1/responses", STREAM).head();
                CountDownLatch goOn = waiting.next();
                // A sign of life comes from the same look at the run that arms the watch.
                String stream = client.chunksUntil(": keepalive\n\n");
                client.send(head);
                stream += client.chunksUntil(": keepalive\n\n");
                goOn.countDown();
                stream += client.chunksUntil("data: [DONE]\n\n");
                assertThat(client.chunk()).isEmpty();
                client.send(NEXT.substring(head.length()));

                assertThat(stream).contains("event: response.completed\n");
                assertThat(client.answer().text()).isEqualTo("{\"status\":\"healthy\"}");
            }
        }
    }

    @Test
    void aWatchedConnectionServesRequestAfterRequest() throws InterruptedException {
        WaitingBackend waiting = new WaitingBackend();
        try (TestServer server = TestServer.of(waiting.backend(), handler -> handler.heartbeat(Duration.ofMillis(2)));
                Wire clock = server.connect();
                Wire client = server.connect()) {
            clock.request("POST", "/v1/responses", STREAM).head();
            CountDownLatch last = waiting.next();
            for (int i = 0; i < ROUNDS; i++) {
                client.request("POST", "/v1/responses", CREATE);
                CountDownLatch goOn = waiting.next();
                // Two looks at all the runs, so this one has been seen and is watched.
                clock.chunksUntil(": keepalive\n\n");
                clock.chunksUntil(": keepalive\n\n");
                goOn.countDown();

                assertThat(client.answer().json().get("status").asText()).isEqualTo("completed");
            }
            last.countDown();
            assertThat(clock.chunksUntil("data: [DONE]\n\n")).contains("event: response.completed\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRunThatIsSilentForLongIsNotIdle(boolean watched) throws InterruptedException {
        WaitingBackend waiting = new WaitingBackend();
        try (TestServer server = TestServer.of(
                        TestServer.engine(waiting.backend()).build(),
                        handler -> handler.watchPeers(watched).heartbeat(Duration.ZERO),
                        http -> http.idleTimeout(Duration.ofSeconds(1)));
                Wire stream = server.connect().request("POST", "/v1/responses", STREAM)) {
            CountDownLatch first = waiting.next();
            Wire json = server.connect().request("POST", "/v1/responses", CREATE);
            CountDownLatch second = waiting.next();
            // Once these have been idle for too long, the runs have been silent for longer.
            for (int i = 0; i < 2; i++) {
                try (Wire idle = server.connect()) {
                    assertThat(idle.untilClosed()).isEmpty();
                }
            }
            first.countDown();
            second.countDown();

            assertThat(stream.answer().text()).endsWith("data: [DONE]\n\n");
            assertThat(json.answer().json().get("status").asText()).isEqualTo("completed");
            json.close();
        }
    }
}
