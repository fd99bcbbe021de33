package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Message;
import io.github.responses4j.testkit.ScriptedBackend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first steps with the stateful Responses API. Its Python clients are run by the interop suite. */
class SeedGettingStartedTest {
    private static Seed seed(String... answers) {
        return new Seed("getting-started", Profile.ALEPH_ALPHA, ScriptedBackend.answering(answers));
    }

    @Test
    void health() {
        try (Seed seed = seed()) {
            Answer answer = seed.server().get("/health", "Authorization: Bearer token");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"status\":\"healthy\"}");
        }
    }

    @Test
    void theFirstRequest() {
        try (Seed seed = seed("The capital of Germany is Berlin.")) {
            JsonNode response = Seed.completed(seed.post("first-request"));
            assertThat(response.get("model").textValue()).isEqualTo("qwen3-32b-tool");
            assertThat(Seed.said(response)).isEqualTo("The capital of Germany is Berlin.");
        }
    }

    @Test
    void instructions() {
        try (Seed seed = seed("It learns.", "It does.")) {
            JsonNode response = Seed.completed(seed.post("instructions"));
            assertThat(seed.backend().request(0).instructions())
                    .isEqualTo(response.get("instructions").textValue())
                    .startsWith("You are a helpful assistant");
            Seed.completed(seed.postWith(
                    "first-request",
                    "\"previous_response_id\":\"" + response.get("id").textValue() + "\""));
            assertThat(seed.backend().request(1).instructions())
                    .isEqualTo(response.get("instructions").textValue());
        }
    }

    /** A system message at the start of the input, as a graph sends it. */
    @Test
    void aLeadingSystemMessageBecomesTheInstructions() {
        try (Seed seed = seed("It learns.", "It does.")) {
            JsonNode response = Seed.completed(
                    seed.postWith(
                            "first-request",
                            "\"input\":[{\"type\":\"message\",\"role\":\"system\",\"content\":\"Be simple.\"},"
                                    + "{\"type\":\"message\",\"role\":\"user\",\"content\":\"Explain what a neural network is.\"}]"));
            assertThat(response.get("instructions").textValue()).isEqualTo("Be simple.");
            Seed.completed(seed.postWith(
                    "first-request",
                    "\"previous_response_id\":\"" + response.get("id").textValue() + "\""));
            for (int sample = 0; sample < 2; sample++) {
                assertThat(seed.backend().request(sample).instructions()).isEqualTo("Be simple.");
                assertThat(seed.backend().request(sample).context())
                        .allSatisfy(
                                item -> assertThat(item.json().string("role")).isNotEqualTo("system"));
            }
        }
    }

    @Test
    void structuredInput() {
        try (Seed seed = seed("8")) {
            assertThat(Seed.said(Seed.completed(seed.post("structured-input")))).isEqualTo("8");
            Message asked = (Message) seed.backend().request(0).context().get(0);
            assertThat(asked.content()).containsExactly(InputText.of("What is 5 + 3?"));
        }
    }

    /** The reference of parameters: each with a value that it takes, and how the response tells it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model | \"qwen3-32b-tool\" | \"qwen3-32b-tool\"",
                "instructions | \"Be brief.\" | \"Be brief.\"",
                "stream | false | -",
                "store | false | false",
                "metadata | {\"team\":\"a\"} | {\"team\":\"a\"}",
                "conversation | \"conv_grouped\" | {\"id\":\"conv_grouped\"}",
                "conversation | {\"id\":\"conv_grouped\"} | {\"id\":\"conv_grouped\"}",
                "temperature | 0.0 | 0.0",
                "temperature | 2.0 | 2.0",
                "top_p | 0.0 | 0.0",
                "top_p | 1.0 | 1.0",
                "max_output_tokens | 100 | 100",
                "stop | [\"a\",\"b\",\"c\",\"d\"] | -",
                "tools | [] | []",
                "tool_choice | \"none\" | \"none\"",
                "tool_choice | \"required\" | \"required\"",
                "parallel_tool_calls | false | false",
                "max_tool_calls | 3 | 3",
                "background | false | false",
                "truncation | \"auto\" | \"auto\"",
                "truncation | \"disabled\" | \"disabled\"",
                "reasoning | {\"effort\":\"low\"} | {\"effort\":\"low\",\"summary\":null}",
                "text | {\"format\":{\"type\":\"json_object\"}} | {\"format\":{\"type\":\"json_object\"},\"verbosity\":\"medium\"}",
                "presence_penalty | -2.0 | -2.0",
                "frequency_penalty | 2.0 | 2.0",
                "top_logprobs | 20 | 20",
                "include | [\"message.output_text.logprobs\"] | -",
                "service_tier | \"default\" | \"default\""
            })
    void aParameterIsTaken(String name, String value, String echo) {
        try (Seed seed = seed("Berlin.")) {
            JsonNode response = Seed.completed(seed.postWith("first-request", "\"" + name + "\":" + value));
            if (!echo.equals("-")) {
                assertThat(response.get(name)).hasToString(echo);
            }
        }
    }

    /** A conversation needs no other preparation than a name, as a text or as an object. */
    @Test
    void responsesAreGroupedIntoAConversation() {
        try (Seed seed = seed("Berlin.", "8")) {
            Seed.completed(seed.postWith("first-request", "\"conversation\":\"conv_grouped\""));
            Seed.completed(seed.postWith("structured-input", "\"conversation\":{\"id\":\"conv_grouped\"}"));
            assertThat(seed.backend().request(1).context().stream().map(item -> ((Message) item).text()))
                    .containsExactly("What is the capital of Germany?", "Berlin.", "What is 5 + 3?");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model | null",
                "temperature | 2.1",
                "temperature | -0.1",
                "top_p | 1.1",
                "stop | [\"a\",\"b\",\"c\",\"d\",\"e\"]",
                "presence_penalty | -2.1",
                "frequency_penalty | 2.1",
                "top_logprobs | 21",
                "max_output_tokens | \"many\"",
                "truncation | \"some\"",
                "stream | \"yes\""
            })
    void beyondTheBoundsOfTheTableAParameterIsRefused(String name, String value) {
        try (Seed seed = seed()) {
            Answer answer = seed.postWith("first-request", "\"" + name + "\":" + value);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().get("param").textValue()).isEqualTo(name);
        }
    }

    @Test
    void metadataHasLimits() {
        try (Seed seed = seed()) {
            StringBuilder seventeen = new StringBuilder();
            for (int i = 0; i < 17; i++) {
                seventeen.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
            }
            for (String metadata : List.of(
                    "{" + seventeen + "}",
                    "{\"" + "k".repeat(65) + "\":\"v\"}",
                    "{\"k\":\"" + "v".repeat(513) + "\"}")) {
                Answer answer = seed.postWith("first-request", "\"metadata\":" + metadata);
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.error().get("param").textValue()).startsWith("metadata");
            }
        }
    }

    @Test
    void theInputIsRequired() {
        try (Seed seed = seed()) {
            Answer answer = seed.server().post("{\"model\":\"qwen3-32b-tool\"}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|missing_required_parameter|input");
        }
    }
}
