package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every member of a request against values of the wrong type, below, above and on its bounds. */
class RequestRulesTest {
    /**
     * One member's rule.
     *
     * @param good values that keep it
     * @param bad values that break it, each with its code and the param that it names
     */
    private record Member(String name, List<String> good, List<Bad> bad) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Bad(String value, String code, String param) {}

    private static final String TYPE = "invalid_type";
    private static final String VALUE = "invalid_value";
    private static final String MISSING = "missing_required_parameter";
    private static final String LONG = "string_above_max_length";

    private static Bad bad(String value, String code, String param) {
        return new Bad(value, code, param);
    }

    private static String text(int length) {
        return "\"" + "x".repeat(length) + "\"";
    }

    private static List<Bad> wrongTypes(String name, String... values) {
        List<Bad> all = new ArrayList<>();
        for (String value : values) {
            all.add(bad(value, TYPE, name));
        }
        return all;
    }

    private static Member bool(String name) {
        return new Member(name, List.of("true", "false"), wrongTypes(name, "\"true\"", "0", "1", "[]", "{}", "1.5"));
    }

    private static Member string(String name, int max) {
        List<Bad> bad = wrongTypes(name, "5", "true", "[]", "{}", "1.5");
        bad.add(bad(text(max + 1), LONG, name));
        return new Member(name, List.of("\"x\"", text(max)), bad);
    }

    /** A name: what is not visible ASCII takes the room of five characters. */
    private static Member id(String name) {
        List<Bad> bad = wrongTypes(name, "5", "true", "[]", "{}", "1.5");
        List<String> good = new ArrayList<>(List.of("\"x\"", text(255)));
        bad.add(bad(text(256), LONG, name));
        for (String wide : List.of("\u00e9", " ", "\\\\", "\\u007f", "\\ud800")) {
            good.add("\"" + wide.repeat(51) + "\"");
            good.add("\"" + wide + "x".repeat(250) + "\"");
            bad.add(bad("\"" + wide.repeat(52) + "\"", LONG, name));
            bad.add(bad("\"" + wide + "x".repeat(251) + "\"", LONG, name));
        }
        return new Member(name, good, bad);
    }

    private static Member integer(String name, String below, String min, String max, String above) {
        List<Bad> bad = wrongTypes(name, "\"16\"", "true", "[]", "{}", "16.5", "16.0", "1e999999999");
        bad.add(bad(below, "integer_below_min_value", name));
        bad.add(bad(above, "integer_above_max_value", name));
        return new Member(name, List.of(min, max), bad);
    }

    private static Member decimal(String name, String below, String min, String max, String above) {
        List<Bad> bad = wrongTypes(name, "\"1\"", "true", "[]", "{}");
        bad.add(bad(below, "decimal_below_min_value", name));
        bad.add(bad("-1e999999999", "decimal_below_min_value", name));
        bad.add(bad(above, "decimal_above_max_value", name));
        bad.add(bad("1e999999999", "decimal_above_max_value", name));
        return new Member(name, List.of(min, max, "1e-999999999", "1", "0.5"), bad);
    }

    private static Member object(String name, String good) {
        return new Member(name, List.of("{}", good), wrongTypes(name, "\"x\"", "5", "true", "[]"));
    }

    static List<Member> members() {
        List<Member> all = new ArrayList<>();
        all.add(string("model", 256));
        all.add(new Member(
                "input",
                List.of("\"x\"", "[]", "[{\"role\":\"user\",\"content\":\"x\"}]"),
                List.of(
                        bad("5", TYPE, "input"),
                        bad("true", TYPE, "input"),
                        bad("{}", TYPE, "input"),
                        bad("[5]", TYPE, "input[0]"),
                        bad("[null]", TYPE, "input[0]"),
                        bad("[{\"role\":\"user\",\"content\":\"x\"},\"x\"]", TYPE, "input[1]"),
                        bad("[" + "{},".repeat(RequestRules.MAX_ITEMS) + "{}]", "array_above_max_length", "input"),
                        bad("[{\"role\":\"user\"}]", MISSING, "input[0].content"),
                        bad(
                                "[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\"}]}]",
                                MISSING,
                                "input[0].content[0].text"),
                        bad("[{\"role\":\"user\",\"content\":5}]", TYPE, "input[0].content"),
                        bad("[{\"role\":\"boss\",\"content\":\"x\"}]", VALUE, "input[0].role"),
                        bad("[{\"type\":7}]", TYPE, "input[0].type"),
                        bad("[{\"type\":\"function_call_output\",\"call_id\":\"c\"}]", MISSING, "input[0].output"))));
        all.add(string("instructions", RequestRules.MAX_TEXT));
        all.add(string("previous_response_id", 256));
        List<Bad> conversation = wrongTypes("conversation", "5", "true", "[]");
        conversation.add(bad("{}", MISSING, "conversation.id"));
        conversation.add(bad("{\"id\":5}", TYPE, "conversation.id"));
        Member name = id("conversation");
        List<String> names = new ArrayList<>(name.good());
        name.good().forEach(good -> names.add("{\"id\":" + good + "}"));
        name.bad().stream().filter(bad -> bad.code().equals(LONG)).forEach(bad -> {
            conversation.add(bad);
            conversation.add(bad("{\"id\":" + bad.value() + "}", LONG, "conversation.id"));
        });
        all.add(new Member("conversation", names, conversation));
        all.add(prompt());
        all.add(bool("store"));
        all.add(bool("background"));
        all.add(bool("stream"));
        all.add(bool("parallel_tool_calls"));
        List<Bad> streamOptions = wrongTypes("stream_options", "\"x\"", "5", "true", "[]");
        streamOptions.add(bad("{\"include_obfuscation\":1}", TYPE, "stream_options.include_obfuscation"));
        all.add(new Member(
                "stream_options",
                List.of("{}", "{\"include_obfuscation\":false}", "{\"include_obfuscation\":null}"),
                streamOptions));
        List<Bad> include = wrongTypes("include", "\"x\"", "5", "{}", "true");
        include.add(bad("[5]", TYPE, "include[0]"));
        include.add(bad("[\"a\",null]", TYPE, "include[1]"));
        include.add(bad("[" + "\"a\",".repeat(64) + "\"a\"]", "array_above_max_length", "include"));
        all.add(new Member("include", List.of("[]", "[\"whatever\"]"), include));
        all.add(integer("max_output_tokens", "15", "16", "9223372036854775807", "9223372036854775808"));
        all.add(integer("max_tool_calls", "0", "1", "9223372036854775807", "9223372036854775808"));
        all.add(decimal("temperature", "-0.01", "0", "2.0", "2.01"));
        all.add(decimal("top_p", "-0.01", "0.0", "1", "1.0000001"));
        all.add(integer("top_logprobs", "-1", "0", "20", "21"));
        all.add(decimal("presence_penalty", "-2.1", "-2", "2", "2.1"));
        all.add(decimal("frequency_penalty", "-2.1", "-2", "2", "2.1"));
        all.add(decimal("repetition_penalty", "-0.1", "0", "10", "10.1"));
        all.add(integer("top_k", "-2", "-1", "2147483647", "2147483648"));
        all.add(integer(
                "seed", "-9223372036854775809", "-9223372036854775808", "9223372036854775807", "9223372036854775808"));
        List<Bad> stop = wrongTypes("stop", "5", "true", "{}");
        stop.add(bad("[\"a\",5]", TYPE, "stop[1]"));
        stop.add(bad("[\"a\",\"b\",\"c\",\"d\",\"e\"]", "array_above_max_length", "stop"));
        all.add(new Member("stop", List.of("\"x\"", "[]", "[\"a\",\"b\",\"c\",\"d\"]"), stop));
        all.add(tools());
        List<Bad> choice = wrongTypes("tool_choice", "5", "true", "[]");
        choice.add(bad("\"sometimes\"", VALUE, "tool_choice"));
        choice.add(bad("{}", MISSING, "tool_choice.type"));
        choice.add(bad("{\"type\":5}", TYPE, "tool_choice.type"));
        all.add(new Member(
                "tool_choice",
                List.of("\"none\"", "\"auto\"", "\"required\"", "{\"type\":\"function\",\"name\":\"f\"}"),
                choice));
        all.add(format());
        List<Bad> reasoning = wrongTypes("reasoning", "\"high\"", "5", "[]");
        reasoning.add(bad("{\"effort\":5}", TYPE, "reasoning.effort"));
        reasoning.add(bad("{\"summary\":[]}", TYPE, "reasoning.summary"));
        all.add(new Member(
                "reasoning",
                List.of(
                        "{}",
                        "true",
                        "false",
                        "{\"effort\":\"extreme\",\"summary\":null}",
                        "{\"reasoning_effort\":\"low\"}"),
                reasoning));
        List<Bad> truncation = wrongTypes("truncation", "5", "true", "[]", "{}");
        truncation.add(bad("\"some\"", VALUE, "truncation"));
        all.add(new Member("truncation", List.of("\"auto\"", "\"disabled\""), truncation));
        all.add(metadata());
        all.add(string("service_tier", 64));
        all.add(string("safety_identifier", 64));
        all.add(string("prompt_cache_key", 64));
        all.add(string("prompt_cache_retention", 64));
        all.add(object("prompt_cache_options", "{\"ttl\":\"30m\"}"));
        all.add(object("moderation", "{\"model\":\"m\"}"));
        all.add(string("user", RequestRules.MAX_TEXT));
        List<Bad> management = wrongTypes("context_management", "\"x\"", "5", "{}");
        management.add(bad("[5]", TYPE, "context_management[0]"));
        management.add(bad("[{}]", MISSING, "context_management[0].type"));
        management.add(bad("[{\"type\":\"other\"}]", "invalid_value", "context_management[0].type"));
        management.add(bad(
                "[{\"type\":\"compaction\",\"compact_threshold\":999}]",
                "integer_below_min_value",
                "context_management[0].compact_threshold"));
        all.add(new Member(
                "context_management",
                List.of("[]", "[{\"type\":\"compaction\"}]", "[{\"type\":\"compaction\",\"compact_threshold\":1000}]"),
                management));
        dialects(all);
        return all;
    }

    private static Member tools() {
        List<Bad> bad = wrongTypes("tools", "\"x\"", "5", "{}", "true");
        bad.add(bad("[5]", TYPE, "tools[0]"));
        bad.add(bad("[null]", TYPE, "tools[0]"));
        bad.add(bad("[{}]", MISSING, "tools[0].type"));
        bad.add(bad("[{\"type\":null}]", MISSING, "tools[0].type"));
        bad.add(bad("[{\"type\":5}]", TYPE, "tools[0].type"));
        bad.add(bad("[{\"type\":\"function\"}]", MISSING, "tools[0].name"));
        bad.add(bad("[{\"type\":\"mcp\"},{\"type\":\"function\",\"name\":5}]", TYPE, "tools[1].name"));
        bad.add(bad("[{\"type\":\"function\",\"name\":\"a b\"}]", VALUE, "tools[0].name"));
        bad.add(bad("[{\"type\":\"function\",\"name\":\"\"}]", VALUE, "tools[0].name"));
        bad.add(bad("[{\"type\":\"function\",\"name\":" + text(129) + "}]", VALUE, "tools[0].name"));
        bad.add(bad("[{\"type\":\"function\",\"name\":" + text(1 << 20) + "}]", LONG, "tools[0].name"));
        bad.add(bad("[{\"type\":\"function\",\"name\":\"f\",\"parameters\":[]}]", TYPE, "tools[0].parameters"));
        bad.add(bad("[{\"type\":\"function\",\"function\":{\"name\":\"!\"}}]", VALUE, "tools[0].function.name"));
        bad.add(bad(
                "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":5}}]",
                TYPE,
                "tools[0].function.parameters"));
        bad.add(bad("[{\"type\":\"custom\"}]", MISSING, "tools[0].name"));
        bad.add(bad(
                "[" + "{\"type\":\"x\"},".repeat(RequestRules.MAX_TOOLS) + "{\"type\":\"x\"}]",
                "array_above_max_length",
                "tools"));
        return new Member(
                "tools",
                List.of(
                        "[]",
                        "[{\"type\":\"function\",\"name\":" + text(128) + ",\"parameters\":null}]",
                        "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}},{\"type\":\"acme:x\"}]",
                        "[" + "{\"type\":\"x\"},".repeat(RequestRules.MAX_TOOLS - 1) + "{\"type\":\"x\"}]"),
                bad);
    }

    private static Member format() {
        List<Bad> bad = wrongTypes("text", "\"x\"", "5", "[]");
        bad.add(bad("{\"verbosity\":5}", TYPE, "text.verbosity"));
        bad.add(bad("{\"verbosity\":\"chatty\"}", VALUE, "text.verbosity"));
        bad.add(bad("{\"format\":5}", TYPE, "text.format"));
        bad.add(bad("{\"format\":{}}", MISSING, "text.format.type"));
        bad.add(bad("{\"format\":{\"type\":5}}", TYPE, "text.format.type"));
        bad.add(bad("{\"format\":{\"type\":\"xml\"}}", VALUE, "text.format.type"));
        bad.add(bad("{\"format\":{\"type\":\"json_schema\",\"schema\":{}}}", MISSING, "text.format.name"));
        bad.add(bad(
                "{\"format\":{\"type\":\"json_schema\",\"name\":\"a b\",\"schema\":{}}}", VALUE, "text.format.name"));
        bad.add(bad(
                "{\"format\":{\"type\":\"json_schema\",\"name\":" + text(65) + ",\"schema\":{}}}",
                VALUE,
                "text.format.name"));
        bad.add(bad("{\"format\":{\"type\":\"json_schema\",\"name\":\"n\"}}", MISSING, "text.format.schema"));
        bad.add(bad(
                "{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":[]}}", TYPE, "text.format.schema"));
        return new Member(
                "text",
                List.of(
                        "{}",
                        "{\"format\":null,\"verbosity\":null}",
                        "{\"format\":{\"type\":\"text\"},\"verbosity\":\"low\"}",
                        "{\"format\":{\"type\":\"json_object\"}}",
                        "{\"format\":{\"type\":\"json_schema\",\"name\":" + text(64)
                                + ",\"schema\":{\"$schema\":\"x\"}}}"),
                bad);
    }

    private static Member metadata() {
        StringBuilder sixteen = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            sixteen.append("\"k").append(i).append("\":\"v\",");
        }
        List<Bad> bad = wrongTypes("metadata", "\"x\"", "5", "[]", "true");
        bad.add(bad("{" + sixteen + "\"more\":\"v\"}", "object_above_max_properties", "metadata"));
        bad.add(bad("{" + text(65) + ":\"v\"}", LONG, "metadata"));
        bad.add(bad("{\"k\":" + text(513) + "}", LONG, "metadata.k"));
        bad.add(bad("{\"k\":5}", TYPE, "metadata.k"));
        bad.add(bad("{\"k\":{}}", TYPE, "metadata.k"));
        return new Member(
                "metadata",
                List.of(
                        "{}",
                        "{" + sixteen.substring(0, sixteen.length() - 1) + "}",
                        "{" + text(64) + ":" + text(512) + "}",
                        "{\"\":\"\"}",
                        "{\"k\":null}"),
                bad);
    }

    private static Member prompt() {
        List<Bad> bad = wrongTypes("prompt", "\"x\"", "5", "true", "[]");
        bad.add(bad("{}", MISSING, "prompt.id"));
        bad.add(bad("{\"id\":null}", MISSING, "prompt.id"));
        bad.add(bad("{\"id\":5}", TYPE, "prompt.id"));
        bad.add(bad("{\"id\":\"p\",\"version\":1}", TYPE, "prompt.version"));
        bad.add(bad("{\"id\":\"p\",\"variables\":[]}", TYPE, "prompt.variables"));
        return new Member(
                "prompt",
                List.of("{\"id\":\"p\"}", "{\"id\":\"p\",\"version\":\"1\",\"variables\":{\"a\":[1],\"b\":null}}"),
                bad);
    }

    private static void dialects(List<Member> all) {
        all.add(integer("max_tokens", "15", "16", "9223372036854775807", "9223372036854775808"));
        all.add(integer("max_completion_tokens", "15", "16", "9223372036854775807", "9223372036854775808"));
        all.add(string("reasoning_effort", 64));
        all.add(id("conversation_id"));
        all.add(string("api_key", 4096));
        List<Bad> modalities = wrongTypes("modalities", "\"text\"", "5", "{}", "true");
        modalities.add(bad("[5]", TYPE, "modalities[0]"));
        modalities.add(bad("[\"text\",null]", TYPE, "modalities[1]"));
        modalities.add(bad("[\"text\",\"audio\"]", "unsupported_modality", "modalities"));
        modalities.add(bad("[\"\"]", "unsupported_modality", "modalities"));
        all.add(new Member("modalities", List.of("[]", "[\"text\"]"), modalities));
        List<Bad> format = wrongTypes("response_format", "\"x\"", "5", "[]");
        format.add(bad("{}", MISSING, "response_format.type"));
        format.add(bad("{\"type\":\"xml\"}", VALUE, "response_format.type"));
        format.add(bad(
                "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}",
                MISSING,
                "response_format.json_schema.name"));
        format.add(bad("{\"type\":\"json_schema\",\"name\":\"n\"}", MISSING, "response_format.schema"));
        all.add(new Member(
                "response_format",
                List.of(
                        "{\"type\":\"text\"}",
                        "{\"type\":\"json_object\"}",
                        "{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}",
                        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}}"),
                format));
    }

    private static byte[] body(String name, String value) {
        String model = name.equals("model") ? "" : "\"model\":\"m\",";
        String input = name.equals("input") ? "" : "\"input\":\"hi\",";
        return ("{" + model + input + "\"" + name + "\":" + value + "}").getBytes(UTF_8);
    }

    @ParameterizedTest
    @MethodSource("members")
    void aGoodValueIsTaken(Member member) {
        for (String value : member.good()) {
            assertThatCode(() -> RequestReader.read(body(member.name(), value)))
                    .as("%s: %.80s", member.name(), value)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("members")
    void nullIsAsGoodAsAbsent(Member member) {
        if (member.name().equals("model")) {
            return;
        }
        assertThat(RequestReader.read(body(member.name(), "null")).json().isAbsentOrNull(member.name()))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("members")
    void aBadValueIsRefusedByName(Member member) {
        for (Bad bad : member.bad()) {
            assertThatThrownBy(() -> RequestReader.read(body(member.name(), bad.value())))
                    .as("%s: %.80s", member.name(), bad.value())
                    .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                        assertThat(e.code()).isEqualTo(bad.code());
                        assertThat(e.param()).isEqualTo(bad.param());
                        assertThat(e.type()).isEqualTo("invalid_request_error");
                        assertThat(e.retryable()).isFalse();
                        assertThat(e.text()).isNotEmpty().hasSizeLessThan(400);
                    });
        }
    }

    @Test
    void everyKnownMemberIsTried() {
        Set<String> tried = new TreeSet<>();
        members().forEach(member -> tried.add(member.name()));
        assertThat(tried).isEqualTo(new TreeSet<>(RequestRules.known()));
    }

    @Test
    void theModelMayOnlyBeLeftToAPrompt() {
        for (String body : List.of("{}", "{\"model\":null}", "{\"model\":\"\"}", "{\"prompt\":null}")) {
            assertThatThrownBy(() -> RequestRules.check(JsonObject.parse(body)))
                    .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                        assertThat(e.code()).isEqualTo(MISSING);
                        assertThat(e.param()).isEqualTo("model");
                    });
        }
        assertThatCode(() -> RequestRules.check(JsonObject.parse("{\"prompt\":{\"id\":\"p\"}}")))
                .doesNotThrowAnyException();
    }

    @Test
    void messagesSayWhatOpenAiSays() {
        assertThatThrownBy(() -> RequestReader.read(body("temperature", "-1")))
                .hasMessage(
                        "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.");
        assertThatThrownBy(() -> RequestReader.read(body("temperature", "1e999999999")))
                .hasMessage("Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got"
                        + " 1E+999999999 instead.");
        assertThatThrownBy(() -> RequestReader.read(body("temperature", "\"hot\"")))
                .hasMessage("Invalid type for 'temperature': expected a decimal, but got a string instead.");
    }
}
