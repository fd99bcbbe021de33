package io.github.responses4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.codec.RequestRules;
import io.github.responses4j.response.InvalidRequestException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every member of a request with values of every kind: over HTTP, what the rules refuse is a 400 that names it, and nothing is a 5xx. */
class FieldsTest {
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "-1",
            "0",
            "1",
            "16",
            "1.5",
            "99999999999999999999",
            "1e400",
            "-1e400",
            "\"\"",
            "\"x\"",
            "\"16\"",
            "\"\\ud800\"",
            "[]",
            "[\"x\"]",
            "[null]",
            "[[]]",
            "[{}]",
            "[{\"type\":5}]",
            "[{\"type\":\"x\"}]",
            "{}",
            "{\"x\":1}",
            "{\"type\":\"x\",\"id\":\"x\"}",
            "{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}");

    /** Codes of values that do not keep a rule. */
    private static final Set<String> RULE_CODES = Set.of(
            "invalid_type",
            "invalid_value",
            "unsupported_modality",
            "integer_below_min_value",
            "integer_above_max_value",
            "decimal_below_min_value",
            "decimal_above_max_value");

    @Nullable
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.of(TestServer.saying("Hi"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Set<String> fields() {
        return RequestRules.known();
    }

    private static String body(String field, String value) {
        Map<String, String> members = new TreeMap<>(Map.of("model", "\"m\"", "input", "\"hi\""));
        members.put(field, value);
        StringBuilder body = new StringBuilder();
        members.forEach((name, json) -> body.append(body.isEmpty() ? "{\"" : ",\"")
                .append(name)
                .append("\":")
                .append(json));
        return body.append('}').toString();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void noValueIsAFailureOfTheServer(String field) {
        int refused = 0;
        for (String value : VALUES) {
            String body = body(field, value);
            InvalidRequestException wrong = wrong(body);
            Answer answer = server.post(body);
            if (wrong != null) {
                refused++;
                assertThat(answer.status()).as(body).isEqualTo(400);
                assertThat(answer.errorSummary())
                        .as(body)
                        .isEqualTo("invalid_request_error|" + wrong.code() + "|" + wrong.param());
            } else {
                assertThat(answer.status()).as(body).isLessThan(500);
                if (answer.status() != 200) {
                    assertThat(answer.error().get("code").asText()).as(body).isNotIn(RULE_CODES);
                }
            }
        }
        assertThat(refused).as("wrong values of %s", field).isPositive();
    }

    private static @Nullable InvalidRequestException wrong(String body) {
        try {
            RequestReader.read(body.getBytes(UTF_8));
            return null;
        } catch (InvalidRequestException e) {
            return e;
        }
    }
}
