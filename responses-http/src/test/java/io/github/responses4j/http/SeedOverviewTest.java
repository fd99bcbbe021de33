package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.testkit.ScriptedBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The overview of the stateful Responses API. Not here: its guardrails, which this server does not have, and its clients, which the
 * interop suite runs.
 */
class SeedOverviewTest {
    private static final String BERLIN = "The capital of Germany is Berlin.";

    private static Seed seed(ScriptedBackend backend) {
        return new Seed("overview", Profile.ALEPH_ALPHA, backend);
    }

    @Test
    void theQuickExample() {
        try (Seed seed = seed(ScriptedBackend.answering(BERLIN))) {
            JsonNode response = Seed.completed(seed.post("question"));
            assertThat(response.get("model").textValue()).isEqualTo("qwen3-32b-tool");
            assertThat(Seed.said(response)).isEqualTo(BERLIN);
        }
    }

    @Test
    void aGraphPassesNoPreviousResponseAtFirst() {
        try (Seed seed = seed(ScriptedBackend.answering(BERLIN))) {
            Seed.completed(seed.postWith("question", "\"previous_response_id\":null"));
        }
    }

    /** History is put together from stored responses, and the standing orders carry forward without being sent again. */
    @Test
    void conversationsPersistAndInstructionsAreInherited() {
        try (Seed seed = seed(ScriptedBackend.answering(BERLIN, "About 3.7 million.", "Yes."))) {
            String first = Seed.completed(seed.postWith("question", "\"instructions\":\"Be brief.\""))
                    .get("id")
                    .textValue();
            JsonNode second = Seed.completed(seed.postWith(
                    "question", "\"input\":\"How many live there?\",\"previous_response_id\":\"" + first + "\""));
            assertThat(second.get("previous_response_id").textValue()).isEqualTo(first);
            assertThat(second.get("instructions").textValue()).isEqualTo("Be brief.");
            Seed.completed(seed.postWith(
                    "question",
                    "\"input\":\"Sure?\",\"previous_response_id\":\""
                            + second.get("id").textValue() + "\""));
            BackendRequest third = seed.backend().request(2);
            assertThat(third.instructions()).isEqualTo("Be brief.");
            assertThat(third.context()).hasSize(5);
        }
    }

    @Test
    void tokensAreDeliveredAsTheyCome() {
        try (Seed seed = seed(new ScriptedBackend()
                .sample(model -> model.text("The capital ", "is Berlin.").usage(3, 2)))) {
            Answer answer = seed.postWith("question", "\"stream\":true");
            assertThat(answer.text())
                    .startsWith("data: {")
                    .doesNotContain("event: ")
                    .endsWith("data: [DONE]\n\n");
            List<JsonNode> events = Seed.events(answer);
            assertThat(events.stream()
                            .filter(event -> event.get("type").textValue().equals("response.output_text.delta"))
                            .map(event -> event.get("delta").textValue()))
                    .containsExactly("The capital ", "is Berlin.");
            JsonNode last = events.get(events.size() - 1);
            assertThat(last.get("type").textValue()).isEqualTo("response.completed");
            // What was streamed is stored like any other response.
            Answer stored = seed.server()
                    .get("/v1/responses/" + last.get("response").get("id").textValue());
            assertThat(stored.json()).isEqualTo(last.get("response"));
        }
    }

    @Test
    void functionToolsAreRunByTheClient() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("call_1", "population", "{\"city\":\"Berlin\"}"))
                .sample(model -> model.text("3.7 million."));
        try (Seed seed = seed(backend)) {
            JsonNode first = Seed.completed(seed.postWith(
                    "question", "\"tools\":[{\"type\":\"function\",\"name\":\"population\",\"parameters\":{}}]"));
            JsonNode call = first.get("output").get(0);
            assertThat(call.get("type").textValue()).isEqualTo("function_call");
            JsonNode second = Seed.completed(seed.postWith(
                    "question",
                    "\"previous_response_id\":\"" + first.get("id").textValue()
                            + "\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\""
                            + call.get("call_id").textValue() + "\",\"output\":\"3700000\"}]"));
            assertThat(Seed.said(second)).isEqualTo("3.7 million.");
        }
    }

    /** A job is answered at once, under a name of its own; when it has ended, the response has the name that stays. */
    @Test
    void aJobRunsInTheBackground() {
        try (Seed seed = seed(ScriptedBackend.answering(BERLIN, "Yes."))) {
            Answer accepted = seed.postWith("question", "\"background\":true");
            assertThat(accepted.status()).isEqualTo(202);
            String job = accepted.json().get("id").textValue();
            assertThat(job).startsWith("req_");
            assertThat(accepted.json().get("status").textValue()).isEqualTo("in_progress");
            assertThat(accepted.json().get("output")).isEmpty();
            JsonNode ended = seed.server().ended(job);
            assertThat(ended.get("status").textValue()).isEqualTo("completed");
            assertThat(ended.get("id").textValue()).isEqualTo(job.replace("req_", "resp_"));
            assertThat(Seed.said(ended)).isEqualTo(BERLIN);
            Seed.completed(seed.postWith(
                    "question",
                    "\"input\":\"Sure?\",\"previous_response_id\":\""
                            + ended.get("id").textValue() + "\""));
            assertThat(seed.backend().request(1).context()).hasSize(3);
        }
    }

    @Test
    void whatWasNotStreamedCanBeReplayed() {
        try (Seed seed = seed(ScriptedBackend.answering(BERLIN))) {
            JsonNode response = Seed.completed(seed.post("question"));
            Answer replay =
                    seed.server().get("/v1/responses/" + response.get("id").textValue() + "?stream=true");
            assertThat(replay.text())
                    .startsWith("data: {")
                    .doesNotContain("event: ")
                    .endsWith("data: [DONE]\n\n");
            List<JsonNode> events = Seed.events(replay);
            assertThat(events.get(events.size() - 1).get("response")).isEqualTo(response);
        }
    }

    @Test
    void whatIsUnknownIsNotFound() {
        try (Seed seed = seed(ScriptedBackend.answering(BERLIN))) {
            Answer get = seed.server().get("/v1/responses/resp_unknown");
            Answer chained = seed.postWith("question", "\"previous_response_id\":\"resp_unknown\"");
            String notStored = Seed.completed(seed.postWith("question", "\"store\":false"))
                    .get("id")
                    .textValue();
            Answer afterNotStored = seed.postWith("question", "\"previous_response_id\":\"" + notStored + "\"");
            assertThat(List.of(get, chained, afterNotStored)).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.error().get("type").textValue()).isEqualTo("not_found_error");
            });
            assertThat(get.error().get("message").textValue()).isEqualTo("Response with ID 'resp_unknown' not found.");
            assertThat(chained.error().get("message")).isEqualTo(get.error().get("message"));
        }
    }
}
