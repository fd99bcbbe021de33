package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.store.Tenant;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a request becomes a WebSocket connection, and how it does not. */
class SocketUpgradeTest {
    private static final String KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    private static Answer upgrade(int port, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "Upgrade: websocket";
        headers[1] = "Connection: keep-alive, Upgrade";
        System.arraycopy(more, 0, headers, 2, more.length);
        try (Wire wire = new Wire(port)) {
            Answer head = wire.request("GET", "/v1/responses", "", headers).head();
            return head;
        }
    }

    @Test
    void theHandshakeIsAnswered() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = upgrade(server.port(), KEY, "Sec-WebSocket-Version: 13", "X-Request-Id: mine");

            assertThat(answer.status()).isEqualTo(101);
            // As RFC 6455 computes it.
            assertThat(answer.header("sec-websocket-accept")).isEqualTo("ICX+Yqv66kxgM0FcWaLWlFLwTAI=");
            assertThat(answer.header("upgrade")).isEqualToIgnoringCase("websocket");
            assertThat(answer.header("x-request-id")).isEqualTo("mine");
        }
    }

    @Test
    void whoHasNoKeyIsKeptOut() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.apiKey("k"))) {
            Answer refused = upgrade(server.port(), KEY, "Sec-WebSocket-Version: 13");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(upgrade(server.port(), KEY, "Sec-WebSocket-Version: 13", "Authorization: Bearer wrong")
                            .status())
                    .isEqualTo(401);
            assertThat(upgrade(server.port(), KEY, "Sec-WebSocket-Version: 13", "Authorization: Bearer k")
                            .status())
                    .isEqualTo(101);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: https://evil.example, 403",
        "X-Responses-Profile: no-such, 400",
        "Origin: http://localhost, 101",
        "X-Responses-Profile: openai, 101"
    })
    void theSameRulesAsForOtherRequests(String header, int status) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(upgrade(server.port(), KEY, "Sec-WebSocket-Version: 13", header)
                            .status())
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 426", "14, 426", "13, 101"})
    void oneVersionIsSpoken(int version, int status) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = upgrade(server.port(), KEY, "Sec-WebSocket-Version: " + version);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("sec-websocket-version")).isEqualTo(status == 426 ? "13" : null);
        }
    }

    @Test
    void aHandshakeWithoutItsKeyIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(upgrade(server.port(), "Sec-WebSocket-Version: 13").status())
                    .isEqualTo(400);
        }
    }

    @Test
    void withoutTheWishAGetIsAGet() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.get("/v1/responses", KEY, "Sec-WebSocket-Version: 13")
                            .status())
                    .isNotIn(101, 426);
            assertThat(server.get("/v1/models", "Upgrade: websocket", "Connection: Upgrade", KEY)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aServerThatStopsTakesNoMore() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.handler().shutdown()).isDone();

            assertThat(upgrade(server.port(), KEY, "Sec-WebSocket-Version: 13").status())
                    .isEqualTo(503);
        }
    }

    @Test
    void aForeignServerSpeaksItToo() throws Exception {
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        try (ResponsesEngine engine = TestServer.engine(TestServer.saying("Hi")).build()) {
            jetty.setHandler(ResponsesHandler.builder(engine)
                    .apiKey("k", new Tenant("t"))
                    .build());
            jetty.setStopTimeout(10_000);
            jetty.start();
            try (SocketClient client = SocketClient.connect(connector.getLocalPort(), "Authorization: Bearer k")) {
                assertThat(client.create("'model':'m','input':'Hi'").turn()).hasSize(9);
                jetty.stop();
                assertThat(client.closeCode()).isEqualTo(1001);
            }
            // And once more.
            jetty.start();
            try (SocketClient client = SocketClient.connect(connector.getLocalPort(), "Authorization: Bearer k")) {
                assertThat(client.create("'model':'m','input':'Hi'").turn()).hasSize(9);
            }
        } finally {
            jetty.stop();
        }
    }
}
