package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Warning;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatRequestWriterTest {
    private static final ChatOptions PLAIN = new ChatOptions(false, false, false, true);
    private static final ChatOptions RICH = new ChatOptions(true, true, true, false);

    private static JsonObject body(String request, ChatOptions options) {
        return JsonObject.parse(new ChatRequestWriter(options)
                .body(Requests.stream(request), new Warnings())
                .toString());
    }

    private static List<String> messages(String input, ChatOptions options) {
        return body("{'model':'m1','input':" + input + "}", options).objects("messages").stream()
                .map(message -> message.toString().replace('"', '\''))
                .toList();
    }

    private static List<String> warned(String request) {
        return new ChatRequestWriter(PLAIN)
                .unsupported(Requests.stream(request)).stream()
                        .map(Warning::param)
                        .toList();
    }

    @Test
    void sendsOnlyWhatIsSet() {
        assertThat(body("{'model':'m1','input':'Hi'}", PLAIN))
                .isEqualTo(Requests.json("{'model':'m1','messages':[{'role':'user','content':'Hi'}],'stream':true,"
                        + "'stream_options':{'include_usage':true}}"));
    }

    @Test
    void writesWhatRicherServersKnow() {
        JsonObject body = body(
                "{'model':'m1','max_output_tokens':20,'input':[{'role':'developer','content':'Be kind.'},"
                        + "{'type':'reasoning','id':'r','summary':[],'content':[{'type':'reasoning_text','text':'Hm.'}]},"
                        + "{'role':'assistant','content':'Hello'},{'role':'user','content':'Hi'}]}",
                RICH);
        assertThat(body)
                .isEqualTo(Requests.json("{'model':'m1','messages':[{'role':'developer','content':'Be kind.'},"
                        + "{'role':'assistant','content':'Hello','reasoning_content':'Hm.'},{'role':'user','content':'Hi'}],"
                        + "'stream':true,'max_completion_tokens':20}"));
    }

    @Test
    void putsTheOutputsBehindTheirCalls() {
        assertThat(messages(
                        "[{'type':'function_call','call_id':'a','name':'f','arguments':'{}'},"
                                + "{'role':'assistant','content':'Wait.'},"
                                + "{'type':'function_call','call_id':'b','name':'g','arguments':'{}'},"
                                + "{'role':'user','content':'Well?'},"
                                + "{'type':'function_call_output','call_id':'b','output':'2'},"
                                + "{'type':'function_call_output','call_id':'a','output':'1'}]",
                        PLAIN))
                .containsExactly(
                        "{'role':'assistant','content':'Wait.','tool_calls':["
                                + "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}},"
                                + "{'id':'b','type':'function','function':{'name':'g','arguments':'{}'}}]}",
                        "{'role':'tool','tool_call_id':'a','content':'1'}",
                        "{'role':'tool','tool_call_id':'b','content':'2'}",
                        "{'role':'user','content':'Well?'}");
    }

    @Test
    void keepsTurnsApart() {
        assertThat(messages(
                        "[{'type':'function_call','call_id':'a','name':'f','arguments':'{}'},"
                                + "{'type':'function_call_output','call_id':'a','output':'1'},"
                                + "{'type':'function_call','call_id':'a','name':'f','arguments':'{}'},"
                                + "{'type':'function_call_output','call_id':'a','output':'2'},"
                                + "{'role':'assistant','content':'One.'},{'role':'assistant','content':'Two.'}]",
                        PLAIN))
                .containsExactly(
                        "{'role':'assistant','content':null,'tool_calls':["
                                + "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "{'role':'tool','tool_call_id':'a','content':'1'}",
                        "{'role':'assistant','content':null,'tool_calls':["
                                + "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "{'role':'tool','tool_call_id':'a','content':'2'}",
                        "{'role':'assistant','content':'One.'}",
                        "{'role':'assistant','content':'Two.'}");
    }

    @Test
    void keepsAnOutputWithoutACall() {
        assertThat(messages("[{'type':'function_call_output','call_id':'a','output':'1'}]", PLAIN))
                .containsExactly("{'role':'tool','tool_call_id':'a','content':'1'}");
    }

    @Test
    void writesCallsOfMcpToolsAsPairs() {
        assertThat(messages(
                        "[{'type':'mcp_list_tools','id':'l','server_label':'s','tools':[]},"
                                + "{'type':'mcp_call','id':'m1','server_label':'s','name':'f','arguments':'{}','output':'1'},"
                                + "{'type':'mcp_call','id':'m2','server_label':'s','name':'f','arguments':'{}','error':'no'},"
                                + "{'type':'mcp_approval_request','id':'q','server_label':'s','name':'g','arguments':'{}'},"
                                + "{'type':'mcp_approval_response','approval_request_id':'q','approve':false}]",
                        PLAIN))
                .containsExactly(
                        "{'role':'assistant','content':null,'tool_calls':["
                                + "{'id':'m1','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "{'role':'tool','tool_call_id':'m1','content':'1'}",
                        "{'role':'assistant','content':null,'tool_calls':["
                                + "{'id':'m2','type':'function','function':{'name':'f','arguments':'{}'}}]}",
                        "{'role':'tool','tool_call_id':'m2','content':'no'}",
                        "{'role':'assistant','content':null,'tool_calls':["
                                + "{'id':'q','type':'function','function':{'name':'g','arguments':'{}'}}]}",
                        "{'role':'tool','tool_call_id':'q','content':'The user did not approve this call.'}");
    }

    @Test
    void writesARefusalAsText() {
        assertThat(messages("[{'role':'assistant','content':[{'type':'refusal','refusal':'No.'}]}]", PLAIN))
                .containsExactly("{'role':'assistant','content':'No.'}");
    }

    @Test
    void filtersAllowedTools() {
        JsonObject body = body(
                "{'model':'m1','input':'Hi','tools':[{'type':'function','name':'f'},{'type':'function','name':'g','strict':true}],"
                        + "'tool_choice':{'type':'allowed_tools','mode':'auto','tools':[{'type':'function','name':'g'}]}}",
                PLAIN);
        assertThat(body.get("tools"))
                .hasToString("[{\"type\":\"function\",\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\","
                        + "\"properties\":{}},\"strict\":true}}]");
        assertThat(body.has("tool_choice")).isFalse();
    }

    @Test
    void sendsNoChoiceWithoutTools() {
        assertThat(body("{'model':'m1','input':'Hi','tool_choice':'none','parallel_tool_calls':true}", PLAIN)
                        .names())
                .containsExactly("model", "messages", "stream", "stream_options");
        assertThat(body(
                                "{'model':'m1','input':'Hi','tools':[{'type':'function','name':'f'}],'tool_choice':'none'}",
                                PLAIN)
                        .string("tool_choice"))
                .isEqualTo("none");
    }

    @Test
    void passesOnFurtherMembers() {
        JsonObject body = body(
                "{'model':'m1','input':'Hi','min_p':0.1,'logit_bias':{'5':1},'repetition_penalty':1.5,'presence_penalty':1,"
                        + "'frequency_penalty':2,'service_tier':'flex','top_p':null,'previous_response_id':'r','store':true,"
                        + "'conversation':'c','messages':[],'n':3}",
                PLAIN);
        assertThat(body.names())
                .containsExactly(
                        "model",
                        "messages",
                        "min_p",
                        "logit_bias",
                        "repetition_penalty",
                        "presence_penalty",
                        "frequency_penalty",
                        "service_tier",
                        "stream",
                        "stream_options");
    }

    @Test
    void warnsOfWhatDoesNotFit() {
        assertThat(warned("{'model':'m1','input':'Hi','temperature':1,'top_k':5,'seed':1,'min_p':1}"))
                .isEmpty();
        assertThat(warned("{'model':'m1','input':'Hi','n':2,'moderation':{'model':'x'},"
                        + "'reasoning':{'effort':'low','summary':'auto'},'include':['reasoning.encrypted_content'],"
                        + "'tools':[{'type':'web_search'},{'type':'custom','name':'c','format':{'type':'grammar',"
                        + "'syntax':'regex','definition':'a'}}],'tool_choice':{'type':'web_search'}}"))
                .containsExactly("n", "moderation", "tools[0]", "tools[1].format", "tool_choice", "reasoning.summary");
        assertThat(
                        warned(
                                "{'model':'m1','input':[{'type':'reasoning','id':'r','summary':[]},{'type':'x:y','a':1},"
                                        + "{'role':'user','content':[{'type':'input_image','file_id':'f'},{'type':'input_file','file_url':'u'},"
                                        + "{'type':'video','video':'v'}]},{'type':'compaction','encrypted_content':'e'},"
                                        + "{'type':'function_call','call_id':'a','name':'f','arguments':'{}'},"
                                        + "{'type':'function_call_output','call_id':'a','output':[{'type':'input_image','image_url':'u'}]}]}"))
                .containsExactly(
                        "input.reasoning",
                        "input[1]",
                        "input[2].content[0]",
                        "input[2].content[1]",
                        "input[2].content[2]",
                        "input[3]",
                        "input[4].output");
    }

    @Test
    void leavesOutItemsOfToolsThatItHasNoFormFor() {
        for (String type : ItemTypes.ALL) {
            String input = "[{'role':'user','content':'a'},{'type':'" + type
                    + "','id':'i','call_id':'c','name':'n','arguments':'{}','output':'o'},{'role':'user','content':'b'}]";
            assertThat(messages(input, PLAIN))
                    .as(type)
                    .containsExactly("{'role':'user','content':'a'}", "{'role':'user','content':'b'}");
            assertThat(warned("{'model':'m1','input':" + input + "}")).as(type).containsExactly("input[1]");
        }
        String alone = "[{'role':'user','content':'a'},{'type':'function_call_output','output':'of no call'}]";
        assertThat(messages(alone, PLAIN)).containsExactly("{'role':'user','content':'a'}");
        assertThat(warned("{'model':'m1','input':" + alone + "}")).containsExactly("input[1]");
    }
}
