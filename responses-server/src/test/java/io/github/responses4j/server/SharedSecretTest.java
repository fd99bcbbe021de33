package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What one server has sealed, another one with the same secret reads; and a window that is stated holds. */
class SharedSecretTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static Running start(Map<String, String> environment, String... args) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(args);
        arguments.store = "memory";
        return Running.start(SettingsReader.read(arguments, environment));
    }

    private static HttpResponse<String> post(Running server, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/responses"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aCompactionMayGoToAnotherServer() throws Exception {
        try (Running one = start(Map.of("RESPONSES_SECRET", SECRET), "--port=0");
                Running two = start(Map.of("RESPONSES_SECRET", SECRET), "--port=0");
                Running alone = start(Map.of(), "--port=0")) {
            HttpResponse<String> compacted = post(
                    one,
                    "{\"model\":\"demo\",\"input\":[{\"role\":\"user\",\"content\":\"My name is Alice.\"},"
                            + "{\"type\":\"compaction_trigger\"}]}");
            assertThat(compacted.statusCode()).isEqualTo(200);
            JsonNode compaction = Json.read(compacted.body()).path("output").path(0);
            assertThat(compaction.path("type").textValue()).isEqualTo("compaction");
            String next = "{\"model\":\"demo\",\"input\":[" + compaction
                    + ",{\"role\":\"user\",\"content\":\"What is my name?\"}]}";

            assertThat(post(two, next).body()).contains("Your name is Alice.");
            HttpResponse<String> refused = post(alone, next);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("invalid_encrypted_content", "input[0].encrypted_content");
            assertThat(compacted.body() + refused.body()).doesNotContain(SECRET);
        }
    }

    @Test
    void aStatedWindowHolds() throws Exception {
        Path config = Files.createTempFile("responses", ".yaml");
        Files.writeString(config, "port: 0\nbackend: {pattern: '*', kind: demo, context_window: 8}\n");
        try (Running server = start(Map.of(), "--config", config.toString())) {
            assertThat(post(server, "{\"model\":\"demo\",\"input\":\"What is 1 + 1?\"}")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused = post(server, "{\"model\":\"demo\",\"input\":\"What is 1 + 1, and why?\"}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("\"code\":\"context_length_exceeded\"");
            assertThat(server.readyLine()).contains("\"model\":\"demo\"");
        } finally {
            Files.delete(config);
        }
    }
}
