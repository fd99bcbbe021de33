package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Background responses, and what is done with responses that are stored. */
class BackgroundTest {
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\"}";
    private static final String BACKGROUND = "{\"model\":\"m\",\"input\":\"Hi\",\"background\":true}";
    private static final String BUD = "X-Responses-Profile: bud";
    private static final String ALEPH_ALPHA = "X-Responses-Profile: aleph-alpha";

    /** Works on one background response at a time, so that a second one stays queued. */
    private static TestServer oneAtATime(Paused model) {
        Limits limits = Limits.DEFAULT.withBackground(BackgroundLimits.DEFAULT
                .withMaxRuns(1)
                .withMaxRunTime(Duration.ofMinutes(1))
                .withLease(Duration.ofMinutes(1))
                .withPoll(Duration.ofHours(1)));
        ResponsesEngine engine = TestServer.engine(model).limits(limits).build();
        return TestServer.of(engine, handler -> handler, http -> http);
    }

    private static List<String> names(JsonNode json) {
        return json.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(200, 202);
        return answer.json().get("id").asText();
    }

    private static Answer cancel(TestServer server, String id, String... headers) {
        // As the SDKs send it: no body, no content type.
        try (Wire wire = server.connect()) {
            StringBuilder head =
                    new StringBuilder("POST /v1/responses/" + id + "/cancel HTTP/1.1\r\nHost: localhost\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            return wire.send(head + "Content-Length: 0\r\n\r\n").answer();
        }
    }

    @Test
    void aBackgroundResponseIsQueuedAndReadWhenItHasEnded() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model)) {
            Answer queued = server.post(BACKGROUND);
            assertThat(queued.status()).isEqualTo(200);
            String id = id(queued);
            assertThat(queued.json().get("status").asText()).isEqualTo("queued");
            assertThat(queued.json().get("background").asBoolean()).isTrue();
            assertThat(queued.json().get("output")).isEmpty();
            StreamTest.await(model.started);
            assertThat(server.get("/v1/responses/" + id).json().get("status").asText())
                    .isEqualTo("in_progress");
            model.goOn();
            JsonNode ended = server.ended(id);
            assertThat(ended.get("status").asText()).isEqualTo("completed");
            assertThat(ended.get("output")
                            .get(0)
                            .get("content")
                            .get(0)
                            .get("text")
                            .asText())
                    .isEqualTo("one two three four");
            assertThat(server.get("/v1/responses/" + id + "?stream=false").json())
                    .isEqualTo(ended);
            // The members are those of any other response.
            assertThat(names(queued.json())).isEqualTo(names(server.post(CREATE).json()));
        }
    }

    @Test
    void cancelIsWhatTheStateSays() {
        Paused model = new Paused();
        try (TestServer server = oneAtATime(model)) {
            String running = id(server.post(BACKGROUND));
            StreamTest.await(model.started);
            String queued = id(server.post(BACKGROUND));
            assertThat(server.get("/v1/responses/" + queued)
                            .json()
                            .get("status")
                            .asText())
                    .isEqualTo("queued");

            for (String id : List.of(queued, running)) {
                Answer first = cancel(server, id);
                assertThat(first.status()).isEqualTo(200);
                assertThat(first.json().get("status").asText()).isEqualTo("cancelled");
                assertThat(first.json().get("id").asText()).isEqualTo(id);
                assertThat(first.json().has("cancelled_at")).isFalse();
                Answer second = cancel(server, id);
                assertThat(second.status()).isEqualTo(200);
                assertThat(second.json()).isEqualTo(first.json());
                assertThat(server.get("/v1/responses/" + id).json()).isEqualTo(first.json());
            }
            model.goOn();
            String finished = id(server.post(BACKGROUND));
            JsonNode ended = server.ended(finished);
            assertThat(ended.get("status").asText()).isEqualTo("completed");
            Answer late = cancel(server, finished);
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.json()).isEqualTo(ended);

            String foreground = id(server.post(CREATE));
            Answer refused = cancel(server, foreground);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text())
                    .isEqualTo("{\"error\":{\"message\":\"Cannot cancel a synchronous response.\","
                            + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
            assertThat(server.ask("DELETE", "/v1/responses/" + finished, "").status())
                    .isEqualTo(200);
            for (String unknown : List.of(finished, "resp_nobody")) {
                Answer missing = cancel(server, unknown);
                assertThat(missing.status()).isEqualTo(404);
                assertThat(missing.text())
                        .isEqualTo("{\"error\":{\"message\":\"Response with id '" + unknown
                                + "' not found.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}");
            }
        }
    }

    @Test
    void budTellsWhenAResponseWasCancelled() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model)) {
            String id = id(server.post(BACKGROUND, BUD));
            StreamTest.await(model.started);
            long before = System.currentTimeMillis() / 1000;
            JsonNode cancelled = cancel(server, id, BUD).json();

            assertThat(cancelled.get("object").asText()).isEqualTo("response");
            assertThat(cancelled.get("status").asText()).isEqualTo("cancelled");
            assertThat(cancelled.get("cancelled_at").asLong()).isBetween(before, System.currentTimeMillis() / 1000);
        }
    }

    @Test
    void alephAlphaCallsAJobByAnotherNameUntilThereIsAResult() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model)) {
            Answer accepted = server.post(BACKGROUND, ALEPH_ALPHA);
            assertThat(accepted.status()).isEqualTo(202);
            String job = id(accepted);
            assertThat(job).startsWith("req_");
            assertThat(accepted.json().get("status").asText()).isEqualTo("in_progress");
            assertThat(accepted.json().get("output")).isEmpty();
            StreamTest.await(model.started);
            String response = "resp_" + job.substring("req_".length());
            for (String name : List.of(job, response)) {
                JsonNode running =
                        server.get("/v1/responses/" + name, ALEPH_ALPHA).json();
                assertThat(running.get("id").asText()).isEqualTo(job);
                assertThat(running.get("status").asText()).isEqualTo("in_progress");
            }
            // Elsewhere there is no such name.
            assertThat(server.get("/v1/responses/" + job).status()).isEqualTo(404);
            model.goOn();
            JsonNode ended = server.ended(response);
            for (String name : List.of(job, response)) {
                assertThat(server.get("/v1/responses/" + name, ALEPH_ALPHA).json())
                        .isEqualTo(ended);
            }
            assertThat(ended.get("id").asText()).isEqualTo(response);
            assertThat(server.get("/v1/responses/" + job + "/input_items", ALEPH_ALPHA)
                            .status())
                    .isEqualTo(200);
            assertThat(cancel(server, job, ALEPH_ALPHA).json()).isEqualTo(ended);
            assertThat(server.ask("DELETE", "/v1/responses/" + job, "", ALEPH_ALPHA)
                            .text())
                    .isEqualTo("{\"id\":\"" + job + "\",\"object\":\"response\",\"deleted\":true}");
            assertThat(server.get("/v1/responses/" + response).status()).isEqualTo(404);
            // A call that waits is no job.
            Answer whole = server.post(CREATE, ALEPH_ALPHA);
            assertThat(whole.status()).isEqualTo(200);
            assertThat(id(whole)).startsWith("resp_");
        }
    }

    @Test
    void aListOfJobsIsReadOnByTheirNames() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model)) {
            String first = id(server.post(BACKGROUND, ALEPH_ALPHA));
            String second = id(server.post(BACKGROUND, ALEPH_ALPHA));
            JsonNode page =
                    server.get("/v1/responses?limit=1&order=asc", ALEPH_ALPHA).json();
            assertThat(page.get("last_id").asText()).isEqualTo(first);
            JsonNode next = server.get("/v1/responses?limit=1&order=asc&after=" + first, ALEPH_ALPHA)
                    .json();
            assertThat(next.get("last_id").asText()).isEqualTo(second);
            assertThat(next.get("has_more").asBoolean()).isFalse();
            model.goOn();
        }
    }

    @Test
    void whatIsNotFinishedIsNotContinued() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(
                model, handler -> handler.apiKey("a", new Tenant("a")).apiKey("b", new Tenant("b")))) {
            String key = "Authorization: Bearer a";
            String running = id(server.post(BACKGROUND, key));
            StreamTest.await(model.started);
            List<Answer> answers = new ArrayList<>();
            for (String id : List.of(running, "resp_nobody")) {
                String next = CREATE.replace("}", ",\"previous_response_id\":\"" + id + "\"}");
                answers.add(server.post(next, key));
                answers.add(server.post(next, "Authorization: Bearer b"));
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(400));
            assertThat(answers.get(0).errorSummary())
                    .isEqualTo("invalid_request_error|previous_response_not_finished|previous_response_id");
            // Another tenant's is like one that nobody has, whatever its state.
            String unknown = answers.get(2).text();
            assertThat(unknown)
                    .isEqualTo("{\"error\":{\"message\":\"Previous response with id 'resp_nobody' not found.\","
                            + "\"type\":\"invalid_request_error\",\"param\":\"previous_response_id\","
                            + "\"code\":\"previous_response_not_found\"}}");
            assertThat(answers.get(3).text()).isEqualTo(unknown);
            assertThat(answers.get(1).text()).isEqualTo(unknown.replace("resp_nobody", running));
            model.goOn();
        }
    }

    @Test
    void responsesAreListed() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            assertThat(server.get("/v1/responses").text())
                    .isEqualTo("{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,"
                            + "\"has_more\":false}");
            List<JsonNode> made = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                made.add(0, server.post(CREATE).json());
            }
            server.post(CREATE.replace("}", ",\"store\":false}"));
            JsonNode all = server.get("/v1/responses").json();
            assertThat(all.get("data")).containsExactlyElementsOf(made);
            assertThat(all.get("first_id")).isEqualTo(made.get(0).get("id"));
            assertThat(all.get("last_id")).isEqualTo(made.get(4).get("id"));
            List<JsonNode> paged = new ArrayList<>();
            JsonNode page = server.get("/v1/responses?limit=2").json();
            while (!page.get("data").isEmpty()) {
                page.get("data").forEach(paged::add);
                page = server.get("/v1/responses?limit=2&after="
                                + page.get("last_id").asText())
                        .json();
            }
            assertThat(paged).isEqualTo(made);
            assertThat(page.get("has_more").asBoolean()).isFalse();
            assertThat(server.get("/v1/responses?order=asc&limit=1")
                            .json()
                            .get("data")
                            .get(0))
                    .isEqualTo(made.get(4));
            Answer unknown = server.get("/v1/responses?after=resp_nobody");
            assertThat(unknown.status()).isEqualTo(400);
            assertThat(unknown.errorSummary()).isEqualTo("invalid_request_error|null|after");
            assertThat(server.get("/v1/responses?limit=101").errorSummary())
                    .isEqualTo("invalid_request_error|integer_above_max_value|limit");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"previous_response_id", "conversation"})
    void theWholeContextIsListedOnDemand(String by) {
        try (TestServer server = TestServer.of(TestServer.saying("Hello."))) {
            String conversation = id(server.ask("POST", "/v1/conversations", ""));
            boolean chained = by.equals("previous_response_id");
            String first = id(server.post(CREATE.replace(
                    "}",
                    ",\"instructions\":\"Be brief.\"" + (chained ? "" : ",\"conversation\":\"" + conversation + "\"")
                            + "}")));
            String second = id(server.post("{\"model\":\"m\",\"input\":\"More\",\"instructions\":\"Be kind.\",\"" + by
                    + "\":\"" + (chained ? first : conversation) + "\"}"));
            String path = "/v1/responses/" + second + "/input_items";

            assertThat(texts(server.get(path).json())).containsExactly("user: More");
            JsonNode context = server.get(path + "?scope=context&order=asc").json();
            assertThat(texts(context))
                    .containsExactly("system: Be kind.", "user: Hi", "assistant: Hello.", "user: More");
            JsonNode page = server.get(path + "?scope=context&limit=2").json();
            assertThat(texts(page)).containsExactly("user: More", "assistant: Hello.");
            assertThat(page.get("has_more").asBoolean()).isTrue();
            JsonNode next = server.get(path + "?scope=context&limit=2&after="
                            + page.get("last_id").asText())
                    .json();
            assertThat(texts(next)).containsExactly("user: Hi", "system: Be kind.");
            assertThat(next.get("has_more").asBoolean()).isFalse();
            assertThat(server.get(path + "?scope=all").errorSummary())
                    .isEqualTo("invalid_request_error|invalid_value|scope");
            assertThat(server.get(path + "?scope=context&after=msg_nobody").errorSummary())
                    .isEqualTo("invalid_request_error|null|after");
            assertThat(server.get("/v1/responses/resp_nobody/input_items?scope=context")
                            .status())
                    .isEqualTo(404);
        }
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.get("data").spliterator(), false)
                .map(item -> item.get("role").asText() + ": "
                        + item.get("content").get(0).get("text").asText())
                .toList();
    }
}
