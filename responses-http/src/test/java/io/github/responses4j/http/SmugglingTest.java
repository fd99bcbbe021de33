package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two readers could understand in two ways, and connections that never get to the point. */
class SmugglingTest {
    private static final String HEAD = "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\n";
    private static final String NEXT = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                HEAD + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{\"a\":1",
                HEAD + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n{\"a\":",
                HEAD + "Content-Length: 5, 5\r\n\r\n{\"a\":",
                HEAD + "Content-Length: +5\r\n\r\n{\"a\":",
                HEAD + "Content-Length: -5\r\n\r\n",
                HEAD + "Content-Length: 0x5\r\n\r\n{\"a\":",
                HEAD + "Content-Length: 99999999999999999999\r\n\r\n",
                HEAD + "Content-Length:\r\n\r\n",
                HEAD + "Content-Length : 5\r\n\r\n{\"a\":",
                HEAD + "Transfer-Encoding: identity\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n",
                HEAD + "X-Folded: a\r\n b\r\nContent-Length: 5\r\n\r\n{\"a\":",
                HEAD + "X-Bad\r\nContent-Length: 5\r\n\r\n{\"a\":",
                HEAD + "X Bad: 1\r\nContent-Length: 5\r\n\r\n{\"a\":",
                HEAD + "X-Bad: a\u0000b\r\nContent-Length: 5\r\n\r\n{\"a\":",
                HEAD + ": empty\r\nContent-Length: 5\r\n\r\n{\"a\":",
                HEAD + "Host: evil.example\r\nContent-Length: 5\r\n\r\n{\"a\":",
                "POST /v1/responses HTTP/1.1\nHost: localhost\nContent-Length: 5\n\n{\"a\":",
                "POST /v1/responses HTTP/1.1\r\nContent-Length: 5\r\n\r\n{\"a\":",
                "POST /v1/responses HTTP/1.1 \r\nHost: localhost\r\n\r\n",
                "POST /v1/ responses HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /v1/responses HTTP/3.0\r\nHost: localhost\r\n\r\n",
                "POST /v1/responses\r\nHost: localhost\r\n\r\n",
                "post /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001"
            })
    void whatCanBeReadInTwoWaysIsRefusedAndEndsTheConnection(String request) {
        try (TestServer server =
                        TestServer.of(TestServer.saying("Hi"), handler -> handler.bodyTimeout(Duration.ofSeconds(2)));
                Wire client = server.connect()) {
            client.send(request).send(NEXT);
            String all = client.untilClosed();

            assertThat(all).matches("(?s)HTTP/1\\.1 (4[0-9][0-9]|505) .*");
            assertThat(all.split("HTTP/1\\.1 ", -1)).hasSize(2);
            assertThat(all).doesNotContain("\"object\":\"list\"").doesNotContain("Exception");
            if (all.contains("Content-Type:")) {
                assertThat(all)
                        .contains("Content-Type: application/json\r\n")
                        .contains("\"type\":\"invalid_request_error\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9_000, 100_000})
    void aHeadThatIsTooLongIsRefused(int length) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            client.send(HEAD + "X-Long: " + "x".repeat(length) + "\r\n\r\n");

            assertThat(client.untilClosed()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void aHeadThatDoesNotComeToAnEndLosesItsConnection() {
        try (TestServer server = TestServer.of(
                TestServer.engine(TestServer.saying("Hi")).build(),
                handler -> handler,
                http -> http.headTimeout(Duration.ofSeconds(2)))) {
            List<Wire> slow = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                slow.add(server.connect());
                slow.get(i).send(i % 2 == 0 ? "" : "POST /v1/responses HTTP/1.1\r\nHost: local");
            }
            Wire kept = server.connect();
            assertThat(kept.request("GET", "/health", "").answer().status()).isEqualTo(200);
            slow.add(kept.send("GET /hea"));
            assertThat(server.get("/health").status()).isEqualTo(200);

            for (Wire each : slow) {
                assertThat(each.untilClosed()).isEmpty();
                each.close();
            }
        }
    }

    @Test
    void aConnectionThatHasFinishedItsRequestsIsNotHurried() {
        try (TestServer server = TestServer.of(
                        TestServer.engine(TestServer.saying("Hi")).build(),
                        handler -> handler,
                        http -> http.headTimeout(Duration.ofSeconds(1)));
                Wire patient = server.connect();
                Wire slow = server.connect()) {
            assertThat(patient.request("GET", "/health", "").answer().status()).isEqualTo(200);
            // By the time that the slow one is closed, the patient one has been idle for longer than a head may take.
            assertThat(slow.send("GET").untilClosed()).isEmpty();

            assertThat(patient.request("GET", "/health", "").answer().status()).isEqualTo(200);
        }
    }
}
