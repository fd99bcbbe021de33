package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts are counted and compacted. */
class ContextsTest {
    private final TestServer server = TestServer.of(TestServer.saying("They ", "said hello."));

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer count(String body) {
        return Wire.ask(server.port(), "POST", "/v1/responses/input_tokens", body);
    }

    private Answer compact(String body) {
        return Wire.ask(server.port(), "POST", "/v1/responses/compact", body);
    }

    @Test
    void aContextIsCounted() {
        JsonNode few = count("{\"model\":\"m\",\"input\":\"Hello\"}").json();
        JsonNode more = count("{\"model\":\"m\",\"input\":\"Hello\",\"instructions\":\"Be brief.\"}")
                .json();

        assertThat(few.get("object").asText()).isEqualTo("response.input_tokens");
        assertThat(few.size()).isEqualTo(2);
        assertThat(few.get("input_tokens").asLong()).isPositive();
        assertThat(more.get("input_tokens").asLong())
                .isGreaterThan(few.get("input_tokens").asLong());
    }

    @Test
    void nothingIsNeededToCount() {
        Answer answer = count("{}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("input_tokens").asLong()).isZero();
    }

    @Test
    void whatIsWrongWithAContextIsTold() {
        assertThat(count("{\"input\":5}").errorSummary()).isEqualTo("invalid_request_error|invalid_type|input");
        assertThat(compact("{\"input\":\"Hello\"}").errorSummary())
                .isEqualTo("invalid_request_error|missing_required_parameter|model");
        assertThat(compact("{\"model\":\"m\",\"previous_response_id\":\"resp_x\"}")
                        .errorSummary())
                .isEqualTo("invalid_request_error|previous_response_not_found|previous_response_id");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nobodyWaitsForACompaction(boolean leaves) {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Backend endless = (request, sink, cancellation) -> {
            cancellation.onCancel(cancelled::countDown);
            started.countDown();
            StreamTest.await(cancelled);
        };
        try (TestServer slow = TestServer.of(
                        TestServer.engine(endless).build(),
                        handler -> handler,
                        http -> http.stopTimeout(Duration.ofMillis(100)));
                Wire client = slow.connect()) {
            client.request("POST", "/v1/responses/compact", "{\"model\":\"m\",\"input\":\"Hello\"}");
            StreamTest.await(started);
            if (leaves) {
                client.reset();
            } else {
                slow.server().stop();
                assertThat(client.answer().status()).isEqualTo(503);
            }
            StreamTest.await(cancelled);
        }
    }

    @Test
    void aWindowIsCompacted() {
        Answer answer = compact("{\"model\":\"m\",\"input\":\"Hello\"}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode window = answer.json();
        assertThat(window.get("object").asText()).isEqualTo("response.compaction");
        assertThat(window.get("output")).hasSize(2);
        assertThat(window.at("/output/0/content/0/text").asText()).isEqualTo("Hello");
        assertThat(window.at("/output/1/type").asText()).isEqualTo("compaction");
        assertThat(window.at("/output/1/encrypted_content").asText())
                .isNotEmpty()
                .doesNotContain("hello");
        assertThat(window.at("/usage/total_tokens").asLong()).isPositive();
    }
}
