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
                "\"max_completion_tokens\":50 | \"max_output_tokens\":50",
                "\"max_completion_tokens\":50,\"max_tokens\":50 | \"max_output_tokens\":50",
                "\"reasoning_effort\":\"high\" | \"reasoning\":{\"effort\":\"high\"}",
                "\"reasoning_effort\":\"high\",\"reasoning\":true | \"reasoning\":{\"effort\":\"high\"}",
                "\"reasoning_effort\":\"high\",\"reasoning\":{\"effort\":\"high\"} | \"reasoning\":{\"effort\":\"high\"}",
                "\"reasoning_effort\":null,\"reasoning\":{\"summary\":\"auto\"} | \"reasoning\":{\"summary\":\"auto\"}",
                "\"reasoning_effort\":\"low\",\"reasoning\":{\"summary\":\"auto\"} | \"reasoning\":{\"summary\":\"auto\",\"effort\":\"low\"}",
                "\"reasoning\":{\"generate_summary\":\"auto\"} | \"reasoning\":{\"summary\":\"auto\"}",
                "\"conversation_id\":\"conv_1\" | \"conversation\":\"conv_1\"",
                "\"conversation_id\":\"conv_1\",\"conversation\":{\"id\":\"conv_1\"} | \"conversation\":{\"id\":\"conv_1\"}",
                "\"modalities\":[\"text\"] | \"x\":1",
                "\"modalities\":null | \"x\":1",
                "\"api_key\":\"sk-1\" | \"x\":1",
                "\"metadata\":{\"a\":null,\"b\":\"c\"} | \"metadata\":{\"b\":\"c\"}",
                "\"response_format\":{\"type\":\"json_object\"} | \"text\":{\"format\":{\"type\":\"json_object\"}}",
                "\"response_format\":null | \"x\":1",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}},\"text\":{\"verbosity\":\"low\"}"
                        + " | \"text\":{\"verbosity\":\"low\",\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}}",
                "\"text\":{\"format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{},\"strict\":true}}}"
                        + " | \"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{},\"strict\":true}}",
                "\"tools\":[{\"type\":\"mcp\",\"server_url\":\"https://tides.example:8443/mcp\"}]"
                        + " | \"tools\":[{\"type\":\"mcp\",\"server_url\":\"https://tides.example:8443/mcp\",\"server_label\":\"tides.example\"}]",
                "\"tools\":[{\"type\":\"mcp\",\"server_url\":\"not a url\"},{\"type\":\"mcp\",\"server_url\":\"https://a.example\",\"server_label\":\"l\"}]"
                        + " | \"tools\":[{\"type\":\"mcp\",\"server_url\":\"not a url\"},{\"type\":\"mcp\",\"server_url\":\"https://a.example\",\"server_label\":\"l\"}]",
            })
    void dialectsBecomeStandard(String member, String standard) {
        JsonObject read =
                read("{\"model\":\"m\",\"input\":\"hi\"," + member + "}").json();
        JsonObject expected = JsonObject.parse("{\"model\":\"m\",\"input\":\"hi\"," + standard + "}");
        assertThat(read).isEqualTo(expected.without("x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"max_tokens\":50,\"max_output_tokens\":60 | max_tokens",
                "\"max_tokens\":50,\"max_completion_tokens\":60 | max_completion_tokens",
                "\"reasoning_effort\":\"low\",\"reasoning\":{\"effort\":\"high\"} | reasoning_effort",
                "\"conversation_id\":\"a\",\"conversation\":{\"id\":\"b\"} | conversation_id",
                "\"response_format\":{\"type\":\"text\"},\"text\":{\"format\":{\"type\":\"json_object\"}} | response_format"
            })
    void twoNamesWithTwoValuesAreRefused(String members, String param) {
        assertThatThrownBy(() -> read("{\"model\":\"m\"," + members + "}"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.param()).isEqualTo(param);
                    assertThat(e.code()).isEqualTo("invalid_value");
                    assertThat(e.text()).contains("two names");
                });
    }

    @Test
    void theKeyOfTheBodyIsTheProviderKey() {
        assertThat(read("{\"model\":\"m\",\"api_key\":\"sk-1\"}").providerKey()).isEqualTo("sk-1");
        assertThat(form("model=m&api_key=123").providerKey()).isEqualTo("123");
        assertThat(read("{\"model\":\"m\",\"api_key\":null}").providerKey()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"conversation\":\"c\"", "\"conversation\":{\"id\":\"c\"}", "\"conversation_id\":\"c\""})
    void aResponseContinuesOneThingOnly(String conversation) {
        assertThatThrownBy(() -> read("{\"model\":\"m\",\"previous_response_id\":\"r\"," + conversation + "}"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("mutually_exclusive_parameters");
                    assertThat(e.param()).isNull();
                    assertThat(e.text())
                            .isEqualTo("Mutually exclusive parameters: ''. Ensure you are only providing one of:"
                                    + " 'previous_response_id' or 'conversation'.");
                });
        assertThat(read("{\"model\":\"m\",\"previous_response_id\":null," + conversation + "}")
                        .conversation())
                .hasToString("c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"strange\"} | the schema has a type that JSON Schema does not know",
                "{\"type\":[\"string\",5]} | the schema has a type that JSON Schema does not know",
                "{\"properties\":[]} | the schema has 'properties' that is no object",
                "{\"properties\":{\"a\":{\"type\":5}}} | '/properties/a' has a type that JSON Schema does not know",
                "{\"properties\":{\"a\":5}} | '/properties/a' is no schema, which is an object or a boolean",
                "{\"items\":{\"enum\":5}} | '/items' has 'enum' that is no array",
                "{\"$defs\":{\"x\":{\"required\":\"a\"}}} | '/$defs/x' has 'required' that is no array",
                "{\"anyOf\":[{},{\"not\":5}]} | '/anyOf/1/not' is no schema, which is an object or a boolean",
                "{\"additionalProperties\":5} | '/additionalProperties' is no schema, which is an object or a boolean"
            })
    void aSchemaThatIsNoneIsRefused(String schema, String wrong) {
        assertThatThrownBy(() ->
                        read("{\"model\":\"m\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"Person\","
                                + "\"schema\":" + schema + "}}}"))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("invalid_json_schema");
                    assertThat(e.param()).isEqualTo("text.format.schema");
                    assertThat(e.text()).isEqualTo("Invalid schema for response_format 'Person': " + wrong + ".");
                });
    }

    @Test
    void aSchemaOfAnyKindIsTaken() {
        String schema =
                "{\"$schema\":\"x\",\"title\":\"T\",\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"null\"]},"
                        + "\"b\":true,\"type\":{\"const\":1}},\"required\":[\"a\"],\"additionalProperties\":false,\"items\":[{}],"
                        + "\"$defs\":{\"x\":{\"$ref\":\"#\"}},\"oneOf\":[{\"allOf\":[]}],\"enum\":[1]}";
        assertThat(read("{\"model\":\"m\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":"
                                + schema + "}}}")
                        .textFormat()
                        .object("schema"))
                .isEqualTo(JsonObject.parse(schema));
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
