package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.ScriptedBackend;
import io.github.responses4j.testkit.SseFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The first steps with the Elixir server. Its responses may have an empty {@code usage}; ours always has one. Its provider key in the body
 * is taken and kept to the run.
 */
class SeedElixirTest {
    private static Seed seed(ScriptedBackend backend) {
        return new Seed("elixir", Profile.ELIXIR, backend);
    }

    @Test
    void theFirstRequest() {
        try (Seed seed = seed(ScriptedBackend.answering("The BEAM is..."))) {
            JsonNode response = Seed.completed(seed.post("first-request"));
            assertThat(response.get("model").textValue()).isEqualTo("gpt-4o");
            assertThat(response.get("output").get(0).get("status").textValue()).isEqualTo("completed");
            assertThat(Seed.said(response)).isEqualTo("The BEAM is...");
        }
    }

    @Test
    void streaming() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("Concurrent", " streams flow").usage(9, 2));
        try (Seed seed = seed(backend)) {
            Answer answer = seed.server()
                    .post(seed.printed("streaming"), "Accept: text/event-stream", "Content-Type: application/json");
            assertThat(answer.text()).endsWith("\n\ndata: [DONE]\n\n");
            List<String> names = new ArrayList<>();
            for (SseFrame frame : answer.frames()) {
                if (frame.data() != null && !frame.isDone()) {
                    names.add(frame.event());
                }
            }
            assertThat(names)
                    .startsWith("response.created", "response.in_progress")
                    .containsSubsequence(
                            "response.output_text.delta", "response.output_text.delta", "response.completed")
                    .endsWith("response.completed");
            List<JsonNode> events = Seed.events(answer);
            JsonNode created = events.get(0);
            JsonNode completed = events.get(events.size() - 1);
            // The response is at the top level, and in its place as well.
            assertThat(created.get("status").textValue()).isEqualTo("queued");
            assertThat(completed.get("status").textValue()).isEqualTo("completed");
            assertThat(Stream.of(created, completed))
                    .allSatisfy(event -> assertThat(event.get("id"))
                            .isEqualTo(event.get("response").get("id")));
            assertThat(completed.get("output"))
                    .isEqualTo(completed.get("response").get("output"));
            assertThat(events.stream()
                            .filter(event -> event.get("type").textValue().equals("response.output_text.delta"))
                            .map(event -> event.get("delta").textValue()))
                    .containsExactly("Concurrent", " streams flow");
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).get("sequence_number").intValue()).isEqualTo(i);
            }
        }
    }

    @Test
    void tools() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("call_1", "get_time", "{\"timezone\":\"Asia/Tokyo\"}"))
                .sample(model -> model.text("It is noon."));
        try (Seed seed = seed(backend)) {
            JsonNode response = Seed.completed(seed.post("tools"));
            JsonNode call = response.get("output").get(0);
            assertThat(call.get("type").textValue()).isEqualTo("function_call");
            assertThat(call.get("name").textValue()).isEqualTo("get_time");
            assertThat(Json.read(call.get("arguments").textValue()))
                    .isEqualTo(Json.read("{\"timezone\":\"Asia/Tokyo\"}"));
            JsonNode second = Seed.completed(seed.postWith(
                    "tools",
                    "\"previous_response_id\":\"" + response.get("id").textValue()
                            + "\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\""
                            + call.get("call_id").textValue() + "\",\"output\":\"12:00\"}]"));
            assertThat(Seed.said(second)).isEqualTo("It is noon.");
            assertThat(seed.backend().request(1).context()).hasSize(3);
        }
    }

    @Test
    void multiTurnConversations() {
        try (Seed seed = seed(ScriptedBackend.answering("Hello, Alice.", "Alice."))) {
            JsonNode first = Seed.completed(seed.post("first-turn"));
            JsonNode second = Seed.completed(
                    seed.post("second-turn", "resp_001", first.get("id").textValue()));
            assertThat(second.get("previous_response_id")).isEqualTo(first.get("id"));
            assertThat(seed.backend().request(1).context().stream().map(item -> ((Message) item).text()))
                    .containsExactly("My name is Alice.", "Hello, Alice.", "What is my name?");
        }
    }

    /** The id of the document, as it is printed, is no id of this server's. */
    @Test
    void anIdOfAnotherServerIsUnknown() {
        try (Seed seed = seed(ScriptedBackend.answering())) {
            Answer answer = seed.post("second-turn");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary())
                    .isEqualTo("invalid_request_error|previous_response_not_found|previous_response_id");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, OpenAI",
        "claude-opus-4-6, Anthropic",
        "gemini-2.5-pro, Google Gemini",
        "llama3, Ollama",
        "mistral-7b, Ollama",
        "phi4, Ollama",
        "qwen3, Ollama"
    })
    void theModelDecidesWhoAnswers(String model, String provider) {
        ResponsesEngine.Builder engine = ResponsesEngine.builder()
                .backend("gpt-*", named("OpenAI"))
                .backend("claude-*", named("Anthropic"))
                .backend("gemini-*", named("Google Gemini"));
        for (String local : List.of("llama*", "mistral*", "phi*", "qwen*")) {
            engine.backend(local, named("Ollama"));
        }
        try (TestServer server =
                TestServer.of(engine.build(), handler -> handler.profile(Profile.ELIXIR), http -> http)) {
            Answer answer =
                    server.post("{\"model\":\"" + model + "\",\"input\":[{\"role\":\"user\",\"content\":\"Who?\"}]}");
            assertThat(Seed.said(Seed.completed(answer))).isEqualTo(provider);
            Answer unknown = server.post("{\"model\":\"other\",\"input\":\"Who?\"}");
            assertThat(unknown.status()).isEqualTo(400);
            assertThat(unknown.errorSummary()).isEqualTo("invalid_request_error|model_not_found|model");
        }
    }

    private static Backend named(String provider) {
        return TestServer.saying(provider);
    }

    @Test
    void theKeyOfTheBodyIsNeitherStoredNorShown() {
        ScriptedBackend backend = ScriptedBackend.answering("The BEAM is...");
        try (Seed seed = seed(backend)) {
            Answer answer = seed.postWith("first-request", "\"api_key\":\"sk-secret\",\"stream\":true");
            String id = Seed.events(answer).get(0).get("id").textValue();
            assertThat(answer.text()).doesNotContain("sk-secret", "api_key");
            assertThat(answer.headers().values()).noneMatch(value -> value.contains("api_key"));
            assertThat(seed.server().get("/v1/responses/" + id).text()).doesNotContain("sk-secret", "api_key");
            assertThat(backend.request(0).settings().providerKey()).isEqualTo("sk-secret");
            assertThat(backend.request(0).settings().json().toAscii()).doesNotContain("sk-secret", "api_key");
        }
    }
}
