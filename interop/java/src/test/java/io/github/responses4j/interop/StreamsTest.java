package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.GET_TIME;
import static io.github.responses4j.interop.TestServer.GET_WEATHER;
import static io.github.responses4j.interop.TestServer.answerCall;
import static io.github.responses4j.interop.TestServer.ask;
import static io.github.responses4j.interop.TestServer.callNames;
import static io.github.responses4j.interop.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.ObjectMappers;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.StructuredResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StreamsTest {
    private static final OpenAIClient CLIENT = TestServer.client();

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    @Test
    void textArrivesInOrder() {
        List<ResponseStreamEvent> events =
                stream(ask("What is the capital of Germany?").build());

        List<String> deltas = events.stream()
                .flatMap(event -> event.outputTextDelta().stream())
                .map(event -> event.delta())
                .toList();
        assertThat(deltas).hasSizeGreaterThan(1);
        List<String> expected = new ArrayList<>(List.of(
                "response.created",
                "response.in_progress",
                "response.output_item.added",
                "response.content_part.added"));
        expected.addAll(Collections.nCopies(deltas.size(), "response.output_text.delta"));
        expected.addAll(List.of(
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.completed"));
        assertThat(types(events)).isEqualTo(expected);
        Response completed = events.get(events.size() - 1).asCompleted().response();
        assertThat(text(completed)).isEqualTo(String.join("", deltas)).contains("Berlin");
    }

    @Test
    void accumulatorGivesTheStoredResponse() {
        ResponseAccumulator accumulator =
                accumulate(ask("What is the capital of Germany?").build());

        Response response = accumulator.response();
        assertThat(response.status()).contains(ResponseStatus.COMPLETED);
        assertThat(accumulator.reconstructedResponse()).isEqualTo(response);
        assertThat(CLIENT.responses().retrieve(response.id())).isEqualTo(response);
    }

    @Test
    void streamedTurnsAreChained() {
        Response told = accumulate(ask("My name is Alice.").build()).response();

        Response asked = accumulate(
                        ask("What is my name?").previousResponseId(told.id()).build())
                .response();

        assertThat(text(asked)).contains("Alice");
    }

    @Test
    void streamedCallIsAnswered() {
        List<ResponseStreamEvent> events =
                stream(ask("What time is it in Tokyo?").addTool(GET_TIME).build());
        Response first = events.get(events.size() - 1).asCompleted().response();
        assertThat(callNames(first)).containsExactly("get_time");
        String pieces = events.stream()
                .flatMap(event -> event.functionCallArgumentsDelta().stream())
                .map(event -> event.delta())
                .collect(Collectors.joining());
        assertThat(first.output().get(0).asFunctionCall().arguments())
                .isEqualTo(pieces)
                .contains("\"timezone\"");

        String callId = first.output().get(0).asFunctionCall().callId();
        Response second = accumulate(answerCall(callId, "23:15 sharp")
                        .previousResponseId(first.id())
                        .addTool(GET_TIME)
                        .build())
                .response();

        assertThat(text(second)).contains("23:15 sharp");
    }

    @Test
    void accumulatedTextHasTheShapeOfAClass() {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> events = CLIENT.responses()
                .createStreaming(ask("What is the capital of Germany?")
                        .text(CallsTest.Capital.class)
                        .build())) {
            events.stream().forEach(accumulator::accumulate);
        }

        StructuredResponse<CallsTest.Capital> response = accumulator.response(CallsTest.Capital.class);

        assertThat(response.output().get(0).asMessage().content())
                .singleElement()
                .satisfies(content -> assertThat(content.asOutputText().city).isNotNull());
    }

    @Test
    @Tag("chat")
    void parallelCallsAreAccumulated() {
        Response response = accumulate(ask("What is the time and the weather in Tokyo?")
                        .addTool(GET_TIME)
                        .addTool(GET_WEATHER)
                        .build())
                .response();

        assertThat(callNames(response)).containsExactly("get_time", "get_weather");
    }

    @Test
    @Tag("chat")
    void reasoningIsStreamed() {
        ResponseAccumulator accumulator =
                accumulate(ask("What is 5 + 3?").model("qwen3-reasoning").build());

        Response response = accumulator.response();
        assertThat(response.output().get(0).isReasoning()).isTrue();
        assertThat(accumulator.reconstructedResponse()).isEqualTo(response);
        assertThat(text(response)).isEqualTo("5 + 3 = 8");
    }

    @Test
    @Tag("chat")
    void refusalIsStreamed() {
        Response response =
                accumulate(ask("Tell me something forbidden.").build()).response();

        assertThat(response.output().get(0).asMessage().content())
                .singleElement()
                .satisfies(part -> assertThat(part.asRefusal().refusal()).isEqualTo("I cannot help with that."));
    }

    @Test
    @Tag("chat")
    void outputLimitEndsIncomplete() {
        Response response =
                accumulate(ask("Count to 100.").maxOutputTokens(16).build()).response();

        assertThat(response.status()).contains(ResponseStatus.INCOMPLETE);
        assertThat(response.incompleteDetails()
                        .orElseThrow()
                        .reason()
                        .orElseThrow()
                        .asString())
                .isEqualTo("max_output_tokens");
    }

    @Test
    void badRequestIsRefusedBeforeTheStream() {
        ResponseCreateParams unknown =
                ask("Hello.").previousResponseId("resp_unknown").build();

        BadRequestException refused = catchThrowableOfType(BadRequestException.class, () -> stream(unknown));

        assertThat(refused.code()).contains("previous_response_not_found");
    }

    private static List<ResponseStreamEvent> stream(ResponseCreateParams params) {
        try (StreamResponse<ResponseStreamEvent> events = CLIENT.responses().createStreaming(params)) {
            return events.stream().toList();
        }
    }

    private static ResponseAccumulator accumulate(ResponseCreateParams params) {
        ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
        try (StreamResponse<ResponseStreamEvent> events = CLIENT.responses().createStreaming(params)) {
            events.stream().forEach(accumulator::accumulate);
        }
        return accumulator;
    }

    private static List<String> types(List<ResponseStreamEvent> events) {
        return events.stream()
                .map(event -> ObjectMappers.jsonMapper()
                        .valueToTree(event)
                        .get("type")
                        .asText())
                .toList();
    }
}
