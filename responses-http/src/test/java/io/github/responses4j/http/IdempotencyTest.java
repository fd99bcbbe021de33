package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.testkit.ScriptedBackend;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header {@code Idempotency-Key}. */
class IdempotencyTest {
    private static final String KEY = "Idempotency-Key: order-66";
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\"}";

    @Test
    void theSameRequestIsCarriedOutOnce() {
        AtomicInteger runs = new AtomicInteger();
        try (TestServer server = TestServer.of((request, sink, cancellation) -> {
            runs.incrementAndGet();
            TestServer.say(sink, "Hi");
        })) {
            Answer first = server.post(CREATE, KEY);
            Answer again = server.post(CREATE, KEY);

            assertThat(first.status()).isEqualTo(200);
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json()).isEqualTo(first.json());
            assertThat(runs).hasValue(1);
            assertThat(server.post(CREATE, "Idempotency-Key: order-67").json().get("id"))
                    .isNotEqualTo(first.json().get("id"));
            assertThat(server.post(CREATE).json().get("id"))
                    .isNotEqualTo(first.json().get("id"));
            assertThat(runs).hasValue(3);
        }
    }

    @Test
    void aStreamIsToldAgain() {
        String stream = CREATE.replace("}", ",\"stream\":true}");
        StreamOptions done = StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED);
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer first = server.post(stream, KEY);
            Answer again = server.post(stream, KEY);

            StreamInvariants.checkSse(first.body(), done);
            StreamInvariants.checkSse(again.body(), done);
            assertThat(again.eventTypes()).isEqualTo(first.eventTypes());
            assertThat(again.frames().get(again.frames().size() - 2).data())
                    .isEqualTo(first.frames().get(first.frames().size() - 2).data());
        }
    }

    @Test
    void anotherRequestUnderTheKeyIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.post(CREATE, KEY).status()).isEqualTo(200);
            Answer other = server.post(CREATE.replace("Hi", "Ho"), KEY);

            assertThat(other.status()).isEqualTo(422);
            assertThat(other.text())
                    .isEqualTo("{\"error\":{\"message\":\"This idempotency key was used for a different request"
                            + " before.\",\"type\":\"invalid_request_error\",\"param\":\"Idempotency-Key\","
                            + "\"code\":\"idempotency_key_reused\"}}");
        }
    }

    @Test
    void aRequestThatRunsIsNotRunTwice() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model);
                Wire first = server.connect()) {
            first.request("POST", "/v1/responses", CREATE, KEY);
            StreamTest.await(model.started);
            Answer second = server.post(CREATE, KEY);
            assertThat(second.status()).isEqualTo(409);
            assertThat(second.errorSummary())
                    .isEqualTo("invalid_request_error|idempotency_in_progress|Idempotency-Key");
            model.goOn();
            Answer answer = first.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(server.post(CREATE, KEY).json()).isEqualTo(answer.json());
        }
    }

    @Test
    void aBackgroundResponseIsQueuedOnce() {
        String background = CREATE.replace("}", ",\"background\":true}");
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model)) {
            String id = server.post(background, KEY).json().get("id").asText();
            assertThat(server.post(background, KEY).json().get("id").asText()).isEqualTo(id);
            StreamTest.await(model.started);
            assertThat(server.post(background, KEY).json().get("status").asText())
                    .isEqualTo("in_progress");
            model.goOn();
            assertThat(server.ended(id)).isEqualTo(server.post(background, KEY).json());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailedBeforeAnyOutputRunsAnew(boolean stream) {
        AtomicInteger runs = new AtomicInteger();
        String create = stream ? CREATE.replace("}", ",\"stream\":true}") : CREATE;
        try (TestServer server = TestServer.of((request, sink, cancellation) -> {
            if (runs.incrementAndGet() < 3) {
                throw new BackendException(BackendException.Kind.UNAVAILABLE, "busy", null, null, null);
            }
            TestServer.say(sink, "Hi");
        })) {
            assertThat(server.post(create, KEY).status()).isEqualTo(503);
            Answer again = server.post(create, KEY);
            assertThat(again.status()).isEqualTo(503);
            assertThat(again.header("retry-after")).isNotNull();
            assertThat(server.post(create.replace("Hi", "Ho"), KEY).status()).isEqualTo(422);

            assertThat(server.post(create, KEY).text()).contains("\"completed\"");
            assertThat(server.post(create, KEY).text()).contains("\"completed\"");
            assertThat(runs).hasValue(3);
        }
    }

    @Test
    void whatWasCancelledBeforeAnyOutputRunsAnew() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (TestServer server = TestServer.of((request, sink, cancellation) -> {
            if (started.getCount() > 0) {
                cancellation.onCancel(cancelled::countDown);
                started.countDown();
                StreamTest.await(cancelled);
                return;
            }
            TestServer.say(sink, "Hi");
        })) {
            Wire first = server.connect().request("POST", "/v1/responses", CREATE, KEY);
            StreamTest.await(started);
            first.reset();
            JsonNode ended = server.ended("resp_2");
            assertThat(ended.get("status").asText()).isEqualTo("cancelled");
            assertThat(ended.get("output")).isEmpty();

            Answer again = server.post(CREATE, KEY);
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().get("status").asText()).isEqualTo("completed");
        }
    }

    @Test
    void aTurnIsGivenAgainThoughItCannotBePlannedAgain() {
        ScriptedBackend backend = new ScriptedBackend().sample(model -> model.call("c1", "f", "{}"));
        try (TestServer server = TestServer.of(backend)) {
            String conversation = server.ask("POST", "/v1/conversations", "{}")
                    .json()
                    .get("id")
                    .asText();
            String turn = CREATE.replace(
                    "}",
                    ",\"conversation\":\"" + conversation
                            + "\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}}]}");
            Answer first = server.post(turn, KEY);
            assertThat(first.json().get("output").get(0).get("type").asText()).isEqualTo("function_call");

            assertThat(server.post(turn).status()).isEqualTo(400);
            assertThat(server.post(turn, "Idempotency-Key: order-67").status()).isEqualTo(400);
            assertThat(server.post(turn.replace("Hi", "Ho"), KEY).status()).isEqualTo(422);
            assertThat(server.post(turn, KEY).json()).isEqualTo(first.json());
            assertThat(backend.requests()).hasSize(1);
        }
    }

    @Test
    void aTurnIsGivenAgainThoughWhatItContinuesIsGone() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            String before = server.post(CREATE).json().get("id").asText();
            String turn = CREATE.replace("}", ",\"previous_response_id\":\"" + before + "\"}");
            Answer first = server.post(turn, KEY);
            server.ask("DELETE", "/v1/responses/" + before, "");

            assertThat(server.post(turn).status()).isEqualTo(400);
            assertThat(server.post(turn, KEY).json()).isEqualTo(first.json());
        }
    }

    @Test
    void whatIsNotStoredHasNoKey() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.post(CREATE.replace("}", ",\"store\":false}"), KEY)
                            .errorSummary())
                    .isEqualTo("invalid_request_error|unsupported_parameter|Idempotency-Key");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {255, 256})
    void aKeyHasALength(int length) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.post(CREATE, "Idempotency-Key: " + "k".repeat(length));

            assertThat(answer.status()).isEqualTo(length > 255 ? 400 : 200);
            if (length > 255) {
                assertThat(answer.errorSummary())
                        .isEqualTo("invalid_request_error|string_above_max_length|Idempotency-Key");
            }
        }
    }
}
