package io.github.responses4j.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseTemplateTest {
    /** What {@code ResponseResource} of Open Responses, edition 2026-04-24, requires. */
    private static final List<String> OPEN_RESPONSES = List.of(
            "id object created_at completed_at status incomplete_details model previous_response_id instructions output error tools"
                    .split(" "));

    private static final List<String> OPEN_RESPONSES_SETTINGS = List.of(
            ("tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs temperature"
                            + " reasoning usage max_output_tokens max_tool_calls store background service_tier metadata"
                            + " safety_identifier prompt_cache_key")
                    .split(" "));

    private static JsonObject created(String body) {
        return created(RequestReader.read(body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static JsonObject created(ResponseRequest request) {
        return ResponseTemplate.of(
                new ResponseId("resp_1"), Instant.ofEpochSecond(1785772786), request, request.instructions());
    }

    @Test
    void everyMemberThatClientsDemandIsThere() {
        assertThat(OPEN_RESPONSES.size() + OPEN_RESPONSES_SETTINGS.size()).isEqualTo(31);
        JsonObject created = created("{\"model\":\"m\",\"input\":\"hi\"}");
        assertThat(created.names())
                .containsAll(OPEN_RESPONSES)
                .containsAll(OPEN_RESPONSES_SETTINGS)
                .contains("user");
        assertThat(created)
                .isEqualTo(
                        JsonObject.parse(
                                "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1785772786,"
                                        + "\"status\":\"in_progress\",\"background\":false,\"completed_at\":null,\"error\":null,"
                                        + "\"incomplete_details\":null,\"instructions\":null,\"max_output_tokens\":null,\"max_tool_calls\":null,"
                                        + "\"metadata\":{},\"model\":\"m\",\"output\":[],\"parallel_tool_calls\":true,"
                                        + "\"previous_response_id\":null,\"presence_penalty\":0.0,\"frequency_penalty\":0.0,"
                                        + "\"prompt_cache_key\":null,\"reasoning\":{\"effort\":null,\"summary\":null},"
                                        + "\"safety_identifier\":null,\"service_tier\":\"auto\",\"store\":true,\"temperature\":1.0,"
                                        + "\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"},\"tool_choice\":\"auto\","
                                        + "\"tools\":[],\"top_logprobs\":0,\"top_p\":1.0,\"truncation\":\"disabled\",\"usage\":null,\"user\":null}"));
    }

    @Test
    void nullsAreDefaultsToo() {
        JsonObject nulls =
                created("{\"model\":\"m\",\"input\":\"hi\",\"metadata\":null,\"temperature\":null,\"top_p\":null,"
                        + "\"tools\":null,\"tool_choice\":null,\"text\":null,\"reasoning\":null,\"store\":null,\"truncation\":null,"
                        + "\"service_tier\":null,\"top_logprobs\":null,\"presence_penalty\":null,\"parallel_tool_calls\":null,"
                        + "\"previous_response_id\":null,\"instructions\":null,\"background\":null}");
        assertThat(nulls).isEqualTo(created("{\"model\":\"m\",\"input\":\"hi\"}"));
    }

    @Test
    void whatTheRequestSaysIsSaidAgain() {
        JsonObject created = created(
                "{\"model\":\"m\",\"input\":\"hi\",\"instructions\":\"i\",\"metadata\":{\"a\":\"b\"},"
                        + "\"temperature\":0.70,\"top_p\":0.5,\"top_logprobs\":3,\"presence_penalty\":1,\"frequency_penalty\":-1.5,"
                        + "\"store\":false,\"truncation\":\"auto\",\"service_tier\":\"flex\",\"parallel_tool_calls\":false,"
                        + "\"max_output_tokens\":99,\"max_tool_calls\":4,\"previous_response_id\":\"resp_0\",\"user\":\"u\","
                        + "\"prompt_cache_key\":\"k\",\"safety_identifier\":\"s\",\"reasoning\":{\"effort\":\"low\",\"context\":\"auto\"},"
                        + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"text\":{\"verbosity\":\"low\"},"
                        + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"web_search\"}],\"stream\":true}");
        JsonObject expected =
                JsonObject.parse("{\"instructions\":\"i\",\"metadata\":{\"a\":\"b\"},\"temperature\":0.70,"
                        + "\"top_p\":0.5,\"top_logprobs\":3,\"presence_penalty\":1,\"frequency_penalty\":-1.5,\"store\":false,"
                        + "\"truncation\":\"auto\",\"service_tier\":\"flex\",\"parallel_tool_calls\":false,\"max_output_tokens\":99,"
                        + "\"max_tool_calls\":4,\"previous_response_id\":\"resp_0\",\"user\":\"u\",\"prompt_cache_key\":\"k\","
                        + "\"safety_identifier\":\"s\",\"reasoning\":{\"effort\":\"low\",\"summary\":null,\"context\":\"auto\"},"
                        + "\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},"
                        + "\"text\":{\"format\":{\"type\":\"text\"},\"verbosity\":\"low\"},"
                        + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":null,\"parameters\":null,\"strict\":false},"
                        + "{\"type\":\"web_search\"}]}");
        assertThat(created.withAll(expected)).isEqualTo(created);
        assertThat(created.has("stream")).isFalse();
        assertThat(created.has("input")).isFalse();
    }

    @Test
    void aSchemaIsEchoedWithItsDefaults() {
        JsonObject created = created("{\"model\":\"m\",\"input\":\"hi\",\"text\":{\"format\":{\"type\":\"json_schema\","
                + "\"name\":\"n\",\"schema\":{\"type\":\"object\"}}}}");
        assertThat(created.object("text").get("format"))
                .isEqualTo(Json.read("{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":\"object\"},"
                        + "\"description\":null,\"strict\":false}"));
    }

    @Test
    void anAllowedToolsChoiceIsEchoedWithItsMode() {
        JsonObject created = created("{\"model\":\"m\",\"input\":\"hi\",\"tool_choice\":{\"type\":\"allowed_tools\","
                + "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}}");
        assertThat(created.get("tool_choice"))
                .isEqualTo(Json.read("{\"type\":\"allowed_tools\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],"
                        + "\"mode\":\"auto\"}"));
    }

    @Test
    void backgroundStartsQueued() {
        assertThat(created("{\"model\":\"m\",\"input\":\"hi\",\"background\":true}")
                        .string("status"))
                .isEqualTo("queued");
    }

    @Test
    void anEmptyPreviousIdIsNone() {
        JsonObject created = created("{\"model\":\"m\",\"input\":\"hi\",\"previous_response_id\":\"\"}");
        assertThat(created.isNull("previous_response_id")).isTrue();
        assertThat(new Response(created).previousResponseId()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "https://tides.example/mcp/s3cret?key=s3cret#s3cret,https://tides.example/<redacted>",
        "https://tides.example,https://tides.example",
        "https://tides.example/,https://tides.example/<redacted>",
        "https://tides.example:8443?s3cret,https://tides.example:8443/<redacted>",
        "https://s3cret:s3cret@tides.example,https://tides.example",
        "https://s3cret@s3cret@tides.example/x,https://tides.example/<redacted>",
        "HTTPS://s3cret@tides.example:1/,HTTPS://tides.example:1/<redacted>",
        "https://tides.example\\s3cret,https://tides.example/<redacted>",
        "tides.example/s3cret,<redacted>",
        "s3cret,<redacted>",
        "//s3cret@tides.example,<redacted>"
    })
    void anMcpServerIsShownByItsOriginOnly(String url, String shown) {
        JsonObject mcp = echoed("{\"type\":\"mcp\",\"server_label\":\"l\",\"server_url\":"
                + Json.toAscii(com.fasterxml.jackson.databind.node.TextNode.valueOf(url)) + "}");
        assertThat(mcp.string("server_url")).isEqualTo(shown).doesNotContain("s3cret");
    }

    @Test
    void whatIsOnlyThereIfItWasAskedForIsEchoed() {
        JsonObject created = created(
                "{\"model\":\"m\",\"input\":\"hi\",\"conversation_id\":\"conv_1\",\"prompt_cache_retention\":\"24h\","
                        + "\"prompt_cache_options\":{\"mode\":\"explicit\"},\"prompt\":{\"id\":\"p\"},\"api_key\":\"sk-1\"}");
        assertThat(created.get("conversation")).isEqualTo(Json.read("{\"id\":\"conv_1\"}"));
        assertThat(created.string("prompt_cache_retention")).isEqualTo("24h");
        assertThat(created.get("prompt_cache_options")).isEqualTo(Json.read("{\"mode\":\"explicit\"}"));
        assertThat(created.get("prompt")).isEqualTo(Json.read("{\"id\":\"p\"}"));
        assertThat(created.toAscii()).doesNotContain("sk-1", "api_key");
        assertThat(created("{\"model\":\"m\",\"input\":\"hi\"}").names())
                .doesNotContain("conversation", "prompt", "prompt_cache_retention", "prompt_cache_options");
    }

    @Test
    void secretsAreNotEchoed() {
        for (String tool : List.of(
                "{\"type\":\"mcp\",\"server_label\":\"l\",\"authorization\":\"s3cret\",\"headers\":{\"X-Key\":\"s3cret\"}}",
                "{\"type\":\"mcp\",\"server_label\":\"l\",\"authorization\":{\"token\":\"s3cret\"},\"headers\":\"X-Key: s3cret\"}",
                "{\"type\":\"mcp\",\"server_label\":\"l\",\"headers\":[\"s3cret\"],\"server_url\":[\"s3cret\"]}",
                "{\"type\":\"mcp\",\"server_label\":\"l\",\"server_url\":\"https://a.example/x\\ns3cret\"}")) {
            assertThat(echoed(tool).toAscii()).doesNotContain("s3cret").contains("<redacted>");
        }
        assertThat(echoed(
                                "{\"type\":\"mcp\",\"server_label\":\"l\",\"authorization\":null,\"headers\":null,\"server_url\":null}")
                        .toAscii())
                .isEqualTo(
                        "{\"type\":\"mcp\",\"server_label\":\"l\",\"authorization\":null,\"headers\":null,\"server_url\":null}");
        assertThat(echoed("{\"type\":\"mcp\",\"server_label\":\"l\",\"headers\":{\"X-Key\":\"s3cret\"}}")
                        .object("headers")
                        .names())
                .containsExactly("X-Key");
    }

    private static JsonObject echoed(String tool) {
        // Not read from the wire, which would refuse what is of the wrong type: the echo stands by itself.
        return created(ResponseRequest.of(
                        JsonObject.parse("{\"model\":\"m\",\"input\":\"hi\",\"tools\":[" + tool + "]}")))
                .objects("tools")
                .get(0);
    }
}
