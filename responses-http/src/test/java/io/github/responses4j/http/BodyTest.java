package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies are read. */
class BodyTest {
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\"}";
    private static final int LIMIT = 200_000;

    @ParameterizedTest
    @CsvSource({"0, 200", "1, 413", "1000000, 413"})
    void aBodyMayBeSoLongAndNoLonger(int beyond, int status) {
        String body = padded(LIMIT + beyond);
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.maxBodyBytes(LIMIT))) {
            Answer announced = server.post(body);
            Answer chunked;
            try (Wire client = server.connect()) {
                client.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < body.length(); i += 10_000) {
                    String chunk = body.substring(i, Math.min(i + 10_000, body.length()));
                    client.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
                }
                chunked = client.send("0\r\n\r\n").answer();
            }

            for (Answer answer : new Answer[] {announced, chunked}) {
                assertThat(answer.status()).isEqualTo(status);
                if (status == 413) {
                    assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|request_too_large|null");
                    assertThat(answer.header("connection")).isEqualTo("close");
                }
            }
        }
    }

    private static String padded(int length) {
        return CREATE + " ".repeat(length - CREATE.length());
    }

    @Test
    void anEndlessBodyIsRefusedWhileItIsStillComing() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.maxBodyBytes(LIMIT));
                Wire client = server.connect()) {
            client.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "2710\r\n" + "x".repeat(10_000) + "\r\n";
            for (int i = 0; i < LIMIT / 10_000 + 1; i++) {
                client.send(chunk);
            }

            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void aHugeAnnouncementIsRefusedBeforeItComes() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            client.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void theDefaultLimitIs16MiB() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.post(padded(ResponsesHandler.MAX_BODY_BYTES)).status())
                    .isEqualTo(200);
            assertThat(server.post(padded(ResponsesHandler.MAX_BODY_BYTES + 1)).status())
                    .isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"model\":"})
    void aBodyThatComesTooSlowlyIsRefused(String sent) {
        try (TestServer server =
                        TestServer.of(TestServer.saying("Hi"), handler -> handler.bodyTimeout(Duration.ofMillis(200)));
                Wire client = server.connect()) {
            client.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n" + sent);
            Answer answer = client.answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|request_timeout|null");
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Content-Type: application/json; 200",
                "Content-Type: Application/JSON   ; 200",
                "Content-Type: application/json, charset=utf-8; 415",
                "Content-Type: application/vnd.api+json; 200",
                "Content-Type:; 200",
                "Content-Type: text/plain; 415",
                "Content-Type: text/json; 415",
                "Content-Type: application/xml; 415",
                "Content-Type: multipart/form-data, boundary=x; 415",
                "Content-Encoding: gzip; 415",
                "Content-Encoding: br; 415",
                "Content-Encoding: zstd; 415",
                "Content-Encoding: identity; 200"
            })
    void onlyPlainJsonAndFormsAreRead(String header, int status) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.post(CREATE, header);

            assertThat(answer.status()).isEqualTo(status);
            if (status == 415) {
                assertThat(answer.error().get("type").asText()).isEqualTo("invalid_request_error");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"utf-8, 200", "UTF-8, 200", "\"utf-8\", 200", "utf-16, 415", "iso-8859-1, 415"})
    void jsonIsUtf8(String charset, int status) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.post(CREATE, "Content-Type: application/json; charset=" + charset)
                            .status())
                    .isEqualTo(status);
        }
    }

    @Test
    void aFormIsReadToo() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.post(
                    "model=m&input=Hello+you&metadata[team]=a%26b&stream=false",
                    "Content-Type: application/x-www-form-urlencoded");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().get("metadata").get("team").asText()).isEqualTo("a&b");
            Answer items = server.get("/v1/responses/" + answer.json().get("id").asText() + "/input_items");
            assertThat(items.text()).contains("Hello you");
        }
    }

    @Test
    void jsonThatIsCalledAFormIsJson() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.post(CREATE, "Content-Type: application/x-www-form-urlencoded")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aByteOrderMarkIsSkippedAndOtherEncodingsAreRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            byte[] marked = ("\uFEFF" + CREATE).getBytes(StandardCharsets.UTF_8);
            assertThat(client.request("POST", "/v1/responses", marked).answer().status())
                    .isEqualTo(200);
            for (Charset wrong : new Charset[] {StandardCharsets.UTF_16, StandardCharsets.UTF_16LE}) {
                Answer answer = client.request("POST", "/v1/responses", CREATE.getBytes(wrong))
                        .answer();
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|invalid_json|null");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ff", "c0af", "e0809f", "eda080", "f8888080", "f4908080", "c3", "80", "fe", "ed a0 80 ed b0 80"})
    void badUtf8IsRefused(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] head = "{\"model\":\"m\",\"input\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[head.length + bad.length + 2];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(bad, 0, body, head.length, bad.length);
        body[body.length - 2] = '"';
        body[body.length - 1] = '}';
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            Answer answer = client.request("POST", "/v1/responses", body).answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|invalid_json|null");
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            client.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
                    + CREATE.length() + "\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(100);
            assertThat(client.send(CREATE).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatAsksFirstIsRefusedAtOnce() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.apiKey("k"));
                Wire client = server.connect()) {
            client.send(
                    "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(401);
        }
    }

    @Test
    void aRefusedRequestDoesNotEndItsConnection() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.request("POST", "/v1/responses", "{nonsense")
                                .answer()
                                .status())
                        .isEqualTo(400);
                assertThat(client.request("POST", "/v1/responses", CREATE, "Content-Type: text/plain")
                                .answer()
                                .status())
                        .isEqualTo(415);
                assertThat(client.request("PUT", "/v1/responses", CREATE)
                                .answer()
                                .status())
                        .isEqualTo(405);
            }
            assertThat(client.request("POST", "/v1/responses", CREATE).answer().status())
                    .isEqualTo(200);
        }
    }
}
