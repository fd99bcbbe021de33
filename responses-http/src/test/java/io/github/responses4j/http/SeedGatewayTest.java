package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.ScriptedBackend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway's reference of {@code POST /v1/responses}. */
class SeedGatewayTest {
    private static Seed seed(ScriptedBackend backend) {
        return new Seed("gateway", Profile.GATEWAY, backend);
    }

    @Test
    void simpleInput() {
        try (Seed seed = seed(ScriptedBackend.answering("Quantum computing uses quantum bits (qubits)..."))) {
            JsonNode response = Seed.completed(seed.post("simple"));
            assertThat(response.get("model").textValue()).isEqualTo("gpt-4o-mini");
            assertThat(Seed.said(response)).startsWith("Quantum computing");
            Message asked = (Message) seed.backend().request(0).context().get(0);
            assertThat(asked.text()).isEqualTo("Explain quantum computing in one paragraph.");
            assertThat(asked.role().wire()).isEqualTo("user");
        }
    }

    @Test
    void structuredInput() {
        try (Seed seed = seed(ScriptedBackend.answering("A cat."))) {
            Seed.completed(seed.post("structured"));
            Message asked = (Message) seed.backend().request(0).context().get(0);
            assertThat(asked.content().get(0)).isEqualTo(InputText.of("Describe this image"));
            assertThat(((InputImage) asked.content().get(1)).imageUrl()).isEqualTo("https://...");
        }
    }

    @Test
    void multiTurn() {
        try (Seed seed = seed(ScriptedBackend.answering("Qubits.", "Tiny coins."))) {
            String first = Seed.completed(seed.post("simple")).get("id").textValue();
            JsonNode second = Seed.completed(seed.post("multi-turn", "resp_abc123", first));
            assertThat(second.get("previous_response_id").textValue()).isEqualTo(first);
            assertThat(seed.backend().request(1).context().stream().map(item -> ((Message) item).text()))
                    .containsExactly(
                            "Explain quantum computing in one paragraph.",
                            "Qubits.",
                            "Now explain it to a 5-year-old.");
        }
    }

    /** The table of the body: a value that each parameter takes, and what the backend is given of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "instructions | \"Be brief.\"",
                "stream | false",
                "temperature | 0",
                "temperature | 2",
                "top_p | 0",
                "top_p | 1",
                "max_output_tokens | 4000",
                "tools | [{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}}]",
                "tool_choice | \"none\"",
                "tool_choice | \"auto\"",
                "tool_choice | \"required\"",
                "tool_choice | {\"type\":\"function\",\"name\":\"f\"}",
                "parallel_tool_calls | true",
                "reasoning | {\"effort\":\"low\",\"summary\":\"auto\"}",
                "reasoning | {\"effort\":\"medium\",\"summary\":\"concise\"}",
                "reasoning | {\"effort\":\"high\",\"summary\":\"detailed\"}",
                "truncation | \"auto\"",
                "truncation | \"disabled\"",
                "store | true",
                "metadata | {\"team\":\"a\"}",
                "text | {\"format\":{\"type\":\"text\"}}",
                "seed | 42",
                "stop | \"END\"",
                "stop | [\"a\",\"b\",\"c\",\"d\"]",
                "top_k | 40",
                "repetition_penalty | 1.1"
            })
    void aParameterReachesTheBackend(String name, String value) {
        try (Seed seed = seed(ScriptedBackend.answering("Yes."))) {
            Seed.completed(seed.postWith("simple", "\"" + name + "\":" + value));
            assertThat(seed.backend().request(0).settings().json().get(name)).isEqualTo(Json.read(value));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temperature | 2.5 | temperature",
                "top_p | 1.5 | top_p",
                "tool_choice | \"maybe\" | tool_choice",
                "truncation | \"maybe\" | truncation",
                "seed | 1.5 | seed",
                "stop | [\"a\",\"b\",\"c\",\"d\",\"e\"] | stop",
                "top_k | \"many\" | top_k",
                "repetition_penalty | \"much\" | repetition_penalty",
                "model | null | model",
                "input | 5 | input",
                "reasoning | \"high\" | reasoning"
            })
    void whatTheTableDoesNotAllowIsRefused(String name, String value, String param) {
        try (Seed seed = seed(ScriptedBackend.answering())) {
            Answer answer = seed.postWith("simple", "\"" + name + "\":" + value);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().get("param").textValue()).isEqualTo(param);
        }
    }

    @Test
    void everyRoleMaySpeak() {
        try (Seed seed = seed(ScriptedBackend.answering("Yes."))) {
            Seed.completed(seed.postWith(
                    "simple",
                    "\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                            + "{\"role\":\"developer\",\"content\":\"c\"},{\"role\":\"system\",\"content\":\"d\"},"
                            + "{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"file_1\"}]}]"));
            assertThat(seed.backend().request(0).context()).hasSize(5);
        }
    }

    @Test
    void aFunctionCallOutputAndAnItemReferenceAreItems() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("call_1", "f", "{}"))
                .sample(model -> model.text("Done."));
        try (Seed seed = seed(backend)) {
            JsonNode first = Seed.completed(
                    seed.postWith("simple", "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}}]"));
            JsonNode call = first.get("output").get(0);
            JsonNode second = Seed.completed(seed.postWith(
                    "simple",
                    "\"previous_response_id\":\"" + first.get("id").textValue()
                            + "\",\"input\":[{\"type\":\"item_reference\",\"id\":\""
                            + call.get("id").textValue()
                            + "\"},{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"7\"}]"));
            assertThat(Seed.said(second)).isEqualTo("Done.");
            assertThat(backend.request(1).context()).hasSize(3);
        }
    }

    /** Statuses of responses that the caller waits for. */
    @Test
    void statuses() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("Done."))
                .sample(model -> model.text("Half").stop(StopReason.MAX_OUTPUT_TOKENS))
                .sample(model -> model.say(new TextDelta("Half")).cut());
        try (Seed seed = seed(backend)) {
            assertThat(seed.post("simple").json().get("status").textValue()).isEqualTo("completed");
            JsonNode incomplete = seed.post("simple").json();
            assertThat(incomplete.get("status").textValue()).isEqualTo("incomplete");
            assertThat(incomplete.get("incomplete_details").get("reason").textValue())
                    .isEqualTo("max_output_tokens");
            JsonNode failed = seed.post("simple").json();
            assertThat(failed.get("status").textValue()).isEqualTo("failed");
            assertThat(failed.get("error").get("message").textValue()).isNotEmpty();
            List<JsonNode> events = eventsOf(seed);
            assertThat(events.get(0).get("response").get("status").textValue()).isEqualTo("in_progress");
        }
    }

    private static List<JsonNode> eventsOf(Seed seed) {
        seed.backend().sample(model -> model.text("Streamed."));
        return Seed.events(seed.postWith("simple", "\"stream\":true"));
    }
}
