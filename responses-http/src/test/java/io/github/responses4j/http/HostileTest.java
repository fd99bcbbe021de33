package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that mean harm: always an answer, never a 5xx, and the server lives on. */
class HostileTest {
    private static final TestServer SERVER = TestServer.of(TestServer.saying("Hi"));

    /** Valid JSON values. */
    private static final List<String> VALID = List.of(
            "0",
            "-0",
            "1e5",
            "1E+2",
            "123.456e-7",
            "-1",
            "null",
            "true",
            "false",
            "\"\"",
            "\"a\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\uDC00\\uD800\"",
            "\"\\uD83D\\uDE00\"",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            "\"\u2028\"",
            "[]",
            "[[],[[]]]",
            "{}",
            "{\"\":0}",
            "{\"a\":[]}",
            "[null,1,\"x\",{\"y\":2}]",
            " [ ] ",
            "\"\uFFFF\"",
            "\"\u007f\"");

    /** What is no JSON value. */
    private static final List<String> INVALID = List.of(
            "",
            " ",
            "[1 true]",
            "[a]",
            "[\"\": 1]",
            "[\"\"],",
            "[,1]",
            "[1,,2]",
            "[1,]",
            "[1",
            "[",
            "]",
            "{",
            "}",
            "{]",
            "[}",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,}",
            "{,\"a\":1}",
            "{\"a\" 1}",
            "{a:1}",
            "{'a':1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1}}",
            "[1]]",
            "nul",
            "tru",
            "fals",
            "True",
            "NULL",
            "NaN",
            "Infinity",
            "-Infinity",
            "-",
            "+1",
            "01",
            "-01",
            "1.",
            ".1",
            "1.e1",
            "1e",
            "1e+",
            "0x1",
            "1_000",
            "1eE2",
            "--1",
            "\"",
            "\"a",
            "\"\\\"",
            "\"\\x00\"",
            "\"\\u12\"",
            "\"\\u12G4\"",
            "\"\\a\"",
            "\"\n\"",
            "\"\t\"",
            "\"\u0000\"",
            "'a'",
            "\"a\" \"b\"",
            "1 2",
            "// c\n1",
            "/* c */1",
            "#1",
            "\u0000",
            "\u00a01",
            "\u20601",
            "undefined",
            "@",
            "<a/>",
            "\\u0031",
            "{\"a\":1,\"a\":2}",
            "[\"a\",\n4\n,1,",
            "{\"a\":/**/1}",
            "[\u000b]",
            "\ufeff\ufeff1");

    /** What a parser may read or refuse. */
    private static final List<String> EITHER = List.of(
            "1e999999999",
            "1e99999999999",
            "-1e-99999999999",
            "0.1e-2147483647",
            "-1e-999999999",
            "9".repeat(100),
            "9".repeat(101),
            "0." + "1".repeat(98),
            "[".repeat(60) + "]".repeat(60),
            "[".repeat(65) + "]".repeat(65),
            "{\"" + "k".repeat(10_000) + "\":1}",
            "{\"" + "k".repeat(10_001) + "\":1}",
            "\"\ufffe\"");

    @BeforeAll
    static void theServerRuns() {
        assertThat(SERVER.get("/health").status()).isEqualTo(200);
    }

    @AfterAll
    static void theServerLives() {
        assertThat(SERVER.post("{\"model\":\"m\",\"input\":\"Hi\"}").status()).isEqualTo(200);
        SERVER.close();
    }

    static Stream<String> bodies() {
        Stream<String> values = Stream.of(VALID, INVALID, EITHER).flatMap(List::stream);
        return values.flatMap(value -> Stream.of(
                value,
                "{\"model\":\"m\",\"input\":" + value + "}",
                "{\"model\":" + value + ",\"input\":\"Hi\"}",
                "{\"model\":\"m\",\"input\":[" + value + "]}",
                "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":" + value + "}]}",
                "{\"model\":\"m\",\"input\":\"Hi\",\"metadata\":" + value + "}",
                "{\"model\":\"m\",\"input\":\"Hi\",\"tools\":[" + value + "]}",
                "{\"model\":\"m\",\"input\":\"Hi\",\"unheard_of\":" + value + "}"));
    }

    @Test
    void nothingThatIsSentIsA5xx() {
        try (Wire client = SERVER.connect()) {
            bodies().forEach(body -> {
                Answer answer = client.request("POST", "/v1/responses", body).answer();

                assertThat(answer.status()).as(body).isIn(200, 400);
                if (answer.status() == 400) {
                    assertThat(answer.error().get("type").asText()).isEqualTo("invalid_request_error");
                }
            });
        }
    }

    @Test
    void whatIsNoJsonIsRefusedAndNothingElse() {
        try (Wire client = SERVER.connect()) {
            for (String value : INVALID) {
                Answer answer = client.request(
                                "POST", "/v1/responses", "{\"model\":\"m\",\"input\":\"Hi\",\"extra\":" + value + "}")
                        .answer();
                assertThat(answer.errorSummary()).as(value).isEqualTo("invalid_request_error|invalid_json|null");
            }
            for (String value : VALID) {
                Answer answer = client.request(
                                "POST", "/v1/responses", "{\"model\":\"m\",\"input\":\"Hi\",\"extra\":" + value + "}")
                        .answer();
                assertThat(answer.status()).as(value).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"x, 255", "\u00e9, 51"})
    void aNameHasALength(String character, int most) {
        String fits = character.repeat(most);
        String items = "[{\"role\":\"user\",\"content\":\"Hi\",\"id\":\"%s\"}]";
        String input = "{\"model\":\"m\",\"input\":" + items + "}";
        String list = "{\"items\":" + items + "}";
        String turn = "{\"model\":\"m\",\"input\":\"Hi\",\"conversation\":\"%s\"}";

        assertThat(SERVER.post(input.formatted(fits)).status()).isEqualTo(200);
        assertThat(SERVER.ask("POST", "/v1/conversations", list.formatted(fits)).status())
                .isEqualTo(200);
        assertThat(SERVER.post(turn.formatted(fits), "X-Responses-Profile: aleph-alpha")
                        .status())
                .isEqualTo(200);
        String refused = "invalid_request_error|string_above_max_length|";
        String tooLong = fits + character;
        assertThat(SERVER.post(input.formatted(tooLong)).errorSummary()).isEqualTo(refused + "input[0].id");
        assertThat(SERVER.ask("POST", "/v1/conversations", list.formatted(tooLong))
                        .errorSummary())
                .isEqualTo(refused + "items[0].id");
        assertThat(SERVER.post(turn.formatted(tooLong), "X-Responses-Profile: aleph-alpha")
                        .errorSummary())
                .isEqualTo(refused + "conversation");
    }

    static Stream<String> monsters() {
        return Stream.of(
                "[".repeat(100_000) + "]".repeat(100_000),
                "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000),
                "{\"model\":\"m\",\"input\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"model\":\"m\",\"input\":\"Hi\",\"temperature\":" + "9".repeat(1_000_000) + "}",
                "{\"" + "k".repeat(1_000_000) + "\":1}",
                "[" + "0,".repeat(5_000_000) + "0]",
                "{\"model\":\"m\",\"input\":\"Hi\",\"a\":1,\"a\":2}",
                "{\"model\":\"m\",\"input\":\"Hi\",\"model\":\"n\"}",
                "{\"model\":\"m\",\"input\":\"Hi\",\"metadata\":{"
                        + String.join(
                                ",",
                                IntStream.range(0, 200_000)
                                        .mapToObj(i -> "\"k" + i + "\":1")
                                        .toList()) + "}}");
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("monsters")
    void aMonsterIsRefused(String body) {
        Answer answer = SERVER.post(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().get("type").asText()).isEqualTo("invalid_request_error");
        assertThat(answer.body().length).isLessThan(2_000);
    }

    @ParameterizedTest
    @CsvSource({
        "max_output_tokens, 1e999999999",
        "max_output_tokens, -1",
        "max_output_tokens, 1.5",
        "max_output_tokens, '\"16\"'",
        "max_output_tokens, 9223372036854775808",
        "temperature, -1",
        "temperature, 2.5",
        "temperature, '\"hot\"'",
        "temperature, 1e999999999",
        "top_p, 1.1",
        "stream, '\"true\"'",
        "store, 1",
        "metadata, '[]'",
        "tools, '{}'",
        "instructions, 7"
    })
    void aValueThatCannotBeNamesItsParameter(String param, String value) {
        Answer answer = SERVER.post("{\"model\":\"m\",\"input\":\"Hi\",\"" + param + "\":" + value + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().get("param").asText()).isEqualTo(param);
    }
}
