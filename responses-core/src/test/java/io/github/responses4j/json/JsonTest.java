package io.github.responses4j.json;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}}",
                "{} {}",
                "{}x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "[NaN]",
                "[Infinity]",
                "[-Infinity]",
                "[01]",
                "[1.]",
                "[+1]",
                "{'a':1}",
                "{a:1}",
                "[1,]",
                "1e99999999999",
                "{\"a\":-1e-99999999999}",
                "[\"\n\"]",
                "[\"\\x\"]",
                "// c\n{}",
                "nul",
                "\uFEFF\uFEFF{}"
            })
    void whatIsNoStrictJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.read(text.getBytes(UTF_8))).isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> JsonObject.parse(text)).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void depthIsAllowedUpToTheLimit() {
        byte[] deepest = nested(Json.MAX_DEPTH).getBytes(UTF_8);
        assertThat(Json.read(deepest).isArray()).isTrue();
        byte[] tooDeep = nested(Json.MAX_DEPTH + 1).getBytes(UTF_8);
        assertThatThrownBy(() -> Json.read(tooDeep)).isInstanceOf(InvalidJsonException.class);
        String text = nested(Json.MAX_DEPTH_OF_TEXT);
        assertThat(Json.read(text).isArray()).isTrue();
        assertThatThrownBy(() -> Json.read("[" + text + "]")).isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> Json.read("[".repeat(2_000_000))).isInstanceOf(InvalidJsonException.class);
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    @Test
    void numbersAreAllowedUpToTheLimitAndKeepTheirText() {
        String longest = "1".repeat(Json.MAX_NUMBER);
        assertThat(Json.read(longest).asText()).isEqualTo(longest);
        assertThatThrownBy(() -> Json.read(longest + "1")).isInstanceOf(InvalidJsonException.class);
        for (String number : new String[] {"2.50", "0.1000", "1E+400", "12345678901234567890", "1E-7"}) {
            assertThat(Json.toAscii(Json.read(number))).isEqualTo(number);
        }
    }

    @Test
    void namesAreAllowedUpToTheLimit() {
        String longest = "n".repeat(Json.MAX_NAME);
        assertThat(JsonObject.parse("{\"" + longest + "\":1}").names()).containsExactly(longest);
        assertThatThrownBy(() -> JsonObject.parse("{\"" + longest + "n\":1}")).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(Json.read("\uFEFF{\"a\":1}".getBytes(UTF_8))).isEqualTo(Json.read("{\"a\":1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22ff22", // no lead byte
                "22c022", // cut short
                "22c0af22", // overlong
                "22e080af22", // overlong
                "22eda08022", // a surrogate
                "22f4908080 22", // beyond Unicode
                "2280 22" // a trail byte alone
            })
    void bytesThatAreNoUtf8AreRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> Json.read(bytes))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessage("the text is not valid UTF-8");
    }

    @Test
    void otherEncodingsAreRefused() {
        assertThatThrownBy(() -> Json.read("{\"a\":1}".getBytes(UTF_16))).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void messagesRepeatNothingOfTheText() {
        assertThatThrownBy(() -> JsonObject.parse("{\"key\":\"s3cret\" \"more\":s3cret}"))
                .hasMessageNotContaining("s3cret")
                .hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud800\"", "\"\\udc00\"", "\"a\\ud800b\"", "\"\\udc00\\ud800\"", "\"\\u0000\""})
    void anyStringCanBeReadAndWritten(String text) {
        JsonNode node = Json.read(text);
        assertThat(Json.read(Json.toBytes(node))).isEqualTo(node);
        assertThat(Json.read(Json.toAscii(node))).isEqualTo(node);
    }

    @Test
    void asciiIsAscii() {
        String text = Json.toAscii(TextNode.valueOf("é \u2028 😀 \ud83d"));
        assertThat(text).isEqualTo("\"\\u00E9 \\u2028 \\uD83D\\uDE00 \\uD83D\"");
        assertThat(Json.toBytes(TextNode.valueOf("é"))).isEqualTo("\"é\"".getBytes(UTF_8));
    }
}
