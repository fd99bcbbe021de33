package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.GET_TIME;
import static io.github.responses4j.interop.TestServer.GET_WEATHER;
import static io.github.responses4j.interop.TestServer.MODEL;
import static io.github.responses4j.interop.TestServer.answerCall;
import static io.github.responses4j.interop.TestServer.ask;
import static io.github.responses4j.interop.TestServer.callNames;
import static io.github.responses4j.interop.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.StructuredResponse;
import com.openai.models.responses.ToolChoiceFunction;
import com.openai.models.responses.ToolChoiceOptions;
import com.openai.models.responses.inputitems.InputItemListParams;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final OpenAIClient CLIENT = TestServer.client();

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    @Test
    void createAnswers() {
        Response response =
                CLIENT.responses().create(ask("What is the capital of Germany?").build());

        assertThat(response.status()).contains(ResponseStatus.COMPLETED);
        assertThat(response.id()).startsWith("resp_");
        assertThat(text(response)).contains("Berlin");
        assertThat(response.error()).isEmpty();
        assertThat(response.usage())
                .hasValueSatisfying(usage -> assertThat(usage.totalTokens())
                        .isEqualTo(usage.inputTokens() + usage.outputTokens())
                        .isPositive());
    }

    @Test
    void itemsMayBeInput() {
        List<ResponseInputItem> input = List.of(userMessage("My name is Alice."), userMessage("What is my name?"));

        Response response = CLIENT.responses()
                .create(ResponseCreateParams.builder()
                        .model(MODEL)
                        .inputOfResponse(input)
                        .build());

        assertThat(text(response)).contains("Alice");
    }

    @Test
    void parametersAreEchoed() {
        Response response = CLIENT.responses()
                .create(ask("What is 5 + 3?")
                        .instructions("Be brief.")
                        .temperature(0.25)
                        .topP(0.5)
                        .maxOutputTokens(64)
                        .parallelToolCalls(false)
                        .addTool(GET_TIME)
                        .toolChoice(ToolChoiceOptions.NONE)
                        .build());

        assertThat(response.instructions().orElseThrow().asString()).isEqualTo("Be brief.");
        assertThat(response.temperature()).contains(0.25);
        assertThat(response.topP()).contains(0.5);
        assertThat(response.maxOutputTokens()).contains(64L);
        assertThat(response.parallelToolCalls()).isFalse();
        assertThat(response.tools())
                .singleElement()
                .satisfies(tool -> assertThat(tool.asFunction().name()).isEqualTo("get_time"));
        assertThat(response.toolChoice().asOptions()).isEqualTo(ToolChoiceOptions.NONE);
    }

    @Test
    void retrieveGivesWhatCreateGave() {
        Response created = CLIENT.responses().create(ask("What is 5 + 3?").build());

        assertThat(CLIENT.responses().retrieve(created.id())).isEqualTo(created);
    }

    @Test
    void deletedResponseIsGone() {
        Response created = CLIENT.responses().create(ask("What is 5 + 3?").build());

        CLIENT.responses().delete(created.id());

        NotFoundException gone = catchThrowableOfType(
                NotFoundException.class, () -> CLIENT.responses().retrieve(created.id()));
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.type()).contains("invalid_request_error");
    }

    @Test
    void inputItemsArePagedToTheEnd() {
        List<String> lines = List.of("Line 1.", "Line 2.", "Line 3.", "Line 4.", "What is 5 + 3?");
        Response created = CLIENT.responses()
                .create(ResponseCreateParams.builder()
                        .model(MODEL)
                        .inputOfResponse(
                                lines.stream().map(CallsTest::userMessage).toList())
                        .build());

        InputItemListParams inTwos = InputItemListParams.builder()
                .limit(2)
                .order(InputItemListParams.Order.ASC)
                .build();
        List<String> listed = CLIENT.responses().inputItems().list(created.id(), inTwos).autoPager().stream()
                .limit(9)
                .map(CallsTest::textOf)
                .toList();

        assertThat(listed).isEqualTo(lines);
    }

    @Test
    void previousResponseIsRemembered() {
        Response told = CLIENT.responses().create(ask("My name is Alice.").build());

        Response asked = CLIENT.responses()
                .create(ask("What is my name?").previousResponseId(told.id()).build());

        assertThat(text(asked)).contains("Alice");
        assertThat(asked.previousResponseId()).contains(told.id());
    }

    @Test
    void instructionsAreInherited() {
        Response first = CLIENT.responses()
                .create(ask("What is 5 + 3?").instructions("Be brief.").build());

        Response second = CLIENT.responses()
                .create(ask("What is 1 + 1?").previousResponseId(first.id()).build());

        assertThat(second.instructions().orElseThrow().asString()).isEqualTo("Be brief.");
    }

    @Test
    void toolRoundTrip() {
        Response first = CLIENT.responses()
                .create(ask("What time is it in Tokyo?").addTool(GET_TIME).build());
        assertThat(callNames(first)).containsExactly("get_time");
        ResponseFunctionToolCall call = first.output().get(0).asFunctionCall();
        assertThat(call.arguments()).contains("\"timezone\"");

        Response second = CLIENT.responses()
                .create(answerCall(call.callId(), "23:15 sharp")
                        .previousResponseId(first.id())
                        .addTool(GET_TIME)
                        .build());

        assertThat(text(second)).contains("23:15 sharp");
        ResponseItem newest =
                CLIENT.responses().inputItems().list(second.id()).items().get(0);
        assertThat(newest.asFunctionCallOutput().callId()).contains(call.callId());
    }

    @Test
    void toolRoundTripWithoutTheStore() {
        Response first = CLIENT.responses()
                .create(ask("What time is it in Tokyo?")
                        .addTool(GET_TIME)
                        .store(false)
                        .build());
        ResponseFunctionToolCall call = first.output().get(0).asFunctionCall();
        ResponseInputItem output = ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output("23:15 sharp")
                .build());

        Response second = CLIENT.responses()
                .create(ResponseCreateParams.builder()
                        .model(MODEL)
                        .inputOfResponse(List.of(
                                userMessage("What time is it in Tokyo?"),
                                ResponseInputItem.ofFunctionCall(call),
                                output))
                        .store(false)
                        .build());

        assertThat(text(second)).contains("23:15 sharp");
    }

    @Test
    void namedToolIsCalled() {
        Response response = CLIENT.responses()
                .create(ask("What is 5 + 3?")
                        .addTool(GET_TIME)
                        .addTool(GET_WEATHER)
                        .toolChoice(
                                ToolChoiceFunction.builder().name("get_weather").build())
                        .build());

        assertThat(callNames(response)).containsExactly("get_weather");
    }

    @Test
    @Tag("chat")
    void parallelCallsAreAnswered() {
        Response response = CLIENT.responses()
                .create(ask("What is the time and the weather in Tokyo?")
                        .addTool(GET_TIME)
                        .addTool(GET_WEATHER)
                        .build());

        assertThat(callNames(response)).containsExactly("get_time", "get_weather");
    }

    /** What the model is asked to fill in. */
    public static final class Capital {
        public String city;
        public String country;
    }

    @Test
    void outputHasTheShapeOfAClass() {
        StructuredResponse<Capital> response = CLIENT.responses()
                .create(ask("What is the capital of Germany?")
                        .text(Capital.class)
                        .build());

        assertThat(capitals(response)).singleElement().satisfies(capital -> {
            assertThat(capital.city).isNotNull();
            assertThat(capital.country).isNotNull();
        });
    }

    @Test
    @Tag("chat")
    void schemaReachesTheModel() {
        StructuredResponse<Capital> response = CLIENT.responses()
                .create(ask("What is the capital of Germany?")
                        .text(Capital.class)
                        .build());

        assertThat(capitals(response)).singleElement().satisfies(capital -> {
            assertThat(capital.city).isEqualTo("Berlin");
            assertThat(capital.country).isEqualTo("Germany");
        });
    }

    @Test
    @Tag("chat")
    void reasoningIsAnItem() {
        Response response = CLIENT.responses()
                .create(ask("What is 5 + 3?").model("qwen3-reasoning").build());

        assertThat(response.output().get(0).asReasoning().content().orElseThrow())
                .singleElement()
                .satisfies(part -> assertThat(part.text()).contains("I answer it."));
        assertThat(text(response)).isEqualTo("5 + 3 = 8");
    }

    @Test
    @Tag("chat")
    void refusalIsAPart() {
        Response response =
                CLIENT.responses().create(ask("Tell me something forbidden.").build());

        assertThat(response.output().get(0).asMessage().content())
                .singleElement()
                .satisfies(part -> assertThat(part.asRefusal().refusal()).isEqualTo("I cannot help with that."));
    }

    @Test
    void unknownPreviousResponseIsRefused() {
        BadRequestException refused = catchThrowableOfType(
                BadRequestException.class,
                () -> CLIENT.responses()
                        .create(ask("Hello.").previousResponseId("resp_unknown").build()));

        assertThat(refused.code()).contains("previous_response_not_found");
        assertThat(refused.param()).contains("previous_response_id");
        assertThat(refused.type()).contains("invalid_request_error");
        assertThat(refused.headers().values("x-request-id")).isNotEmpty();
    }

    @Test
    void unknownResponseIsNotFound() {
        NotFoundException unknown = catchThrowableOfType(
                NotFoundException.class, () -> CLIENT.responses().retrieve("resp_unknown"));

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.getMessage()).contains("resp_unknown");
    }

    @Test
    void knownKeyIsAccepted() {
        OpenAIClient known = TestServer.keyedClient(TestServer.knownKey());

        assertThat(text(known.responses().create(ask("What is 5 + 3?").build())))
                .contains("8");
        known.close();
    }

    @Test
    void wrongKeyIsRefused() {
        OpenAIClient unknown = TestServer.keyedClient("wrong");

        UnauthorizedException refused = catchThrowableOfType(
                UnauthorizedException.class,
                () -> unknown.responses().create(ask("What is 5 + 3?").build()));

        assertThat(refused.code()).contains("invalid_api_key");
        unknown.close();
    }

    private static List<Capital> capitals(StructuredResponse<Capital> response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .toList();
    }

    private static ResponseInputItem userMessage(String text) {
        return ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(text)
                .build());
    }

    private static String textOf(ResponseItem item) {
        return item.asResponseInputMessageItem().content().get(0).asInputText().text();
    }
}
