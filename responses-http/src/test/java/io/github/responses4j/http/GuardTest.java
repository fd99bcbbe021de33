package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.engine.ResponsesEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Web pages of strangers, names that strangers point here, and addresses that strangers reach. */
class GuardTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "localhost:1; ; 200",
                "127.0.0.1:1; ; 200",
                "127.1.2.3; ; 200",
                "[::1]:1; ; 200",
                "LOCALHOST; ; 200",
                "localhost:1; http://localhost:1; 200",
                "localhost:1; http://localhost:2; 403",
                "localhost:1; http://127.0.0.1:1; 403",
                "localhost:1; https://evil.example; 403",
                "localhost:1; null; 403",
                "localhost:1; http://localhost:1.evil.example; 403",
                "localhost:1; ://; 403",
                "evil.example; ; 403",
                "evil.example; http://evil.example; 403",
                "localhost.evil.example; ; 403",
                "127.0.0.1.evil.example; ; 403",
                "a/#; ; 400",
                "a b; ; 400",
                "user@localhost; ; 400"
            })
    void aLoopbackServerIsForThisMachineAlone(String host, String origin, int status) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = origin == null
                    ? server.post("{\"model\":\"m\",\"input\":\"Hi\"}", "Host: " + host)
                    : server.post("{\"model\":\"m\",\"input\":\"Hi\"}", "Host: " + host, "Origin: " + origin);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
            if (status != 200) {
                assertThat(answer.error().get("type").asText()).isEqualTo("invalid_request_error");
            }
        }
    }

    @Test
    void aTargetThatContradictsTheHostIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            client.send("GET http://evil.example/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void aTargetThatNamesAStrangerIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            client.send("GET http://evil.example/v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(403);
        }
    }

    @Test
    void hostsCanBeAllowed() {
        try (TestServer server =
                TestServer.of(TestServer.saying("Hi"), handler -> handler.allowedHost("Box.example"))) {
            assertThat(server.get("/v1/models", "Host: box.example").status()).isEqualTo(200);
            assertThat(server.get("/v1/models", "Host: localhost").status()).isEqualTo(200);
            assertThat(server.get("/v1/models", "Host: other.example").status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "box.invalid"})
    void anAddressThatOthersReachNeedsKeys(String host) {
        try (ResponsesEngine engine = TestServer.engine(TestServer.saying("Hi")).build()) {
            assertThatThrownBy(() -> ResponsesHttpServer.builder(engine)
                            .host(host)
                            .port(0)
                            .build())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("API key");
            ResponsesHandler keyed =
                    ResponsesHandler.builder(engine).apiKey("k").build();

            assertThat(ResponsesHttpServer.builder(keyed).host(host).build()).isNotNull();
            assertThat(ResponsesHttpServer.builder(engine).host(host).insecure().build())
                    .isNotNull();
        }
    }

    @Test
    void aServerForOthersTakesAnyHost() {
        try (TestServer server = TestServer.of(
                TestServer.engine(TestServer.saying("Hi")).build(),
                handler -> handler.apiKey("k"),
                http -> http.host("0.0.0.0"))) {
            Answer answer = server.get("/v1/models", "Host: box.example", "Authorization: Bearer k");

            assertThat(answer.status()).isEqualTo(200);
        }
    }
}
