package io.github.responses4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.ModelEvent.CallDelta;
import io.github.responses4j.backend.ModelEvent.CallStarted;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.ModelEvent.WholeItem;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.Wire;
import io.github.responses4j.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Items that arrive whole are told as if they had grown, and lose nothing. */
class WholeItemsTest {
    private static final Stopped DONE = new Stopped(StopReason.DONE);

    static List<String> items() {
        return Wire.lines("items.jsonl");
    }

    private static Machine told(String... items) {
        Machine machine = new Machine();
        machine.machine.beginStep();
        for (String item : items) {
            machine.machine.accept(new WholeItem(Item.of(JsonObject.parse(item.replace('\'', '"')))));
        }
        machine.machine.accept(DONE);
        machine.end();
        machine.machine.complete();
        return machine;
    }

    @ParameterizedTest
    @MethodSource("items")
    void everyKindComesOutAsItWentIn(String line) {
        for (String text : List.of(line, Wire.withStrangers(line))) {
            Item item = Item.of(JsonObject.parse(text));
            Machine machine = told(text);
            List<Item> output = machine.folded().output();
            assertThat(output).hasSize(1);
            JsonObject out = output.get(0).json();
            assertThat(output.get(0)).hasSameClassAs(item);
            for (String name : item.json().names()) {
                boolean changes = List.of("id", "status", "type").contains(name)
                        || item.json().isNull(name);
                boolean plainText = name.equals("content") && item.json().string(name) != null;
                if (name.equals("content") && !plainText && !changes) {
                    // A part may gain the lists that clients demand, and loses nothing.
                    List<JsonObject> parts = item.json().objects(name);
                    List<JsonObject> now = out.objects(name);
                    assertThat(now).hasSameSizeAs(parts);
                    for (int i = 0; i < parts.size(); i++) {
                        assertThat(now.get(i).withAll(parts.get(i))).isEqualTo(now.get(i));
                    }
                } else if (!changes && !plainText) {
                    assertThat(out.get(name)).as(name).isEqualTo(item.json().get(name));
                }
            }
            if (item instanceof Message message) {
                assertThat(((Message) output.get(0)).text()).isEqualTo(message.text());
            }
        }
    }

    @Test
    void aMessageIsToldInItsParts() {
        Machine machine = told(
                "{'type':'message','id':'theirs','role':'assistant','phase':'commentary','status':'completed',"
                        + "'content':[{'type':'output_text','text':'a','annotations':[{'type':'acme:n'}],'x':1},"
                        + "{'type':'output_text','text':'b'},{'type':'refusal','refusal':'c','y':2},{'type':'acme:p','z':3}]}");
        String a = "{'type':'output_text','text':'a','annotations':[{'type':'acme:n'}],'logprobs':[],'x':1}";
        String b = "{'type':'output_text','text':'b','annotations':[],'logprobs':[]}";
        String c = "{'type':'refusal','refusal':'c','y':2}";
        String p = "{'type':'acme:p','z':3}";
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 {'type':'message','id':'msg_1','status':'in_progress','role':'assistant','content':[]}",
                        "content_part.added <msg_1> 0 0 {'type':'output_text','text':'','annotations':[],'logprobs':[]}",
                        "output_text.delta <msg_1> 0 0 <a>",
                        "output_text.annotation.added <msg_1> 0 0 0 {'type':'acme:n'}",
                        "output_text.done <msg_1> 0 0 <a>",
                        "content_part.done <msg_1> 0 0 " + a,
                        "content_part.added <msg_1> 0 1 {'type':'output_text','text':'','annotations':[],'logprobs':[]}",
                        "output_text.delta <msg_1> 0 1 <b>",
                        "output_text.done <msg_1> 0 1 <b>",
                        "content_part.done <msg_1> 0 1 " + b,
                        "content_part.added <msg_1> 0 2 {'type':'refusal','refusal':''}",
                        "refusal.delta <msg_1> 0 2 <c>",
                        "refusal.done <msg_1> 0 2 <c>",
                        "content_part.done <msg_1> 0 2 " + c,
                        "content_part.added <msg_1> 0 3 " + p,
                        "content_part.done <msg_1> 0 3 " + p,
                        "output_item.done 0 {'type':'message','id':'msg_1','status':'completed','role':'assistant','content':["
                                + a + "," + b + "," + c + "," + p + "],'phase':'commentary'}",
                        "completed completed");
    }

    @Test
    void reasoningIsToldInItsParts() {
        Machine machine = told("{'type':'reasoning','id':'theirs','summary':[{'type':'summary_text','text':'s'},"
                + "{'type':'summary_text','text':'t','x':1}],'content':[{'type':'reasoning_text','text':'r'}],"
                + "'encrypted_content':'gAAA'}");
        assertThat(machine.toldAfterStart().stream().map(line -> line.replaceFirst(" .*", "")))
                .containsExactly(
                        "output_item.added",
                        "content_part.added",
                        "reasoning_text.delta",
                        "reasoning_text.done",
                        "content_part.done",
                        "reasoning_summary_part.added",
                        "reasoning_summary_text.delta",
                        "reasoning_summary_text.done",
                        "reasoning_summary_part.done",
                        "reasoning_summary_part.added",
                        "reasoning_summary_text.delta",
                        "reasoning_summary_text.done",
                        "reasoning_summary_part.done",
                        "output_item.done",
                        "completed");
        assertThat(machine.toldAfterStart().get(13))
                .isEqualTo("output_item.done 0 {'type':'reasoning','id':'rs_1','status':'completed','summary':["
                        + "{'type':'summary_text','text':'s'},{'type':'summary_text','text':'t','x':1}],"
                        + "'content':[{'type':'reasoning_text','text':'r'}],'encrypted_content':'gAAA'}");
    }

    @Test
    void callsAreToldInTheirGrammar() {
        Machine machine = told(
                "{'type':'function_call','call_id':'c1','name':'f','arguments':'1','namespace':'n'}",
                "{'type':'custom_tool_call','call_id':'c2','name':'g','input':''}",
                "{'type':'mcp_call','id':'theirs','server_label':'l','name':'h','arguments':'2','output':'o','status':'completed'}",
                "{'type':'mcp_call','id':'theirs','server_label':'l','name':'h','arguments':'','error':'e','status':'failed'}",
                "{'type':'mcp_list_tools','id':'theirs','server_label':'l','tools':[{'name':'h','input_schema':{}}]}",
                "{'type':'mcp_list_tools','id':'theirs','server_label':'l','tools':[],'error':'e'}",
                "{'type':'mcp_approval_request','id':'theirs','server_label':'l','name':'h','arguments':'{}'}",
                "{'type':'function_call_output','call_id':'c1','output':'o','status':'completed'}",
                "{'type':'acme:x','status':'done'}");
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 {'type':'function_call','id':'fc_1','status':'in_progress','call_id':'c1','name':'f',"
                                + "'arguments':''}",
                        "function_call_arguments.delta <fc_1> 0 <1>",
                        "function_call_arguments.done <fc_1> 0 <f> <1>",
                        "output_item.done 0 {'type':'function_call','id':'fc_1','status':'completed','call_id':'c1','name':'f',"
                                + "'arguments':'1','namespace':'n'}",
                        "output_item.added 1 {'type':'custom_tool_call','id':'ctc_1','status':'in_progress','call_id':'c2','name':'g',"
                                + "'input':''}",
                        "custom_tool_call_input.done <ctc_1> 1 <>",
                        "output_item.done 1 {'type':'custom_tool_call','id':'ctc_1','status':'completed','call_id':'c2','name':'g',"
                                + "'input':''}",
                        "output_item.added 2 {'type':'mcp_call','id':'mcp_1','server_label':'l','name':'h','arguments':'',"
                                + "'output':null,'status':'in_progress','error':null}",
                        "mcp_call.in_progress <mcp_1> 2",
                        "mcp_call_arguments.delta <mcp_1> 2 <2>",
                        "mcp_call_arguments.done <mcp_1> 2 <2>",
                        "mcp_call.completed <mcp_1> 2",
                        "output_item.done 2 {'type':'mcp_call','id':'mcp_1','server_label':'l','name':'h','arguments':'2',"
                                + "'output':'o','status':'completed'}",
                        "output_item.added 3 {'type':'mcp_call','id':'mcp_2','server_label':'l','name':'h','arguments':'',"
                                + "'error':null,'status':'in_progress','output':null}",
                        "mcp_call.in_progress <mcp_2> 3",
                        "mcp_call_arguments.delta <mcp_2> 3 <>",
                        "mcp_call_arguments.done <mcp_2> 3 <>",
                        "mcp_call.failed <mcp_2> 3",
                        "output_item.done 3 {'type':'mcp_call','id':'mcp_2','server_label':'l','name':'h','arguments':'',"
                                + "'error':'e','status':'failed'}",
                        "output_item.added 4 {'type':'mcp_list_tools','id':'mcpl_1','server_label':'l','tools':[]}",
                        "mcp_list_tools.in_progress <mcpl_1> 4",
                        "mcp_list_tools.completed <mcpl_1> 4",
                        "output_item.done 4 {'type':'mcp_list_tools','id':'mcpl_1','server_label':'l',"
                                + "'tools':[{'name':'h','input_schema':{}}]}",
                        "output_item.added 5 {'type':'mcp_list_tools','id':'mcpl_2','server_label':'l','tools':[]}",
                        "mcp_list_tools.in_progress <mcpl_2> 5",
                        "mcp_list_tools.failed <mcpl_2> 5",
                        "output_item.done 5 {'type':'mcp_list_tools','id':'mcpl_2','server_label':'l','tools':[],'error':'e'}",
                        "output_item.added 6 {'type':'mcp_approval_request','id':'mcpr_1','server_label':'l','name':'h',"
                                + "'arguments':'{}'}",
                        "output_item.done 6 {'type':'mcp_approval_request','id':'mcpr_1','server_label':'l','name':'h',"
                                + "'arguments':'{}'}",
                        "output_item.added 7 {'type':'function_call_output','call_id':'c1','output':'o','status':'in_progress',"
                                + "'id':'fco_1'}",
                        "output_item.done 7 {'type':'function_call_output','call_id':'c1','output':'o','status':'completed',"
                                + "'id':'fco_1'}",
                        "output_item.added 8 {'type':'acme:x','status':'in_progress','id':'item_1'}",
                        "output_item.done 8 {'type':'acme:x','status':'done','id':'item_1'}",
                        "completed completed");
    }

    @Test
    void itemsOfHostedToolsAreToldInTheirSteps() {
        Machine machine = told(
                "{'type':'web_search_call','id':'theirs','status':'searching','action':{'type':'search','query':'q'}}",
                "{'type':'file_search_call','id':'theirs','queries':['q'],'results':[{'text':'t'}],'status':'failed'}",
                "{'type':'code_interpreter_call','id':'theirs','container_id':'c','code':'1+1','outputs':[{'type':'logs','logs':'2'}],"
                        + "'status':'completed'}",
                "{'type':'code_interpreter_call','id':'theirs','container_id':'c','code':null,'outputs':null,'status':'completed'}",
                "{'type':'image_generation_call','id':'theirs','result':'AAAA'}",
                "{'type':'shell_call','call_id':'c1','status':'completed','action':{'commands':['ls',''],'timeout_ms':5}}",
                "{'type':'shell_call_output','call_id':'c1','status':'completed','output':[{'stdout':'a','stderr':'',"
                        + "'outcome':{'type':'timeout'}},{'stdout':'','stderr':'','outcome':{'type':'timeout'}}]}",
                "{'type':'tool_search_call','execution':'server','call_id':null,'arguments':{'query':'q'},'status':'completed'}",
                "{'type':'tool_search_output','execution':'server','call_id':null,'tools':[{'type':'mcp'}],'status':'completed'}",
                "{'type':'compaction','encrypted_content':'gAAA'}",
                "{'type':'computer_call','call_id':'c2','action':{'type':'wait'},'pending_safety_checks':[],'status':'completed'}");
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 {'type':'web_search_call','id':'ws_1','status':'in_progress'}",
                        "web_search_call.in_progress <ws_1> 0",
                        "web_search_call.searching <ws_1> 0",
                        "web_search_call.completed <ws_1> 0",
                        "output_item.done 0 {'type':'web_search_call','id':'ws_1','status':'completed','action':{'type':'search',"
                                + "'query':'q'}}",
                        "output_item.added 1 {'type':'file_search_call','id':'fs_1','queries':[],'results':null,'status':'in_progress'}",
                        "file_search_call.in_progress <fs_1> 1",
                        "file_search_call.searching <fs_1> 1",
                        "output_item.done 1 {'type':'file_search_call','id':'fs_1','queries':['q'],'results':[{'text':'t'}],"
                                + "'status':'failed'}",
                        "output_item.added 2 {'type':'code_interpreter_call','id':'ci_1','container_id':'c','code':'','outputs':null,"
                                + "'status':'in_progress'}",
                        "code_interpreter_call.in_progress <ci_1> 2",
                        "code_interpreter_call_code.delta <ci_1> 2 <1+1>",
                        "code_interpreter_call_code.done <ci_1> 2 <1+1>",
                        "code_interpreter_call.interpreting <ci_1> 2",
                        "code_interpreter_call.completed <ci_1> 2",
                        "output_item.done 2 {'type':'code_interpreter_call','id':'ci_1','container_id':'c','code':'1+1',"
                                + "'outputs':[{'type':'logs','logs':'2'}],'status':'completed'}",
                        "output_item.added 3 {'type':'code_interpreter_call','id':'ci_2','container_id':'c','code':'','outputs':null,"
                                + "'status':'in_progress'}",
                        "code_interpreter_call.in_progress <ci_2> 3",
                        "code_interpreter_call_code.done <ci_2> 3 <>",
                        "code_interpreter_call.interpreting <ci_2> 3",
                        "code_interpreter_call.completed <ci_2> 3",
                        "output_item.done 3 {'type':'code_interpreter_call','id':'ci_2','container_id':'c','code':null,"
                                + "'outputs':null,'status':'completed'}",
                        "output_item.added 4 {'type':'image_generation_call','id':'ig_1','status':'in_progress'}",
                        "image_generation_call.in_progress <ig_1> 4",
                        "image_generation_call.generating <ig_1> 4",
                        "image_generation_call.completed <ig_1> 4",
                        "output_item.done 4 {'type':'image_generation_call','id':'ig_1','result':'AAAA','status':'completed'}",
                        "output_item.added 5 {'type':'shell_call','call_id':'c1','status':'in_progress','action':{'commands':[],"
                                + "'timeout_ms':5},'id':'sh_1'}",
                        "shell_call_command.added 5 0 <>",
                        "shell_call_command.delta 5 0 <ls>",
                        "shell_call_command.done 5 0 <ls>",
                        "shell_call_command.added 5 1 <>",
                        "shell_call_command.done 5 1 <>",
                        "output_item.done 5 {'type':'shell_call','call_id':'c1','status':'completed','action':{'commands':['ls',''],"
                                + "'timeout_ms':5},'id':'sh_1'}",
                        "output_item.added 6 {'type':'shell_call_output','call_id':'c1','status':'in_progress','output':[],'id':'sho_1'}",
                        "shell_call_output_content.delta <sho_1> 6 0 {'stdout':'a'}",
                        "shell_call_output_content.done <sho_1> 6 0 [{'stdout':'a','stderr':'','outcome':{'type':'timeout'}}]",
                        "shell_call_output_content.done <sho_1> 6 1 [{'stdout':'','stderr':'','outcome':{'type':'timeout'}}]",
                        "output_item.done 6 {'type':'shell_call_output','call_id':'c1','status':'completed','output':[{'stdout':'a',"
                                + "'stderr':'','outcome':{'type':'timeout'}},{'stdout':'','stderr':'','outcome':{'type':'timeout'}}],"
                                + "'id':'sho_1'}",
                        "output_item.added 7 {'type':'tool_search_call','execution':'server','call_id':null,'arguments':{},"
                                + "'status':'in_progress','id':'tsc_1'}",
                        "output_item.done 7 {'type':'tool_search_call','execution':'server','call_id':null,"
                                + "'arguments':{'query':'q'},'status':'completed','id':'tsc_1'}",
                        "output_item.added 8 {'type':'tool_search_output','execution':'server','call_id':null,'tools':[],"
                                + "'status':'in_progress','id':'tso_1'}",
                        "output_item.done 8 {'type':'tool_search_output','execution':'server','call_id':null,"
                                + "'tools':[{'type':'mcp'}],'status':'completed','id':'tso_1'}",
                        "output_item.added 9 {'type':'compaction','encrypted_content':'','id':'cmp_1'}",
                        "output_item.done 9 {'type':'compaction','encrypted_content':'gAAA','id':'cmp_1'}",
                        "output_item.added 10 {'type':'computer_call','call_id':'c2','action':{'type':'wait'},"
                                + "'pending_safety_checks':[],'status':'in_progress','id':'cu_1'}",
                        "output_item.done 10 {'type':'computer_call','call_id':'c2','action':{'type':'wait'},"
                                + "'pending_safety_checks':[],'status':'completed','id':'cu_1'}",
                        "completed completed");
    }

    @Test
    void anImageIsShownBeforeItIsWhole() {
        Machine machine = new Machine();
        JsonObject first =
                JsonObject.parse("{\"partial_image_index\":0,\"partial_image_b64\":\"AA==\",\"size\":\"s\"}");
        JsonObject second = JsonObject.parse("{\"partial_image_index\":1,\"partial_image_b64\":\"AQ==\"}");
        machine.step(
                new WholeItem(
                        Item.of(JsonObject.parse("{\"type\":\"image_generation_call\",\"status\":\"generating\"}")),
                        List.of(first, second)),
                DONE);
        machine.end();
        machine.machine.complete();
        assertThat(machine.toldAfterStart().stream().map(line -> line.replaceFirst(" .*", "")))
                .containsExactly(
                        "output_item.added",
                        "image_generation_call.in_progress",
                        "image_generation_call.generating",
                        "image_generation_call.partial_image",
                        "image_generation_call.partial_image",
                        "image_generation_call.completed",
                        "output_item.done",
                        "completed");
        assertThat(machine.events.get(5).json())
                .isEqualTo(
                        JsonObject.parse(
                                "{\"type\":\"response.image_generation_call.partial_image\",\"sequence_number\":5,\"item_id\":\"ig_1\","
                                        + "\"output_index\":0,\"partial_image_index\":0,\"partial_image_b64\":\"AA==\",\"size\":\"s\"}"));
        assertThat(machine.folded().output().get(0).json().string("status")).isEqualTo("generating");
    }

    @Test
    void whatWasGrowingEndsFirst() {
        Machine machine = new Machine();
        machine.step(
                new TextDelta("a"),
                new WholeItem(Item.of(JsonObject.parse("{\"type\":\"acme:x\"}"))),
                new CallStarted("c1", "f"),
                new CallStarted("c2", "f"),
                new CallDelta("c2", "{}"),
                new WholeItem(Message.assistant("b")),
                new TextDelta("c"),
                DONE);
        machine.end();
        Response response = machine.machine.complete();
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("message", "acme:x", "function_call", "function_call", "message", "message");
        assertThat(response.outputText()).isEqualTo("abc");
        assertThat(machine.folded().json()).isEqualTo(response.json());
    }

    @Test
    void aHalfItemStaysHalf() {
        Machine machine = new Machine();
        machine.step(
                new WholeItem(
                        Item.of(
                                JsonObject.parse(
                                        "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\",\"status\":\"incomplete\"}"))),
                new Stopped(StopReason.MAX_OUTPUT_TOKENS));
        assertThat(machine.end().items()).extracting(Item::status).containsExactly(ItemStatus.INCOMPLETE);
        machine.machine.incomplete("max_output_tokens");
    }
}
