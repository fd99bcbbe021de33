package io.github.responses4j.interop;

import static java.util.Objects.requireNonNull;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where the server under test is, and clients that validate all that it sends. */
final class TestServer {
    static final String MODEL = "qwen3-32b-tool";
    static final FunctionTool GET_TIME = function("get_time", "timezone");
    static final FunctionTool GET_WEATHER = function("get_weather", "city");

    private TestServer() {}

    /** A client of the server named by the system property {@code interop.baseUrl}. */
    static OpenAIClient client() {
        return client(property("interop.baseUrl"), property("interop.apiKey"));
    }

    /** A client of the server that demands the key named by {@code interop.apiKey}. */
    static OpenAIClient keyedClient(String key) {
        return client(property("interop.keyedUrl"), key);
    }

    /** Where the server is. */
    static URI uri() {
        return URI.create(property("interop.baseUrl"));
    }

    /** A client that sends again what failed, as it does unless it is told otherwise. */
    static OpenAIClient retrying(URI server) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server + "/v1")
                .apiKey(knownKey())
                .timeout(Duration.ofSeconds(30))
                .responseValidation(true)
                .build();
    }

    static String knownKey() {
        return property("interop.apiKey");
    }

    private static OpenAIClient client(String server, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .responseValidation(true)
                .build();
    }

    static ResponseCreateParams.Builder ask(String question) {
        return ResponseCreateParams.builder().model(MODEL).input(question);
    }

    /** The tool's output as the only input. */
    static ResponseCreateParams.Builder answerCall(String callId, String output) {
        ResponseInputItem item = ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                .callId(callId)
                .output(output)
                .build());
        return ResponseCreateParams.builder().model(MODEL).inputOfResponse(List.of(item));
    }

    static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(text -> text.text())
                .collect(Collectors.joining());
    }

    static List<String> callNames(Response response) {
        return response.output().stream()
                .map(ResponseOutputItem::asFunctionCall)
                .map(call -> call.name())
                .toList();
    }

    private static FunctionTool function(String name, String argument) {
        return FunctionTool.builder()
                .name(name)
                .description("Answers for one " + argument)
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of(argument, Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of(argument)))
                        .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                        .build())
                .strict(true)
                .build();
    }

    private static String property(String name) {
        return requireNonNull(System.getProperty(name), name + " is not set");
    }
}
