package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.WireAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The key that a request brings for the provider of its model: used once, for that request, and kept nowhere. */
class ProviderKeyTest {
    private static final String CANARY = "sk-canary-7531";

    private final WireServer server = new WireServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static ResponseRequest request(String more) {
        String body = "{\"model\":\"m\",\"input\":\"q\"" + more + "}";
        return RequestReader.read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Response create(Backend backend, ResponseRequest request) {
        try (ResponsesEngine engine = ResponsesEngine.builder().backend(backend).build()) {
            Response response = engine.create(Tenant.SINGLE, request);
            assertThat(engine.retrieve(Tenant.SINGLE, response.id()).json().toString())
                    .doesNotContain(CANARY);
            return response;
        }
    }

    @Test
    void aKeyInTheBodyTakesThePlaceOfTheConfiguredOne() {
        String chat = "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\"},"
                + "\"finish_reason\":\"stop\"}]}";
        String responses =
                "{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"message\","
                        + "\"id\":\"m\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\","
                        + "\"annotations\":[]}]}]}";
        List<Backend> backends = List.of(
                ChatBackend.builder(server.url()).apiKey("configured").build(),
                ResponsesBackend.builder(server.url()).apiKey("configured").build());
        List<String> answers = List.of(chat, responses);
        for (int i = 0; i < backends.size(); i++) {
            server.answering(WireAnswer.json(200, answers.get(i)));
            Response response = create(backends.get(i), request(",\"api_key\":\"" + CANARY + "\""));
            create(backends.get(i), request(""));
            assertThat(response.outputText()).isEqualTo("a");
            assertThat(server.requests())
                    .extracting(sent -> sent.getHeaders().get("Authorization"))
                    .containsExactly("Bearer " + CANARY, "Bearer configured");
            assertThat(server.requests().get(0).getBody().utf8()).doesNotContain(CANARY);
        }
    }
}
