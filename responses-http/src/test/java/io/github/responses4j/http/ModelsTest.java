package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.engine.ResponsesEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of models. */
class ModelsTest {
    private static final Backend BACKEND = TestServer.saying("Hi");
    private static final ResponsesEngine ENGINE = ResponsesEngine.builder()
            .backend("small", BACKEND)
            .backend("vendor/large", BACKEND)
            .build();
    private static final TestServer SERVER = TestServer.of(ENGINE, handler -> handler, http -> http);

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void modelsAreListed() {
        JsonNode list = SERVER.get("/v1/models").json();

        assertThat(list.get("object").asText()).isEqualTo("list");
        assertThat(list.get("data"))
                .extracting(model -> model.get("id").asText())
                .containsExactly("small", "vendor/large");
        for (JsonNode model : list.get("data")) {
            assertThat(model.get("object").asText()).isEqualTo("model");
            assertThat(model.get("created").isIntegralNumber()).isTrue();
            assertThat(model.get("owned_by").isTextual()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"small, small", "vendor/large, vendor/large", "vendor%2Flarge, vendor/large"})
    void aModelIsFoundByItsName(String path, String model) {
        Answer answer = SERVER.get("/v1/models/" + path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("id").asText()).isEqualTo(model);
    }

    @Test
    void anUnknownModelIsNotFound() {
        Answer answer = SERVER.get("/v1/models/huge");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|model_not_found|model");
        Answer created = SERVER.post("{\"model\":\"huge\",\"input\":\"Hi\"}");
        assertThat(created.status()).isEqualTo(400);
        assertThat(created.errorSummary()).isEqualTo("invalid_request_error|model_not_found|model");
    }
}
