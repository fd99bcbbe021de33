package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.ScriptedBackend;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.tool.HostedTool;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each switch of a profile does, with the switch on and off, over HTTP. */
class SwitchTableTest {
    private static final String ASK = "{\"model\":\"m\",\"input\":\"Hi\"}";
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";

    /** Switches that are tested elsewhere, and where; what has no effect yet says so. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "backgroundAlias", "BackgroundTest",
            "createUnknownConversations", "ConversationsTest",
            "cancelOnDisconnect", "DisconnectTest",
            "failOnToolListing", "has no effect as long as no MCP server is asked for its tools");

    private static TestServer server(ScriptedBackend backend, UnaryOperator<Profile.Builder> switches) {
        Profile profile = switches.apply(Profile.DEFAULT.toBuilder()).build();
        return TestServer.of(backend, handler -> handler.profile(profile));
    }

    private static ScriptedBackend answering(int answers) {
        return ScriptedBackend.answering(
                Stream.generate(() -> "Hello.").limit(answers).toArray(String[]::new));
    }

    @Test
    void everySwitchIsTested() {
        List<String> tested = Arrays.stream(SwitchTableTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .toList();
        assertThat(Arrays.stream(Profile.class.getRecordComponents())
                        .filter(component -> component.getType() == boolean.class)
                        .map(RecordComponent::getName)
                        .filter(name -> !ELSEWHERE.containsKey(name)))
                .isSubsetOf(tested);
    }

    @Test
    void inheritInstructions() {
        for (boolean on : new boolean[] {true, false}) {
            ScriptedBackend backend = answering(2);
            try (TestServer server = server(backend, profile -> profile.inheritInstructions(on))) {
                String id = server.post("{\"model\":\"m\",\"input\":\"Hi\",\"instructions\":\"Be brief.\"}")
                        .json()
                        .get("id")
                        .textValue();
                Answer next = server.post("{\"model\":\"m\",\"input\":\"Hi\",\"previous_response_id\":\"" + id + "\"}");
                assertThat(backend.request(1).instructions()).isEqualTo(on ? "Be brief." : null);
                assertThat(next.json().get("instructions").textValue()).isEqualTo(on ? "Be brief." : null);
            }
        }
    }

    @Test
    void liftSystemMessages() {
        for (boolean on : new boolean[] {true, false}) {
            ScriptedBackend backend = answering(1);
            try (TestServer server = server(backend, profile -> profile.liftSystemMessages(on))) {
                Answer answer =
                        server.post("{\"model\":\"m\",\"input\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                                + "{\"role\":\"user\",\"content\":\"Hi\"}]}");
                BackendRequest asked = backend.request(0);
                assertThat(asked.instructions()).isEqualTo(on ? "Be brief." : null);
                assertThat(asked.context()).hasSize(on ? 1 : 2);
                String id = answer.json().get("id").textValue();
                assertThat(server.get("/v1/responses/" + id + "/input_items")
                                .json()
                                .get("data"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void doneMarker() {
        for (boolean on : new boolean[] {true, false}) {
            try (TestServer server = server(answering(1), profile -> profile.doneMarker(on))) {
                assertThat(server.post(STREAM).text().endsWith("\n\ndata: [DONE]\n\n"))
                        .isEqualTo(on);
            }
        }
    }

    @Test
    void eventLines() {
        for (boolean on : new boolean[] {true, false}) {
            try (TestServer server = server(answering(1), profile -> profile.eventLines(on))) {
                Answer answer = server.post(STREAM);
                assertThat(answer.text().startsWith("event: response.created\ndata: {"))
                        .isEqualTo(on);
                assertThat(answer.text().contains("event: ")).isEqualTo(on);
            }
        }
    }

    @Test
    void flatLifecycle() {
        for (boolean on : new boolean[] {true, false}) {
            try (TestServer server = server(answering(1), profile -> profile.flatLifecycle(on))) {
                List<JsonNode> events = Seed.events(server.post(STREAM));
                for (JsonNode event : List.of(events.get(0), events.get(1), events.get(events.size() - 1))) {
                    assertThat(event.get("response").has("id")).isTrue();
                    assertThat(event.has("id")).isEqualTo(on);
                    assertThat(event.has("output")).isEqualTo(on);
                    assertThat(event.has("error")).isFalse();
                    assertThat(event.get("response").has("error")).isTrue();
                }
                assertThat(events.get(0).path("status").asText()).isEqualTo(on ? "queued" : "");
            }
        }
    }

    @Test
    void openReasoningNames() {
        for (boolean on : new boolean[] {true, false}) {
            ScriptedBackend backend = new ScriptedBackend()
                    .sample(model -> model.reasoning("Well").text("Hello."));
            try (TestServer server = server(backend, profile -> profile.openReasoningNames(on))) {
                assertThat(server.post(STREAM).eventTypes())
                        .contains(
                                on ? "response.reasoning.delta" : "response.reasoning_text.delta",
                                on ? "response.reasoning.done" : "response.reasoning_text.done")
                        .doesNotContain(
                                on ? "response.reasoning_text.delta" : "response.reasoning.delta",
                                on ? "response.reasoning_text.done" : "response.reasoning.done");
            }
        }
    }

    @Test
    void createdMember() {
        for (boolean on : new boolean[] {true, false}) {
            try (TestServer server = server(answering(2), profile -> profile.createdMember(on))) {
                JsonNode created = server.post(ASK).json();
                JsonNode stored = server.get(
                                "/v1/responses/" + created.get("id").textValue())
                        .json();
                JsonNode streamed = Seed.events(server.post(STREAM)).get(0).get("response");
                assertThat(List.of(created, stored, streamed)).allSatisfy(response -> {
                    assertThat(response.has("created")).isEqualTo(on);
                    assertThat(response.has("created_at")).isTrue();
                });
            }
        }
    }

    @Test
    void unknownPreviousIs404() {
        for (boolean on : new boolean[] {true, false}) {
            try (TestServer server = server(answering(0), profile -> profile.unknownPreviousIs404(on))) {
                Answer answer = server.post("{\"model\":\"m\",\"input\":\"Hi\",\"previous_response_id\":\"resp_x\"}");
                assertThat(answer.status()).isEqualTo(on ? 404 : 400);
                assertThat(answer.errorSummary())
                        .isEqualTo(
                                on
                                        ? "not_found_error|null|previous_response_id"
                                        : "invalid_request_error|previous_response_not_found|previous_response_id");
                assertThat(answer.error().get("message").textValue())
                        .isEqualTo(
                                on
                                        ? "Response with ID 'resp_x' not found."
                                        : "Previous response with id 'resp_x' not found.");
            }
        }
    }

    @Test
    void strict() {
        String unknown = "{\"model\":\"m\",\"input\":\"Hi\",\"acme\":1}";
        for (boolean on : new boolean[] {true, false}) {
            ScriptedBackend backend = answering(1).warning("top_k", "this backend does not know it");
            try (TestServer server = server(backend, profile -> profile.strict(on))) {
                Answer first = server.post(on ? ASK : unknown);
                assertThat(first.status()).isEqualTo(on ? 400 : 200);
                if (on) {
                    assertThat(first.errorSummary()).isEqualTo("invalid_request_error|unsupported_parameter|top_k");
                    assertThat(server.post(unknown).errorSummary())
                            .isEqualTo("invalid_request_error|unknown_parameter|acme");
                } else {
                    assertThat(first.header("x-responses-warnings")).contains("\"acme\"", "\"top_k\"");
                    assertThat(backend.request(0).settings().json().get("acme").intValue())
                            .isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aProfileIsStrictByItsName() {
        try (TestServer server = TestServer.of(answering(1))) {
            Answer refused =
                    server.post("{\"model\":\"m\",\"input\":\"Hi\",\"acme\":1}", "X-Responses-Profile: openai+strict");
            assertThat(refused.errorSummary()).isEqualTo("invalid_request_error|unknown_parameter|acme");
        }
    }

    @Test
    void approvalByDefault() {
        String ask = "{\"model\":\"m\",\"input\":\"Hi\",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"tides\"}]}";
        for (boolean on : new boolean[] {true, false}) {
            ScriptedBackend backend = answering(1);
            try (TestServer server = server(backend, profile -> profile.approvalByDefault(on))) {
                JsonNode echoed = server.post(ask).json().get("tools").get(0);
                assertThat(echoed.get("require_approval").textValue()).isEqualTo(on ? "always" : "never");
                assertThat(backend.request(0).tools().get(0).json().string("require_approval"))
                        .isEqualTo(on ? "always" : "never");
            }
        }
    }

    @Test
    void showHostedTools() {
        JsonObject none = JsonObject.EMPTY;
        String tools =
                ",\"tools\":[{\"type\":\"function\",\"name\":\"clock\"},{\"type\":\"function\",\"name\":\"mine\"}]}";
        for (boolean on : new boolean[] {true, false}) {
            ScriptedBackend backend = new ScriptedBackend();
            for (int i = 0; i < 2; i++) {
                backend.sample(model -> model.text("Let me see.").call("call_1", "clock", "{}"))
                        .sample(model -> model.text("It is noon.").call("call_2", "mine", "{}"));
            }
            ResponsesEngine engine = TestServer.engine(backend)
                    .tool(HostedTool.of("clock", "Tells the time.", none, arguments -> "noon"))
                    .build();
            Profile profile = Profile.DEFAULT.toBuilder().showHostedTools(on).build();
            try (TestServer server = TestServer.of(engine, handler -> handler.profile(profile), http -> http)) {
                JsonNode whole = server.post(ASK.replace("}", tools)).json();
                JsonNode stored = server.get("/v1/responses/" + whole.get("id").textValue())
                        .json();
                Answer stream = server.post(STREAM.replace("}", tools));
                List<JsonNode> events = Seed.events(stream);
                JsonNode streamed = events.get(events.size() - 1).get("response");
                List<String> expected = on
                        ? List.of("message", "function_call", "function_call_output", "message", "function_call")
                        : List.of("message", "message", "function_call");
                for (JsonNode response : List.of(whole, stored, streamed)) {
                    assertThat(response.get("output"))
                            .extracting(item -> item.get("type").textValue())
                            .isEqualTo(expected);
                }
                StreamInvariants.checkSse(stream.body(), StreamOptions.strict());
                StreamInvariants.assertFoldEquals(events, streamed);
                assertThat(stream.text().contains("clock\",\"arguments")).isEqualTo(on);
            }
        }
    }
}
