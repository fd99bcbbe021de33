package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.responses4j.response.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every member of a request against values of every JSON type: each is taken, or refused by the member's name. */
class FieldMatrixTest {
    private static final Map<String, String> VALUES = values();

    private static final Set<String> CODES = Set.of(
            "invalid_type",
            "invalid_value",
            "missing_required_parameter",
            "unsupported_modality",
            "integer_below_min_value",
            "integer_above_max_value",
            "decimal_below_min_value",
            "decimal_above_max_value");

    private static final String TEXT = "null empty x sixteen";
    private static final String BOOL = "null true false";
    private static final String OBJECT = "null object member";

    /** Which values each member takes; all others are refused. */
    private static final Map<String, String> TAKEN = Map.ofEntries(
            Map.entry("model", "x sixteen"),
            Map.entry("input", TEXT + " list"),
            Map.entry("instructions", TEXT),
            Map.entry("previous_response_id", TEXT),
            Map.entry("conversation", TEXT),
            Map.entry("conversation_id", TEXT),
            Map.entry("prompt", "null"),
            Map.entry("store", BOOL),
            Map.entry("background", BOOL),
            Map.entry("stream", BOOL),
            Map.entry("parallel_tool_calls", BOOL),
            Map.entry("stream_options", OBJECT),
            Map.entry("prompt_cache_options", OBJECT),
            Map.entry("moderation", OBJECT),
            Map.entry("include", "null list texts"),
            Map.entry("max_output_tokens", "null 16"),
            Map.entry("max_tokens", "null 16"),
            Map.entry("max_completion_tokens", "null 16"),
            Map.entry("max_tool_calls", "null 1 16"),
            Map.entry("temperature", "null 0 1 1.5"),
            Map.entry("top_p", "null 0 1"),
            Map.entry("top_logprobs", "null 0 1 16"),
            Map.entry("presence_penalty", "null -1 0 1 1.5"),
            Map.entry("frequency_penalty", "null -1 0 1 1.5"),
            Map.entry("repetition_penalty", "null 0 1 1.5"),
            Map.entry("top_k", "null -1 0 1 16"),
            Map.entry("seed", "null -1 0 1 16"),
            Map.entry("stop", TEXT + " list texts"),
            Map.entry("tools", "null list"),
            Map.entry("tool_choice", "null"),
            Map.entry("text", OBJECT),
            Map.entry("reasoning", OBJECT + " true false"),
            Map.entry("reasoning_effort", TEXT),
            Map.entry("truncation", "null"),
            Map.entry("metadata", "null object"),
            Map.entry("service_tier", TEXT),
            Map.entry("safety_identifier", TEXT),
            Map.entry("prompt_cache_key", TEXT),
            Map.entry("prompt_cache_retention", TEXT),
            Map.entry("user", TEXT),
            Map.entry("context_management", "null list"),
            Map.entry("response_format", "null"),
            Map.entry("modalities", "null list"),
            Map.entry("api_key", TEXT));

    private static Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String itself : List.of("null", "true", "false", "-1", "0", "1", "16", "1.5", "16.0")) {
            values.put(itself, itself);
        }
        values.put("empty", "\"\"");
        values.put("x", "\"x\"");
        values.put("sixteen", "\"16\"");
        values.put("huge", "99999999999999999999");
        values.put("infinite", "1e400");
        values.put("tiny", "-1e400");
        values.put("list", "[]");
        values.put("texts", "[\"x\"]");
        values.put("nulls", "[null]");
        values.put("lists", "[[]]");
        values.put("objects", "[{}]");
        values.put("numbers", "[5]");
        values.put("object", "{}");
        values.put("member", "{\"x\":1}");
        return values;
    }

    static Set<String> fields() {
        return RequestRules.known();
    }

    private static byte[] body(String field, String value) {
        Map<String, String> members = new TreeMap<>(Map.of("model", "\"m\"", "input", "\"hi\""));
        members.put(field, value);
        StringBuilder body = new StringBuilder();
        members.forEach((name, json) -> body.append(body.isEmpty() ? "{" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(json));
        return body.append('}').toString().getBytes(UTF_8);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aValueIsTakenOrRefusedByName(String field) {
        assertThat(TAKEN).as("a row for every member").containsKey(field);
        List<String> taken = List.of(TAKEN.get(field).split(" "));
        assertThat(VALUES.keySet()).containsAll(taken);
        VALUES.forEach((label, value) -> {
            if (taken.contains(label)) {
                assertThatCode(() -> RequestReader.read(body(field, value)))
                        .as("%s: %s", field, value)
                        .doesNotThrowAnyException();
                return;
            }
            Throwable refused = catchThrowable(() -> RequestReader.read(body(field, value)));
            assertThat(refused).as("%s: %s", field, value).isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                assertThat(e.code()).isIn(CODES);
                assertThat(e.param()).matches(field + "([.\\[].*)?");
                assertThat(e.text()).contains("'");
            });
        });
    }

    @Test
    void noRowIsLeftOver() {
        assertThat(TAKEN.keySet()).isEqualTo(RequestRules.known());
    }

    @Test
    void anAbsentMemberIsNoMistake() {
        assertThatCode(() -> RequestReader.read("{\"model\":\"m\"}".getBytes(UTF_8)))
                .doesNotThrowAnyException();
    }
}
