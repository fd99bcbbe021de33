package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.ScriptedBackend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bud's Responses API. Not served:
 *
 * <ul>
 *   <li>the sample clients that read {@code output.content}, {@code output.tool_calls} and {@code delta.content}: the same document says
 *       that the output is an array, and what a delta is;
 *   <li>prompts and MCP servers, as long as the engine has none: a request that names a prompt is refused;
 *   <li>{@code instructions} as an array, which goes with prompts;
 *   <li>the code {@code invalid_model} for an unknown model, which is {@code model_not_found} here, the type {@code
 *       authentication_error} of a 401, and {@code retry_after} in the body of a 429, which is in its headers.
 * </ul>
 */
class SeedBudTest {
    private static Seed seed(ScriptedBackend backend) {
        return new Seed("bud", Profile.BUD, backend);
    }

    private static Seed seed(String... answers) {
        return seed(ScriptedBackend.answering(answers));
    }

    /** The body that the document prints, without what names a prompt and a response of another server's. */
    @Test
    void createResponse() {
        try (Seed seed = seed("Quantum computing uses quantum mechanical phenomena...")) {
            JsonNode response =
                    Seed.completed(seed.postWith("create", "\"prompt\":null,\"previous_response_id\":null"));
            assertThat(response.get("created")).isEqualTo(response.get("created_at"));
            assertThat(Seed.said(response)).startsWith("Quantum computing");
            assertThat(response.get("output").get(0).get("id").textValue()).startsWith("msg_");
            assertThat(response.get("instructions").textValue()).isEqualTo("You are a helpful physics tutor");
            assertThat(response.get("parallel_tool_calls").booleanValue()).isTrue();
            assertThat(response.get("tool_choice").textValue()).isEqualTo("auto");
            assertThat(response.get("temperature")).isEqualTo(Json.read("0.7"));
            assertThat(response.get("max_output_tokens").intValue()).isEqualTo(1500);
            assertThat(response.get("background").booleanValue()).isFalse();
            assertThat(response.get("reasoning").get("effort").textValue()).isEqualTo("medium");
            assertThat(response.get("text").get("format").get("type").textValue())
                    .isEqualTo("text");
            assertThat(response.get("metadata"))
                    .isEqualTo(Json.read("{\"user_id\":\"user123\",\"session\":\"quantum_tutorial\"}"));
            JsonNode tool = response.get("tools").get(0);
            assertThat(tool.get("name").textValue()).isEqualTo("calculate_quantum_state");
            assertThat(tool.has("function")).isFalse();
            BackendRequest asked = seed.backend().request(0);
            assertThat(asked.maxOutputTokens()).isEqualTo(1500);
            assertThat(asked.settings().json().has("modalities")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "prompt", "prompt-with-input"})
    void promptsAreNotThereYetAndSaySo(String request) {
        try (Seed seed = seed()) {
            Answer answer = seed.postWith(request, "\"previous_response_id\":null");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().get("param").textValue()).isEqualTo("prompt");
        }
    }

    @Test
    void multimodalInput() {
        try (Seed seed = seed("A cat.")) {
            Seed.completed(seed.postWith("multimodal", "\"model\":\"gpt-4o\""));
            Message asked = (Message) seed.backend().request(0).context().get(0);
            assertThat(seed.backend().request(0).context()).hasSize(1);
            assertThat(asked.content().get(0)).isEqualTo(InputText.of("What's in this image?"));
            assertThat(((InputImage) asked.content().get(1)).imageUrl()).isEqualTo("data:image/jpeg;base64,...");
        }
    }

    @Test
    void aRequestNamesAModelOrAPrompt() {
        try (Seed seed = seed()) {
            Answer answer = seed.post("multimodal");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|missing_required_parameter|model");
        }
    }

    @Test
    void audioIsRefused() {
        try (Seed seed = seed()) {
            Answer answer = seed.postWith("basic", "\"modalities\":[\"text\",\"audio\"]");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|unsupported_modality|modalities");
        }
    }

    @Test
    void conversations() {
        try (Seed seed = seed("They learn.", "They are trained.", "Well,")) {
            String first = Seed.completed(seed.post("first-turn")).get("id").textValue();
            JsonNode second = Seed.completed(seed.post("second-turn", "'$RESPONSE_ID'", first));
            assertThat(second.get("previous_response_id").textValue()).isEqualTo(first);
            JsonNode third = Seed.completed(seed.post(
                    "conversation-context", "resp_previous", second.get("id").textValue()));
            assertThat(third.get("instructions").textValue()).startsWith("You are a helpful tutor");
            assertThat(seed.backend().request(2).context().stream().map(item -> ((Message) item).text()))
                    .containsExactly(
                            "Explain neural networks",
                            "They learn.",
                            "How do they differ from traditional algorithms?",
                            "They are trained.",
                            "Continue our discussion");
        }
    }

    @Test
    void functionCalls() {
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.call("call_456", "calculate_fibonacci", "{\"n\":10}"));
        try (Seed seed = seed(backend)) {
            JsonNode call = Seed.completed(seed.post("tools")).get("output").get(0);
            assertThat(call.get("type").textValue()).isEqualTo("function_call");
            assertThat(call.get("call_id").textValue()).isEqualTo("call_456");
            assertThat(call.get("name").textValue()).isEqualTo("calculate_fibonacci");
            assertThat(call.get("arguments").textValue()).isEqualTo("{\"n\":10}");
            assertThat(call.get("id").textValue()).startsWith("fc_");
        }
    }

    @Test
    void reasoningModels() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model ->
                        model.summary(0, "Let me think through this...").text("42"));
        try (Seed seed = seed(backend)) {
            JsonNode response = Seed.completed(seed.post("reasoning"));
            JsonNode reasoning = response.get("output").get(0);
            assertThat(reasoning.get("type").textValue()).isEqualTo("reasoning");
            assertThat(reasoning.get("id").textValue()).startsWith("rs_");
            assertThat(reasoning.get("summary"))
                    .isEqualTo(Json.read("[{\"type\":\"summary_text\",\"text\":\"Let me think through this...\"}]"));
            assertThat(Seed.said(response)).isEqualTo("42");
            assertThat(backend.request(0).settings().json().get("reasoning"))
                    .isEqualTo(Json.read("{\"effort\":\"medium\"}"));
        }
    }

    @Test
    void eventsOfMessagesReasoningAndFunctions() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.summary(0, "Let me think...")
                        .text("Quantum")
                        .call("call_456", "calculate_fibonacci", "{\"n\":10}"));
        try (Seed seed = seed(backend)) {
            Answer answer = seed.postWith("tools", "\"stream\":true");
            assertThat(answer.text()).endsWith("data: [DONE]\n\n");
            assertThat(answer.frames().get(0).event()).isEqualTo("response.created");
            assertThat(answer.eventTypes())
                    .containsSubsequence(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.reasoning_summary_part.added",
                            "response.reasoning_summary_text.delta",
                            "response.reasoning_summary_text.done",
                            "response.reasoning_summary_part.done",
                            "response.output_item.done",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.output_text.delta",
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.output_item.added",
                            "response.function_call_arguments.done",
                            "response.output_item.done",
                            "response.completed");
            List<JsonNode> events = Seed.events(answer);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).get("sequence_number").intValue()).isEqualTo(i);
            }
            JsonNode first = events.get(0).get("response");
            assertThat(first.get("created")).isEqualTo(first.get("created_at"));
            assertThat(events.stream()
                            .filter(event ->
                                    event.get("type").textValue().equals("response.function_call_arguments.done")))
                    .singleElement()
                    .satisfies(done -> {
                        assertThat(done.get("name").textValue()).isEqualTo("calculate_fibonacci");
                        assertThat(done.get("arguments").textValue()).isEqualTo("{\"n\":10}");
                    });
            assertThat(events.get(events.size() - 1).get("response").get("output"))
                    .hasSize(3);
        }
    }

    @Test
    void retrieveAndDelete() {
        try (Seed seed = seed("Learning.")) {
            JsonNode created = Seed.completed(seed.post("basic"));
            String path = "/v1/responses/" + created.get("id").textValue();
            assertThat(seed.server().get(path).json()).isEqualTo(created);
            Answer deleted = Wire.ask(seed.server().port(), "DELETE", path, "");
            assertThat(deleted.json())
                    .isEqualTo(Json.read("{\"id\":\"" + created.get("id").textValue()
                            + "\",\"object\":\"response\",\"deleted\":true}"));
            assertThat(seed.server().get(path).status()).isEqualTo(404);
        }
    }

    @Test
    void inputItems() {
        try (Seed seed = seed("They learn.")) {
            String id = Seed.completed(seed.postWith("first-turn", "\"instructions\":\"Be a tutor.\""))
                    .get("id")
                    .textValue();
            JsonNode list =
                    seed.server().get("/v1/responses/" + id + "/input_items").json();
            assertThat(list.get("object").textValue()).isEqualTo("list");
            JsonNode item = list.get("data").get(0);
            assertThat(item.get("type").textValue()).isEqualTo("message");
            assertThat(item.get("role").textValue()).isEqualTo("user");
            // The document lists the whole context, which is there on demand.
            JsonNode context = seed.server()
                    .get("/v1/responses/" + id + "/input_items?scope=context&order=asc")
                    .json();
            assertThat(context.get("data"))
                    .extracting(each -> each.get("role").textValue())
                    .containsExactly("system", "user");
        }
    }

    @Test
    void cancel() {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model, handler -> handler.profile(Profile.BUD))) {
            String id = server.post(
                            "{\"model\":\"gpt-4o\",\"input\":\"What is machine learning?\",\"background\":true}")
                    .json()
                    .get("id")
                    .textValue();
            StreamTest.await(model.started);
            Answer cancelled = server.ask("POST", "/v1/responses/" + id + "/cancel", "");
            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.json().get("id").textValue()).isEqualTo(id);
            assertThat(cancelled.json().get("object").textValue()).isEqualTo("response");
            assertThat(cancelled.json().get("status").textValue()).isEqualTo("cancelled");
            assertThat(cancelled.json().get("cancelled_at").isIntegralNumber()).isTrue();
        }
    }

    @Test
    void errors() {
        try (TestServer server = TestServer.of(
                TestServer.saying("Hi"), handler -> handler.profile(Profile.BUD).apiKey("right"))) {
            String basic = "{\"model\":\"gpt-4o\",\"input\":\"What is machine learning?\"}";
            Answer unauthorized = server.post(basic, "Authorization: Bearer YOUR_API_KEY");
            assertThat(unauthorized.status()).isEqualTo(401);
            assertThat(unauthorized.error().get("code").textValue()).isEqualTo("invalid_api_key");
            assertThat(server.post(basic, "Authorization: Bearer right").status())
                    .isEqualTo(200);
        }
    }
}
