package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection remembers of its responses that are not kept. */
class SocketMemoryTest {
    private static final String NOT_FOUND =
            "400|invalid_request_error|previous_response_not_found|previous_response_id";

    private final List<String> contexts = new CopyOnWriteArrayList<>();

    /** Says Hi, unless the last thing that it hears is to fail. */
    private final Backend backend = (request, sink, cancellation) -> {
        String context = request.context().toString();
        contexts.add(context);
        if (context.contains("fail")) {
            throw new BackendException(BackendException.Kind.UNAVAILABLE, "Not now.", null);
        }
        TestServer.say(sink, "Hi");
    };

    private static String unstored(SocketClient client, String input) {
        JsonNode end = client.create("'model':'m','store':false,'input':'" + input + "'")
                .end();
        return end.at("/response/id").asText();
    }

    private static SocketClient goOn(SocketClient client, String id, String input) {
        return client.create("'model':'m','store':false,'previous_response_id':'" + id + "','input':" + input);
    }

    @Test
    void whatIsNotKeptGoesOnOnItsConnectionAlone() {
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port());
                SocketClient other = SocketClient.connect(server.port())) {
            String first = unstored(client, "alpha");
            JsonNode second = goOn(client, first, "'beta'").end();
            assertThat(second.at("/response/status").asText()).isEqualTo("completed");
            assertThat(second.at("/response/previous_response_id").asText()).isEqualTo(first);
            goOn(client, second.at("/response/id").asText(), "'gamma'").end();
            assertThat(contexts.get(2)).containsSubsequence("alpha", "Hi", "beta", "Hi", "gamma");

            assertThat(goOn(other, first, "'delta'").refusal()).isEqualTo(NOT_FOUND);
            assertThat(server.get("/v1/responses/" + first).status()).isEqualTo(404);
            assertThat(server.post("{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"" + first + "\"}")
                            .errorSummary())
                    .contains("previous_response_not_found");
        }
    }

    @Test
    void whatIsKeptGoesOnAnywhere() {
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port());
                SocketClient other = SocketClient.connect(server.port())) {
            String first = client.create("'model':'m','input':'alpha'")
                    .end()
                    .at("/response/id")
                    .asText();

            assertThat(goOn(other, first, "'beta'").end().at("/response/status").asText())
                    .isEqualTo("completed");
            assertThat(contexts.get(1)).containsSubsequence("alpha", "Hi", "beta");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'fail'",
                "7",
                "[{'type':'function_call_output','call_id':'call_x','output':'y'}]",
                "'beta','temperature':99",
                "'beta','stream':false",
                "'beta','generate':false",
            })
    void whatIsContinuedWithoutSuccessIsForgotten(String input) {
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            String first = unstored(client, "alpha");
            assertThat(goOn(client, first, input).refusal()).isNotEqualTo(NOT_FOUND);

            assertThat(goOn(client, first, "'beta'").refusal()).isEqualTo(NOT_FOUND);
            assertThat(unstored(client, "gamma")).startsWith("resp_");
        }
    }

    @Test
    void aFailureForgetsNothingElse() {
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            String first = unstored(client, "alpha");
            assertThat(client.create("'model':'m','store':false,'input':'fail'").refusal())
                    .startsWith("503|");

            assertThat(goOn(client, first, "'beta'")
                            .end()
                            .at("/response/status")
                            .asText())
                    .isEqualTo("completed");
        }
    }

    @Test
    void aLaneGoesOnWithWhatAnotherLeft() {
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            String first = unstored(client, "alpha',  'stream_id':'a");
            for (int i = 1; i < SocketLanes.MAX_LANES; i++) {
                unstored(client, "more', 'stream_id':'b");
            }
            assertThat(goOn(client, first, "'beta','stream_id':'b'")
                            .end()
                            .at("/response/status")
                            .asText())
                    .isEqualTo("completed");
            // Now there is one more than a connection remembers.
            assertThat(goOn(client, first, "'gamma','stream_id':'a'").refusal()).isEqualTo(NOT_FOUND);
        }
    }
}
