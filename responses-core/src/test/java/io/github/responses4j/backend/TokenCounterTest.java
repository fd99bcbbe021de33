package io.github.responses4j.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.tool.FunctionTool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the estimate and the defaults of a counter come to. */
class TokenCounterTest {
    private static final TokenCounter ESTIMATE = TokenCounter.estimate();

    /** A counter for which every character is a token. */
    private static final TokenCounter CHARACTERS = (model, text) -> text.length();

    private static Item item(String json) {
        return Item.of(JsonObject.parse(json.replace('\'', '"')));
    }

    @Test
    void aTokenIsFourBytesOfUtf8() {
        assertThat(ESTIMATE.text("m", "")).isZero();
        assertThat(ESTIMATE.text("m", "a")).isEqualTo(1);
        assertThat(ESTIMATE.text("m", "abcd")).isEqualTo(1);
        assertThat(ESTIMATE.text("m", "abcde")).isEqualTo(2);
        // Two bytes each, three bytes each, and four bytes in two chars.
        assertThat(ESTIMATE.text("m", "\u00e4\u00f6")).isEqualTo(1);
        assertThat(ESTIMATE.text("m", "\u00e4\u00f6\u00fc")).isEqualTo(2);
        assertThat(ESTIMATE.text("m", "\u65e5\u672c\u8a9e\u6587")).isEqualTo(3);
        assertThat(ESTIMATE.text("m", "\ud83d\ude00")).isEqualTo(1);
        assertThat(ESTIMATE.text("m", "\ud83d\ude00a")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9 | {'role':'user','content':'Hello'}",
                "9 | {'role':'assistant','content':[{'type':'output_text','text':'He'},{'type':'refusal','refusal':'llo'}]}",
                "774 | {'role':'user','content':[{'type':'input_text','text':'Hello'},{'type':'input_image','image_url':'http://u'}]}",
                "89 | {'role':'user','content':[{'type':'input_image','image_url':'u','detail':'low'}]}",
                "769 | {'role':'user','content':[{'type':'input_file','file_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}]}",
                "8 | {'type':'function_call','call_id':'call_123456','name':'ab','arguments':'{}'}",
                "9 | {'type':'custom_tool_call','call_id':'call_123456','name':'ab','input':'xyz'}",
                "7 | {'type':'function_call_output','call_id':'call_123456','output':'abc'}",
                "8 | {'type':'custom_tool_call_output','call_id':'c','output':[{'type':'input_text','text':'abcd'}]}",
                "10 | {'type':'reasoning','summary':[{'type':'summary_text','text':'ab'}],'content':[{'type':'reasoning_text','text':'cdef'}],"
                        + "'encrypted_content':'not shown beside the text'}",
                "7 | {'type':'reasoning','summary':[],'encrypted_content':'abc'}",
                "7 | {'type':'compaction','id':'cmp_1','encrypted_content':'abc'}",
                "18 | {'type':'x:y'}",
                "18 | {'type':'x:y','id':'item_1'}"
            })
    void anItemIsItsTextsAndAConstant(long tokens, String json) {
        assertThat(CHARACTERS.item("m", item(json))).isEqualTo(tokens);
    }

    @Test
    void aToolIsItsDefinitionAndAConstant() {
        FunctionTool tool = FunctionTool.of("f", null, JsonObject.parse("{\"type\":\"object\"}"));
        assertThat(CHARACTERS.tool("m", tool))
                .isEqualTo(8 + tool.json().toString().length());
        assertThat(ESTIMATE.tool("m", tool))
                .isEqualTo(8 + ESTIMATE.text("m", tool.json().toString()));
    }

    @Test
    void theModelIsHandedOn() {
        TokenCounter byModel = (model, text) -> model.length();
        assertThat(byModel.item("four", Message.user("x"))).isEqualTo(8);
        assertThat(byModel.tool("four", FunctionTool.of("f", null, JsonObject.EMPTY)))
                .isEqualTo(12);
    }
}
