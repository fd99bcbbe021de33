package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that are wrong: each gets one error, and the connection goes on. */
class SocketErrorsTest {
    private static final String ASK = "'model':'m','input':'Hi'";

    private static void assertUsable(SocketClient client) {
        assertThat(client.create(ASK).end().get("type").asText()).isEqualTo("response.completed");
        assertThat(client.isSilent()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "no json; invalid_json|null",
                "{'type':'response.create'; invalid_json|null",
                "[]; invalid_type|null",
                "{'type':'response.create','model':'m','input':'Hi','temperature':1e99999999999}; invalid_json|null",
                "'text'; invalid_type|null",
                "{'model':'m','input':'Hi'}; missing_required_parameter|type",
                "{'type':null,'model':'m','input':'Hi'}; missing_required_parameter|type",
                "{'type':7,'model':'m','input':'Hi'}; invalid_value|type",
                "{'type':'response.cancel'}; invalid_value|type",
                "{'type':'response.create','stream_id':'','model':'m','input':'Hi'}; invalid_value|stream_id",
                "{'type':'response.create','stream_id':'a b','model':'m','input':'Hi'}; invalid_value|stream_id",
                "{'type':'response.create','stream_id':7,'model':'m','input':'Hi'}; invalid_value|stream_id",
                "{'type':'response.create','stream':false,'model':'m','input':'Hi'}; unsupported_parameter|stream",
                "{'type':'response.create','stream':'true','model':'m','input':'Hi'}; unsupported_parameter|stream",
                "{'type':'response.create','background':true,'model':'m','input':'Hi'}; unsupported_parameter|background",
                "{'type':'response.create','stream_options':{},'model':'m','input':'Hi'}; unsupported_parameter|stream_options",
                "{'type':'response.create','generate':false,'model':'m','input':'Hi'}; unsupported_parameter|generate",
                "{'type':'response.create','model':'m','input':7}; invalid_type|input",
                "{'type':'response.create','model':'m'}; missing_required_parameter|input",
                "{'type':'response.create','model':'m','input':'Hi','previous_response_id':'resp_x'}; previous_response_not_found|previous_response_id",
            })
    void eachMistakeIsNamed(String message, String expected) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port())) {
            assertThat(client.send(message).refusal()).isEqualTo("400|invalid_request_error|" + expected);
            assertUsable(client);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"'stream':true, stream", "'background':false, background"})
    void whatSaysWhatHappensAnywayIsRefusedByTheStrict(String member, String param) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port(), "X-Responses-Profile: default+strict")) {
            client.create(ASK + "," + member);

            assertThat(client.refusal()).isEqualTo("400|invalid_request_error|unsupported_parameter|" + param);
            assertUsable(client);
        }
    }

    @Test
    void anErrorHasOneShape() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port())) {
            client.create(ASK + ",'previous_response_id':'resp_x','stream_id':'lane'");

            assertThat(client.next())
                    .isEqualTo("{\"type\":\"error\",\"status\":400,\"error\":{\"type\":\"invalid_request_error\","
                            + "\"code\":\"previous_response_not_found\","
                            + "\"message\":\"Previous response with id 'resp_x' not found.\","
                            + "\"param\":\"previous_response_id\"},\"stream_id\":\"lane\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"256, true", "257, false"})
    void aLaneHasSoLongAName(int length, boolean fits) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port())) {
            client.create(ASK + ",'stream_id':'" + "x".repeat(length) + "'");

            assertThat(client.end().get("type").asText().equals("response.completed"))
                    .isEqualTo(fits);
        }
    }

    @Test
    void binaryIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port())) {
            byte[] json =
                    "{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"Hi\"}".getBytes(StandardCharsets.UTF_8);
            SocketClient.await(client.socket().sendBinary(ByteBuffer.wrap(json), true));

            assertThat(client.refusal()).isEqualTo("400|invalid_request_error|invalid_type|null");
            assertUsable(client);
        }
    }

    @Test
    void aMessageMayComeInPieces() {
        String message = "{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"H\u00e4 \uD83D\uDE00\"}";
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port())) {
            WebSocket socket = client.socket();
            for (int i = 0; i < message.length(); i++) {
                boolean pair = Character.isHighSurrogate(message.charAt(i));
                String piece = message.substring(i, pair ? i + 2 : i + 1);
                i += piece.length() - 1;
                SocketClient.await(socket.sendText(piece, i == message.length() - 1));
            }

            assertThat(client.end().get("type").asText()).isEqualTo("response.completed");
            assertUsable(client);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void aMessageIsSoLong(int more, boolean fits) {
        int max = 2_000;
        String message = "{'type':'response.create'," + ASK + ",'metadata':{'k':''}}";
        String filled = message.replace("''}", "'" + "x".repeat(400) + "'}");
        String padded = filled + " ".repeat(max - filled.length() + more);
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.maxBodyBytes(max));
                SocketClient client = SocketClient.connect(server.port())) {
            client.send(padded);
            if (fits) {
                assertThat(client.end().get("type").asText()).isEqualTo("response.completed");
            } else {
                assertThat(client.refusal()).isEqualTo("413|invalid_request_error|request_too_large|null");
            }
            assertUsable(client);
        }
    }

    @Test
    void aMessageMayBeFarTooLong() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.maxBodyBytes(2_000));
                SocketClient client = SocketClient.connect(server.port())) {
            client.send("x".repeat(3_000_000));

            assertThat(client.refusal()).isEqualTo("413|invalid_request_error|request_too_large|null");
            assertUsable(client);
        }
    }

    @Test
    void deepJsonIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                SocketClient client = SocketClient.connect(server.port())) {
            client.send("[".repeat(100_000));
            assertThat(client.refusal()).isEqualTo("400|invalid_request_error|invalid_json|null");
            client.create(ASK + ",'metadata':" + "{'a':".repeat(64) + "1" + "}".repeat(64));
            assertThat(client.refusal()).startsWith("400|invalid_request_error|");
            assertUsable(client);
        }
    }
}
