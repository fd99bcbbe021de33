package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.responses4j.json.Json;
import io.github.responses4j.response.InvalidRequestException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Input items and their parts: what is wrong is told with its place, as the caller sent it; what is unknown is kept. */
class ItemRulesTest {
    private static final List<String> PARTS_OF =
            List.of("{'role':'user','content':[%s]}", "{'type':'function_call_output','call_id':'c','output':[%s]}");

    private static byte[] body(String items) {
        return ("{\"model\":\"m\",\"input\":" + items.replace('\'', '"') + "}").getBytes(UTF_8);
    }

    private static Consumer<InvalidRequestException> refusal(String code, String param) {
        return e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.param()).isEqualTo(param);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | missing_required_parameter | role",
                "{'role':5,'content':'x'} | invalid_type | role",
                "{'role':'tool','content':'x'} | invalid_value | role",
                "{'role':'user'} | missing_required_parameter | content",
                "{'role':'user','content':null} | missing_required_parameter | content",
                "{'role':'user','content':{}} | invalid_type | content",
                "{'role':'user','content':'x','id':5} | invalid_type | id",
                "{'role':'user','content':'x','status':5} | invalid_type | status",
                "{'role':'assistant','content':'x','phase':5} | invalid_type | phase",
                "{'role':'user','content':[5]} | invalid_type | content[0]",
                "{'role':'user','content':[null]} | invalid_type | content[0]",
                "{'type':5} | invalid_type | type",
                "{'type':'acme:thing','id':5} | invalid_type | id",
                "{'type':'item_reference'} | missing_required_parameter | id",
                "{'id':5} | invalid_type | id",
                "{'type':'function_call','name':'f','arguments':'{}'} | missing_required_parameter | call_id",
                "{'type':'function_call','call_id':'c','arguments':'{}'} | missing_required_parameter | name",
                "{'type':'function_call','call_id':'c','name':'f'} | missing_required_parameter | arguments",
                "{'type':'function_call','call_id':'c','name':'f','arguments':{}} | invalid_type | arguments",
                "{'type':'function_call_output','call_id':5,'output':'x'} | invalid_type | call_id",
                "{'type':'function_call_output','call_id':'c'} | missing_required_parameter | output",
                "{'type':'function_call_output','call_id':'c','output':{}} | invalid_type | output",
                "{'type':'custom_tool_call','call_id':'c','name':'f'} | missing_required_parameter | input",
                "{'type':'custom_tool_call_output','output':'x'} | missing_required_parameter | call_id",
                "{'type':'reasoning','id':'r','summary':'x'} | invalid_type | summary",
                "{'type':'reasoning','id':'r','summary':[{}]} | missing_required_parameter | summary[0].type",
                "{'type':'reasoning','id':'r','content':[{'type':'reasoning_text','text':5}]} | invalid_type | content[0].text",
                "{'type':'reasoning','id':'r','encrypted_content':5} | invalid_type | encrypted_content",
                "{'type':'compaction'} | missing_required_parameter | encrypted_content",
                "{'type':'mcp_list_tools','tools':{}} | invalid_type | tools",
                "{'type':'mcp_list_tools','tools':[5]} | invalid_type | tools[0]",
                "{'type':'mcp_call','arguments':{}} | invalid_type | arguments",
                "{'type':'mcp_call','output':{}} | invalid_type | output",
                "{'type':'mcp_approval_request','name':5} | invalid_type | name",
                "{'type':'mcp_approval_response','approve':true} | missing_required_parameter | approval_request_id",
                "{'type':'mcp_approval_response','approval_request_id':'a'} | missing_required_parameter | approve",
                "{'type':'mcp_approval_response','approval_request_id':'a','approve':'yes'} | invalid_type | approve"
            })
    void anItemIsRefusedWithItsPlace(String item, String code, String member) {
        String good = "{'role':'user','content':'x'}";
        assertThatThrownBy(() -> RequestReader.read(body("[" + good + "," + item + "," + good + "]")))
                .isInstanceOfSatisfying(InvalidRequestException.class, refusal(code, "input[1]." + member));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | missing_required_parameter | type",
                "{'type':5} | invalid_type | type",
                "{'type':'input_text'} | missing_required_parameter | text",
                "{'type':'input_text','text':5} | invalid_type | text",
                "{'type':'text','text':null} | missing_required_parameter | text",
                "{'type':'output_text','text':'x','annotations':{}} | invalid_type | annotations",
                "{'type':'output_text','text':'x','logprobs':[5]} | invalid_type | logprobs[0]",
                "{'type':'refusal'} | missing_required_parameter | refusal",
                "{'type':'input_image','image_url':5} | invalid_type | image_url",
                "{'type':'input_image','image_url':{}} | missing_required_parameter | image_url.url",
                "{'type':'input_image','file_id':[]} | invalid_type | file_id",
                "{'type':'input_image','image_url':'x','detail':5} | invalid_type | detail",
                "{'type':'image_url'} | missing_required_parameter | image_url",
                "{'type':'image_url','image_url':{'url':5}} | invalid_type | image_url.url",
                "{'type':'image_url','image_url':{'url':'x','detail':5}} | invalid_type | image_url.detail",
                "{'type':'input_file','file_data':{}} | invalid_type | file_data",
                "{'type':'input_file','file_url':5} | invalid_type | file_url",
                "{'type':'input_file','filename':5} | invalid_type | filename",
                "{'type':'file'} | missing_required_parameter | file",
                "{'type':'file','file':{'file_id':5}} | invalid_type | file.file_id"
            })
    void aPartIsRefusedWithItsPlace(String part, String code, String member) {
        for (String item : PARTS_OF) {
            String list = item.contains("content") ? "content" : "output";
            String bare = "{'type':'text','text':'bare'},";
            String input = "[" + bare + bare + String.format(item, "{'type':'input_text','text':'x'}," + part) + "]";
            assertThatThrownBy(() -> RequestReader.read(body(input)))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class, refusal(code, "input[2]." + list + "[1]." + member));
        }
    }

    /** Parts that stand by themselves become a part of a message, but the caller knows them by their place in the input. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'text'} | missing_required_parameter | text",
                "{'type':'image_url','image_url':{'url':5}} | invalid_type | image_url.url",
                "{'type':'input_image','image_url':5} | invalid_type | image_url"
            })
    void aBarePartIsRefusedWithItsPlace(String part, String code, String member) {
        assertThatThrownBy(() -> RequestReader.read(body("[{'type':'text','text':'a'}," + part + "]")))
                .isInstanceOfSatisfying(InvalidRequestException.class, refusal(code, "input[1]." + member));
    }

    /** What the known clients send, stubs included, and what nobody knows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'message','role':'system','content':'x'}",
                "{'role':'user','content':''}",
                "{'type':null,'role':'user','content':'x'}",
                "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'x','annotations':[]}]}",
                "{'type':'message','role':'assistant','id':'m','status':'completed','phase':'final_answer',"
                        + "'content':[{'type':'output_text','text':'x','annotations':[],'logprobs':null}]}",
                "{'role':'assistant','content':[{'type':'refusal','refusal':'no'}]}",
                "{'id':'msg_9'}",
                "{'type':'item_reference','id':'msg_9'}",
                "{'type':'function_call','call_id':'c','name':'f','arguments':'{}','id':null,'status':null}",
                "{'type':'function_call_output','output':'x'}",
                "{'type':'function_call_output','call_id':'c','output':[{'type':'input_image','file_id':'f'}]}",
                "{'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':null,'status':'in_progress'}",
                "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'x'}],"
                        + "'content':[{'type':'reasoning_text','text':'x'}]}",
                "{'type':'mcp_list_tools','id':'l','server_label':'s','tools':[]}",
                "{'type':'mcp_call','id':'c','server_label':'s','name':'t','arguments':'{}','output':null,'error':null}",
                "{'type':'mcp_call','id':'c','server_label':'s','name':'t','arguments':'{}','error':{'type':'http_error'}}",
                "{'type':'mcp_approval_response','approval_request_id':'a','approve':false,'reason':null}",
                "{'type':'code_interpreter_call','id':'c','code':null,'outputs':null}",
                "{'type':'image_generation_call','id':'i'}",
                "{'type':'web_search_call','id':'w','status':'completed','action':{'type':'search'}}",
                "{'type':'computer_call_output','call_id':'c','output':{'type':'input_image','image_url':'data:x'}}",
                "{'type':'acme:thing','content':5,'role':[],'name':{}}",
                "{'role':'user','content':[{'type':'acme:part','text':5}]}"
            })
    void whatClientsSendIsTaken(String item) {
        assertThatCode(() -> RequestReader.read(body("[" + item + "]"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // What stands by itself becomes one message of the user's, as long as nothing is between.
                "[{'type':'text','text':'a'},{'type':'image_url','image_url':{'url':'u','detail':'low'}},"
                        + "{'role':'user','content':'b'},{'type':'input_text','text':'c'}]"
                        + " | [{'type':'message','role':'user','content':[{'type':'input_text','text':'a'},"
                        + "{'type':'input_image','image_url':'u','detail':'low'}]},{'role':'user','content':'b'},"
                        + "{'type':'message','role':'user','content':[{'type':'input_text','text':'c'}]}]",
                "[{'role':'user','content':'b'},{'type':'text','text':'c'}]"
                        + " | [{'role':'user','content':'b'},{'type':'message','role':'user','content':[{'type':'input_text','text':'c'}]}]",
                "[{'type':'input_file','file_id':'f'}] | [{'type':'message','role':'user','content':[{'type':'input_file','file_id':'f'}]}]",
                // In a message, by whoever speaks.
                "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'image_url','image_url':'u'}]}]"
                        + " | [{'role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_image','image_url':'u'}]}]",
                "[{'role':'assistant','content':[{'type':'text','text':'a'}]}] | [{'role':'assistant','content':[{'type':'output_text','text':'a'}]}]",
                "[{'role':'user','content':[{'type':'input_image','image_url':{'url':'u','detail':'low'},'detail':'high'}]}]"
                        + " | [{'role':'user','content':[{'type':'input_image','image_url':'u','detail':'high'}]}]",
                "[{'role':'user','content':[{'type':'file','file':{'filename':'n','file_data':'d'}}]}]"
                        + " | [{'role':'user','content':[{'type':'input_file','filename':'n','file_data':'d'}]}]",
                "[{'type':'function_call_output','call_id':'c','output':[{'type':'text','text':'a'}]}]"
                        + " | [{'type':'function_call_output','call_id':'c','output':[{'type':'input_text','text':'a'}]}]",
                // Nobody's business.
                "[{'type':'acme:thing','content':[{'type':'acme:text','text':'a'}]}] | [{'type':'acme:thing','content':[{'type':'acme:text','text':'a'}]}]"
            })
    void dialectsOfPartsBecomeStandard(String input, String standard) {
        assertThat(RequestReader.read(body(input)).json().get("input"))
                .isEqualTo((ArrayNode) Json.read(standard.replace('\'', '"')));
    }
}
