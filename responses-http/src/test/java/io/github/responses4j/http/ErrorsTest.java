package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.testkit.FaultStore;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failure has which status, body and headers. */
class ErrorsTest {
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":%s}";

    @ParameterizedTest
    @CsvSource({
        "REJECTED, 400, invalid_request_error|null|null, {}",
        "UNKNOWN_MODEL, 400, invalid_request_error|model_not_found|model, {}",
        "RATE_LIMITED, 429, rate_limit_error|rate_limit_exceeded|null, {retry-after=3}",
        "UNAVAILABLE, 503, server_error|null|null, {retry-after=1}",
        "TIMED_OUT, 504, server_error|null|null, {}",
        "UNREACHABLE, 502, server_error|null|null, {}",
        "UNAUTHORIZED, 502, server_error|null|null, {}",
        "BROKEN, 502, server_error|null|null, {}"
    })
    void aBackendThatFailsBeforeItSpeaksIsAStatus(Kind kind, int status, String error, String headers) {
        Backend failing = (request, sink, cancellation) -> {
            sink.flush();
            throw new BackendException(kind, "It did not work.", null, Duration.ofMillis(2500), null);
        };
        try (TestServer server = TestServer.of(failing)) {
            for (boolean stream : new boolean[] {false, true}) {
                Answer answer = server.post(CREATE.formatted(stream));

                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.errorSummary()).isEqualTo(error);
                assertThat(answer.error().get("message").asText()).isEqualTo("It did not work.");
                assertThat(retryHeaders(answer)).hasToString(headers);
                assertThat(answer.header("x-request-id")).startsWith("req_");
            }
        }
    }

    private static Map<String, String> retryHeaders(Answer answer) {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.keySet().retainAll(Set.of("retry-after", "x-should-retry"));
        return headers;
    }

    /** S12: an event that cannot be written takes no number, and its response fails. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void whatCannotBeWrittenFailsItsResponse(boolean stream, boolean background) {
        ObjectNode item = Json.read("{\"type\":\"web_search_call\",\"status\":\"completed\"}")
                .deepCopy();
        item.set("action", new POJONode(new Unwritable()));
        Backend backend = (request, sink, cancellation) -> {
            sink.accept(new TextDelta("half"));
            sink.flush();
            sink.accept(new ModelEvent.WholeItem(Item.of(JsonObject.adopt(item)), List.of()));
            sink.accept(new ModelEvent.Stopped(StopReason.DONE));
        };
        try (TestServer server = TestServer.of(backend)) {
            Answer answer = server.post(CREATE.formatted(stream).replace("}", ",\"background\":" + background + "}"));

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            String id;
            if (stream) {
                StreamInvariants.checkSse(
                        answer.body(), StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED));
                assertThat(answer.eventTypes()).endsWith("error", "response.failed", "[DONE]");
                id = Json.read(answer.frames().get(0).data())
                        .get("response")
                        .get("id")
                        .asText();
            } else {
                id = answer.json().get("id").asText();
            }
            assertThat(server.ended(id).get("status").asText()).isEqualTo("failed");
            assertThat(server.ended(id).get("error").get("code").asText()).isEqualTo("server_error");
        }
    }

    /** Breaks off whoever writes it as JSON. */
    static final class Unwritable {
        public String getQuery() {
            return List.<String>of().get(0);
        }
    }

    @Test
    void aBackendThatFailsAfterItSpokeIsAFailedResponse() {
        Backend failing = (request, sink, cancellation) -> {
            sink.accept(new TextDelta("half"));
            throw new BackendException(Kind.BROKEN, "It broke off.", null);
        };
        try (TestServer server = TestServer.of(failing)) {
            Answer answer = server.post(CREATE.formatted(false));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().get("status").asText()).isEqualTo("failed");
            assertThat(answer.json().get("error").get("message").asText()).isEqualTo("It broke off.");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBugIsA500ThatSaysNothing(boolean stream) {
        try (TestServer server = TestServer.of((request, sink, cancellation) -> {
            throw new IllegalStateException("secret");
        })) {
            Answer answer = server.post(CREATE.formatted(stream));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.errorSummary()).isEqualTo("server_error|null|null");
            assertThat(answer.text()).doesNotContain("secret");
            assertThat(retryHeaders(answer)).hasToString("{x-should-retry=false}");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorEndsItsRequestAndNotTheServer(boolean stream) {
        Backend failing = (request, sink, cancellation) -> recurse(1);
        try (TestServer server = TestServer.of(failing)) {
            Answer answer = server.post(CREATE.formatted(stream));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.errorSummary()).isEqualTo("server_error|null|null");
            assertThat(server.get("/health").text()).isEqualTo("{\"status\":\"healthy\"}");
        }
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void aStoreThatIsDownIsA503() {
        FaultStore store = new FaultStore(ResponseStore.inMemory()).failFrom(1);
        try (TestServer server = TestServer.of(
                TestServer.engine(TestServer.saying("Hi")).store(store).build(), handler -> handler, http -> http)) {
            for (boolean stream : new boolean[] {false, true}) {
                Answer answer = server.post(CREATE.formatted(stream));

                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.errorSummary()).isEqualTo("server_error|null|null");
                assertThat(retryHeaders(answer)).hasToString("{retry-after=1}");
            }
            assertThat(server.get("/v1/responses/resp_1").status()).isEqualTo(503);
            assertThat(server.get("/ready").status()).isEqualTo(503);
            assertThat(server.get("/ready").errorSummary()).isEqualTo("server_error|null|null");
            assertThat(server.get("/health").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "DELETE; /v1/responses; 405; GET, HEAD, OPTIONS, POST",
                "PUT; /v1/responses; 405; GET, HEAD, OPTIONS, POST",
                "POST; /v1/responses/resp_1; 405; DELETE, GET, HEAD, OPTIONS",
                "DELETE; /v1/models; 405; GET, HEAD, OPTIONS",
                "TRACE; /v1/models; 405; GET, HEAD, OPTIONS",
                "POST; /health; 405; GET, HEAD, OPTIONS",
                "GET; /; 404; ",
                "GET; /v1; 404; ",
                "POST; /v1/responses/; 404; ",
                "POST; /V1/responses; 404; ",
                "GET; //v1/models; 404; ",
                "GET; /v1/responses/resp_1/; 404; ",
                "GET; /v1/responses//input_items; 404; ",
                "POST; /v1/chat/completions; 404; "
            })
    void aWrongPathOrMethodIsRefused(String method, String path, int status, String allow) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = Wire.ask(server.port(), method, path, "");

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("allow")).isEqualTo(allow);
            assertThat(answer.header("x-request-id")).startsWith("req_");
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|null|null");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resp_unknown",
                "x",
                "a%2Fb",
                "..",
                "%2e%2e",
                "a%20b",
                "..;",
                "%F0%9F%98%80",
                "'%20or%201=1--",
                "a;b=c"
            })
    void anUnknownResponseIsNotFoundWhateverItsId(String id) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            for (String method : new String[] {"GET", "DELETE"}) {
                Answer answer = Wire.ask(server.port(), method, "/v1/responses/" + id, "");

                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.error().get("type").asText()).isEqualTo("invalid_request_error");
            }
            assertThat(server.get("/v1/responses/" + id + "/input_items").status())
                    .isEqualTo(404);
        }
    }

    @Test
    void aHeadIsAGetWithoutBody() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            Answer head = client.request("HEAD", "/health", "").head();
            Answer get = client.request("GET", "/health", "").answer();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
            assertThat(get.text()).isEqualTo("{\"status\":\"healthy\"}");
        }
    }

    @Test
    void optionsTellTheMethodsAndAllowNoStranger() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = Wire.ask(server.port(), "OPTIONS", "/v1/responses/resp_1", "");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
            assertThat(answer.headers().keySet())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"mine-1.A:b_c; mine-1.A:b_c", "; ", "has space; ", "über; ", "<script>; "})
    void aSaneRequestIdIsEchoed(String offered, String expected) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer =
                    offered == null ? server.get("/v1/models") : server.get("/v1/models", "X-Request-Id: " + offered);

            assertThat(answer.status()).isEqualTo(200);
            if (expected == null) {
                assertThat(answer.header("x-request-id")).matches("req_[A-Za-z0-9]{20,}");
            } else {
                assertThat(answer.header("x-request-id")).isEqualTo(expected);
            }
            assertThat(Integer.parseInt(answer.header("openai-processing-ms"))).isNotNegative();
            assertThat(answer.headers()).doesNotContainKey("server");
        }
    }

    @Test
    void whatIsNotHonouredIsTold() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.post(
                    "{\"model\":\"m\",\"input\":\"Hi\",\"context_management\":[{\"type\":\"compaction\"}]}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("x-responses-warnings"))
                    .isEqualTo("[{\"param\":\"context_management\",\"message\":\"the context is not compacted: "
                            + "there is no threshold, and the model's window is not known\"}]");
        }
    }
}
