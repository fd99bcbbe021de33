package io.github.responses4j.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.tool.ToolChoice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponseRequestTest {
    @Test
    void theWireIsKeptWhole() {
        String text = "{\"model\":\"m\",\"input\":\"hi\",\"x\":null,\"temperature\":0.70,\"store\":null}";
        ResponseRequest request = ResponseRequest.of(JsonObject.parse(text));
        assertThat(request.json().toAscii()).isEqualTo(text);
        assertThat(request.input()).containsExactly(Message.user("hi"));
        assertThat(request.store()).isTrue();
        assertThat(request.stream()).isFalse();
        assertThat(request.parallelToolCalls()).isTrue();
        assertThat(request.maxToolCalls()).isNull();
        assertThat(request.previousResponseId()).isNull();
        assertThat(request.toolChoice()).isEqualTo(ToolChoice.AUTO);
        assertThat(request).isEqualTo(ResponseRequest.of(JsonObject.parse(text)));
        assertThat(request).hasSameHashCodeAs(ResponseRequest.of(JsonObject.parse(text)));
        assertThat(request.toString()).doesNotContain("hi");
    }

    @Test
    void theKeyForTheProviderIsNoPartOfTheRequest() {
        ResponseRequest read = ResponseRequest.of(JsonObject.parse("{\"model\":\"m\",\"api_key\":\"sk-1\"}"));
        ResponseRequest built =
                ResponseRequest.builder("m", List.of()).providerKey("sk-1").build();
        for (ResponseRequest request : List.of(read, built, read.toBuilder().build())) {
            assertThat(request.providerKey()).isEqualTo("sk-1");
            assertThat(request.json().has("api_key")).isFalse();
            assertThat(request.toString()).doesNotContain("sk-1");
        }
        assertThat(read).isNotEqualTo(ResponseRequest.of(JsonObject.parse("{\"model\":\"m\"}")));
        assertThatThrownBy(() -> ResponseRequest.builder("m", "hi").set("api_key", Json.read("\"sk-1\"")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aConversationIsNamedByATextOrAnObject() {
        for (String named :
                List.of("\"conv_1\"", "{\"id\":\"conv_1\"}", "{\"id\":\"conv_1\",\"object\":\"conversation\"}")) {
            assertThat(ResponseRequest.of(JsonObject.parse("{\"conversation\":" + named + "}"))
                            .conversation())
                    .isEqualTo(new ConversationId("conv_1"));
        }
        for (String none : List.of("null", "\"\"", "{}", "{\"id\":null}", "{\"id\":7}", "7")) {
            assertThat(ResponseRequest.of(JsonObject.parse("{\"conversation\":" + none + "}"))
                            .conversation())
                    .isNull();
        }
        assertThat(ResponseRequest.builder("m", "hi")
                        .conversation(new ConversationId("conv_1"))
                        .build()
                        .conversation())
                .isEqualTo(new ConversationId("conv_1"));
    }

    @Test
    void aBadItemIsNamedWithItsPlace() {
        assertThatThrownBy(() -> ResponseRequest.of(JsonObject.parse(
                        "{\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":[{}]}]}")))
                .isInstanceOfSatisfying(
                        JsonShapeException.class, e -> assertThat(e.path()).isEqualTo("input[1].content[0].type"));
        assertThatThrownBy(() -> ResponseRequest.of(JsonObject.parse("{\"tools\":[{\"type\":\"function\"}]}")))
                .isInstanceOfSatisfying(
                        JsonShapeException.class, e -> assertThat(e.path()).isEqualTo("tools[0].name"));
    }

    @Test
    void theBuilderSaysWhatTheWireSays() {
        ResponseRequest request = ResponseRequest.builder("m", "hi")
                .instructions("be kind")
                .previousResponseId(new ResponseId("resp_1"))
                .input(List.of(Message.assistant("yes?")))
                .function("f", "d", JsonObject.EMPTY)
                .toolChoice(ToolChoice.REQUIRED)
                .store(false)
                .maxOutputTokens(16)
                .maxToolCalls(2)
                .metadata(Map.of("a", "b"))
                .set("include", Json.read("[\"reasoning.encrypted_content\"]"))
                .set("text", Json.read("{\"format\":{\"type\":\"json_object\"}}"))
                .build();
        assertThat(ResponseRequest.of(JsonObject.parse(request.json().toAscii())))
                .isEqualTo(request);
        assertThat(request.input()).containsExactly(Message.user("hi"), Message.assistant("yes?"));
        assertThat(request.maxOutputTokens()).isEqualTo(16);
        assertThat(request.maxToolCalls()).isEqualTo(2);
        assertThat(request.includes("reasoning.encrypted_content")).isTrue();
        assertThat(request.includes("other")).isFalse();
        assertThat(request.textFormat())
                .isEqualTo(JsonObject.ofType("json_object").build());
        assertThat(request.tools()).hasSize(1);
        assertThat(request.toBuilder().build()).isEqualTo(request);
    }

    @Test
    void aBuilderThatGoesOnDoesNotChangeWhatItHasMade() {
        ResponseRequest.Builder builder = ResponseRequest.builder("m", "hi");
        ObjectNode reasoning = (ObjectNode) Json.read("{\"effort\":\"low\"}");
        builder.set("reasoning", reasoning);
        ResponseRequest first = builder.build();
        String text = first.json().toAscii();
        reasoning.put("effort", "high");
        ResponseRequest second =
                builder.store(false).input(List.of(Message.user("more"))).build();
        assertThat(first.json().toAscii()).isEqualTo(text);
        assertThat(second.input()).hasSize(2);
        assertThat(second.json().object("reasoning").string("effort")).isEqualTo("low");
    }

    @Test
    void anEmptyPreviousIdIsNone() {
        assertThat(ResponseRequest.of(JsonObject.parse("{\"previous_response_id\":\"\"}"))
                        .previousResponseId())
                .isNull();
    }

    @Test
    void aResponseReadsItsMembers() {
        Response response = new Response(
                JsonObject.parse(
                        "{\"id\":\"resp_1\",\"status\":\"failed\",\"model\":\"m\","
                                + "\"created_at\":10,\"error\":{\"code\":\"c\",\"message\":\"t\"},\"previous_response_id\":\"resp_0\","
                                + "\"incomplete_details\":{\"reason\":\"r\"},\"instructions\":\"i\",\"output\":["
                                + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"},"
                                + "{\"type\":\"refusal\",\"refusal\":\"b\"}]},{\"type\":\"acme:x\"},"
                                + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"c\"}]}]}"));
        assertThat(response.status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(response.outputText()).isEqualTo("ac");
        assertThat(response.output()).hasSize(3);
        assertThat(response.createdAt().getEpochSecond()).isEqualTo(10);
        assertThat(response.error()).isEqualTo(new ResponseError("c", "t"));
        assertThat(response.incompleteReason()).isEqualTo("r");
        assertThat(response.previousResponseId()).isEqualTo(new ResponseId("resp_0"));
        assertThat(response.instructions()).isEqualTo("i");
        assertThat(response.usage()).isNull();
        assertThatThrownBy(() -> new Response(JsonObject.EMPTY)).isInstanceOf(JsonShapeException.class);
    }

    @Test
    void usageIsSummedAndSurvivesTheWire() {
        Usage one = new Usage(10, 4, 1, 7, 3);
        Usage two = one.plus(Usage.of(1, 2));
        assertThat(two).isEqualTo(new Usage(11, 4, 1, 9, 3));
        assertThat(two.totalTokens()).isEqualTo(20);
        assertThat(Usage.ofWire(two.json())).isEqualTo(two);
        assertThat(two.json().toAscii())
                .isEqualTo(
                        "{\"input_tokens\":11,\"input_tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":1},"
                                + "\"output_tokens\":9,\"output_tokens_details\":{\"reasoning_tokens\":3},\"total_tokens\":20}");
        assertThat(Usage.ofWire(null)).isNull();
        assertThat(Usage.ofWire(JsonObject.EMPTY)).isEqualTo(Usage.NONE);
    }
}
