package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static ResponseRequest read(String body) {
        return RequestReader.read(body.getBytes(UTF_8));
    }

    private static ResponseRequest form(String body) {
        return RequestReader.readForm(body.getBytes(UTF_8));
    }

    @Test
    void aBodyIsKeptWhole() {
        String body =
                "{\"model\":\"m\",\"input\":\"hi\",\"acme\":{\"deep\":[1,null,2.50]},\"temperature\":0.70,\"user\":null}";
        assertThat(read(body).json().toAscii()).isEqualTo(body);
        assertThat(read("\uFEFF" + body).json().toAscii()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | invalid_json",
                "{ | invalid_json",
                "{\"model\":\"m\",\"model\":\"n\"} | invalid_json",
                "{} {} | invalid_json",
                "{\"model\":\"m\",\"temperature\":NaN} | invalid_json",
                "[] | invalid_type",
                "\"m\" | invalid_type",
                "null | invalid_type",
                "5 | invalid_type"
            })
    void whatIsNoObjectIsRefused(String body, String code) {
        assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(InvalidRequestException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.param()).isNull();
        });
    }

    @Test
    void badBytesAndDepthAndNumbersAreRefused() {
        String start = "{\"model\":\"m\",\"input\":\"hi\",\"x\":";
        for (byte[] body : new byte[][] {
            (start + "\"\u00ff\"}").getBytes(ISO_8859_1),
            (start + "[".repeat(64) + "]".repeat(64) + "}").getBytes(UTF_8),
            (start + "[".repeat(3_000_000)).getBytes(UTF_8),
            (start + "1".repeat(101) + "}").getBytes(UTF_8)
        }) {
            assertThatThrownBy(() -> RequestReader.read(body))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            e -> assertThat(e.code()).isEqualTo("invalid_json"));
        }
        String deepest = start + "[".repeat(63) + "]".repeat(63) + "}";
        assertThat(read(deepest).json().toAscii()).isEqualTo(deepest);
    }

    @Test
    void anyRubbishIsRefusedOrRead() {
        Random random = new Random(7);
        String good =
                "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\","
                        + "\"name\":\"f\"}],\"metadata\":{\"a\":\"b\"},\"text\":{\"format\":{\"type\":\"text\"}},\"stop\":[\"x\"]}";
        String alphabet = "{}[]\",:0123456789-.eEtrufalsn \\/\u0000é";
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder body = new StringBuilder(good);
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                int at = random.nextInt(body.length());
                body.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                read(body.toString());
            } catch (InvalidRequestException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"reasoning\":true | \"reasoning\":{\"effort\":\"medium\"}",
                "\"reasoning\":false | \"reasoning\":null",
                "\"reasoning\":{\"reasoning_effort\":\"high\"} | \"reasoning\":{\"effort\":\"high\"}",
                "\"reasoning\":{\"reasoning_effort\":\"high\",\"effort\":\"low\"} | \"reasoning\":{\"reasoning_effort\":\"high\",\"effort\":\"low\"}",
                "\"max_tokens\":50 | \"max_output_tokens\":50",
                "\"max_tokens\":50,\"max_output_tokens\":null | \"max_output_tokens\":50",
                "\"max_tokens\":50,\"max_output_tokens\":50 | \"max_output_tokens\":50",
                "\"max_tokens\":null | \"x\":1",
            })
    void dialectsBecomeStandard(String member, String standard) {
        JsonObject read =
                read("{\"model\":\"m\",\"input\":\"hi\"," + member + "}").json();
        JsonObject expected = JsonObject.parse("{\"model\":\"m\",\"input\":\"hi\"," + standard + "}");
        assertThat(read).isEqualTo(expected.without("x"));
    }

    @Test
    void twoNamesWithTwoValuesAreRefused() {
        assertThatThrownBy(() -> read("{\"model\":\"m\",\"max_tokens\":50,\"max_output_tokens\":60}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.param()).isEqualTo("max_tokens"));
        assertThatThrownBy(() -> read("{\"model\":\"m\",\"max_tokens\":5}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("integer_below_min_value"));
    }

    @Test
    void aFormIsReadAsABody() {
        ResponseRequest request = form("model=demo&input=Hello+there%21&stream=true&temperature=0.5&metadata[team]=a"
                + "&metadata%5Bday%5D=m%C3%B6ndag&include[]=x&include[]=y&tools=%5B%7B%22type%22%3A%22web_search%22%7D%5D"
                + "&user=007&stop=1&tool_choice=required&seed=7&acme=%7Bnot+json");
        assertThat(request.json())
                .isEqualTo(JsonObject.parse("{\"model\":\"demo\",\"input\":\"Hello there!\",\"stream\":true,"
                        + "\"temperature\":0.5,\"metadata\":{\"team\":\"a\",\"day\":\"m\u00f6ndag\"},\"include\":[\"x\",\"y\"],"
                        + "\"tools\":[{\"type\":\"web_search\"}],\"user\":\"007\",\"stop\":\"1\",\"tool_choice\":\"required\","
                        + "\"seed\":7,\"acme\":\"{not json\"}"));
        assertThat(form("model=m&input=%5B%7B%22role%22%3A%22user%22%2C%22content%22%3A%22x%22%7D%5D")
                        .input())
                .hasSize(1)
                .allSatisfy(item -> assertThat(((Message) item).text()).isEqualTo("x"));
        assertThat(form("model=m&input").json().string("input")).isEmpty();
        assertThat(form("model=m&input=\u00e9").json().string("input")).isEqualTo("\u00e9");
        assertThat(form("model=m&/a~1b[c]=d").json().toAscii()).contains("\"/a~1b\":{\"c\":\"d\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model=m&model=n",
                "model=m&input=a&input[x]=1",
                "model=m&input=a&input[]=1",
                "model=m&metadata[a]=1&metadata[a]=2",
                "model=m&metadata[a]=1&metadata=x",
                "model=m&metadata[a]=1&metadata[]=x",
                "model=m&metadata[]=1&metadata[a]=x",
                "model=m&input=%",
                "model=m&input=%zz",
                "model=m&input=%ff",
                "model=m&input=%ed%a0%80",
                "model=m&stream=maybe",
                "model=m&metadata=5",
                ""
            })
    void aBadFormIsRefused(String body) {
        assertThatThrownBy(() -> form(body)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void rawBytesOfAFormMustBeUtf8() {
        assertThatThrownBy(() -> RequestReader.readForm("model=m&input=\u00ff".getBytes(ISO_8859_1)))
                .isInstanceOf(InvalidRequestException.class);
    }
}
