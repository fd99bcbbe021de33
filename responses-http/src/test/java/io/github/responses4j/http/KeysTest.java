package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.store.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, whose responses are seen, and what answers look like. */
class KeysTest {
    private static final String CREATE = "{\"model\":\"m\",\"input\":\"Hi\"}";
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";

    private static ResponsesHandler.Builder twoTenants(ResponsesHandler.Builder handler) {
        return handler.apiKey("key-a", new Tenant("a")).apiKey("key-b", new Tenant("b"), Profile.OPENAI);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                "Basic key-a",
                "key-a",
                "Bearer key-A",
                "Bearer key-a key-b"
            })
    void aMissingOrWrongKeyIsRefusedInTheSameWords(String authorization) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), KeysTest::twoTenants)) {
            for (Route route : Route.TABLE) {
                String path = route.path().replaceAll("\\{[^}]*}", "x");
                Answer answer = authorization.isEmpty()
                        ? Wire.ask(server.port(), route.method(), path, "")
                        : Wire.ask(server.port(), route.method(), path, "", "Authorization: " + authorization);

                if (route.open()) {
                    assertThat(answer.status()).isEqualTo(200);
                } else {
                    assertThat(answer.status()).isEqualTo(401);
                    assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
                    assertThat(answer.text())
                            .isEqualTo("{\"error\":{\"message\":\"A correct API key is needed, in the header "
                                    + "'Authorization: Bearer <key>'.\",\"type\":\"invalid_request_error\","
                                    + "\"param\":null,\"code\":\"invalid_api_key\"}}");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer key-a", "bearer key-a", "BEARER  key-a "})
    void aKeyLetsItsTenantIn(String authorization) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), KeysTest::twoTenants)) {
            assertThat(server.post(CREATE, "Authorization: " + authorization).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void anothersResponseAndAnUnknownOneAreTheSame() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), KeysTest::twoTenants)) {
            String id = server.post(CREATE, "Authorization: Bearer key-a")
                    .json()
                    .get("id")
                    .asText();
            String unknown = id.replaceAll("[0-9]", "9");
            for (String suffix : new String[] {"", "/input_items", "/input_items?after=x", "?stream=true"}) {
                Answer others = server.get("/v1/responses/" + id + suffix, "Authorization: Bearer key-b");
                Answer nobodys = server.get("/v1/responses/" + unknown + suffix, "Authorization: Bearer key-b");

                assertThat(others.status()).isEqualTo(404);
                assertThat(others.text()).isEqualTo(nobodys.text().replace(unknown, id));
            }
            Answer deleted =
                    Wire.ask(server.port(), "DELETE", "/v1/responses/" + id, "", "Authorization: Bearer key-b");
            assertThat(deleted.status()).isEqualTo(404);
            Answer chained = server.post(
                    "{\"model\":\"m\",\"input\":\"Hi\",\"previous_response_id\":\"" + id + "\"}",
                    "Authorization: Bearer key-b");
            assertThat(chained.status()).isEqualTo(400);
            assertThat(chained.errorSummary())
                    .isEqualTo("invalid_request_error|previous_response_not_found|previous_response_id");

            Answer mine = server.get("/v1/responses/" + id, "Authorization: Bearer key-a");
            assertThat(mine.status()).isEqualTo(200);
        }
    }

    @Test
    void withoutKeysEverybodyIsOneTenantWhateverTheySend() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            String id = server.post(CREATE, "Authorization: Bearer anything")
                    .json()
                    .get("id")
                    .asText();

            assertThat(server.get("/v1/responses/" + id).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "key-a, , true, true",
        "key-a, openai, true, false",
        "key-b, , true, false",
        "key-b, default, true, true",
        "key-b, open-responses, true, true"
    })
    void theProfileComesFromTheHeaderOrTheKeyOrTheServer(String key, String header, boolean lines, boolean done) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), KeysTest::twoTenants)) {
            Answer answer = header == null
                    ? server.post(STREAM, "Authorization: Bearer " + key)
                    : server.post(STREAM, "Authorization: Bearer " + key, "X-Responses-Profile: " + header);

            assertThat(answer.text().startsWith("event: response.created\n")).isEqualTo(lines);
            assertThat(answer.text().endsWith("data: [DONE]\n\n")).isEqualTo(done);
        }
    }

    @Test
    void anUnknownProfileIsRefused() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.post(STREAM, "X-Responses-Profile: nobodys");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|invalid_value|X-Responses-Profile");
            assertThat(answer.error().get("message").asText()).contains("default, openai, open-responses");
        }
    }

    @Test
    void theServersOwnProfileCanBeChosen() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.profile(Profile.OPENAI))) {
            assertThat(server.post(STREAM).text()).doesNotContain("[DONE]");
        }
    }
}
