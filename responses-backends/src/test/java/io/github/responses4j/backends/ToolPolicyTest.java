package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.WireAnswer;
import io.github.responses4j.tool.ToolPolicy;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of tools that the engine does not run: what goes up, what comes back, and what the caller is told. */
class ToolPolicyTest {
    private static final String SEARCH = "{'type':'web_search','search_context_size':'low'}";
    private static final String CUSTOM = "{'type':'custom','name':'sql','description':'Runs SQL.'}";
    private static final String FUNCTION = "{'type':'function','name':'f','parameters':{'type':'object'}}";
    private static final String NAMESPACE = "{'type':'namespace','name':'crm','description':'d','tools':["
            + "{'type':'function','name':'find','parameters':{'type':'object'}},{'type':'custom','name':'note'}]}";
    private static final String SQL_FUNCTION = "{'type':'function','name':'sql','description':'Runs SQL.','parameters':"
            + "{'type':'object','properties':{'input':{'type':'string'}},'required':['input']},'strict':false}";
    private static final String CHAT_SQL =
            "{'type':'function','function':{'name':'sql','description':'Runs SQL.','parameters':"
                    + "{'type':'object','properties':{'input':{'type':'string'}},'required':['input']}}}";

    private final WireServer server = new WireServer();
    private final HttpTransport transport = WireServer.impatient();
    private final Backend chat =
            ChatBackend.builder(server.url()).transport(transport).build();
    private final Backend responses =
            ResponsesBackend.builder(server.url()).transport(transport).build();

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private static ResponsesEngine engine(Backend backend, UnaryOperator<ResponsesEngine.Builder> settings) {
        return settings.apply(ResponsesEngine.builder().backend(backend)).build();
    }

    private static ResponseRequest request(String members) {
        String input = members.contains("'input':[") ? "" : "'input':'Hi',";
        return ResponseRequest.of(Requests.json("{'model':'m1'," + input + members + "}"));
    }

    private static ResponseRequest offering(String... tools) {
        return request("'tools':[" + String.join(",", tools) + "]");
    }

    private static WireAnswer chatSays(String message) {
        return WireAnswer.json(
                200, ("{'choices':[{'message':" + message + ",'finish_reason':'stop'}]}").replace('\'', '"'));
    }

    private static WireAnswer chatCalls(String name, String arguments) {
        return chatSays(
                "{'role':'assistant','content':null,'tool_calls':[{'id':'call_1','type':'function','function':{'name':'"
                        + name + "','arguments':'" + arguments + "'}}]}");
    }

    private static WireAnswer responsesSay(String item) {
        return WireAnswer.json(
                200,
                ("{'id':'r','object':'response','status':'completed','output':[" + item + "]}").replace('\'', '"'));
    }

    private static WireAnswer text(Backend backend) {
        return backend instanceof ChatBackend
                ? chatSays("{'role':'assistant','content':'ok'}")
                : responsesSay("{'type':'message','role':'assistant','content':[{'type':'output_text','text':'ok'}]}");
    }

    private static WireAnswer call(Backend backend, String name, String arguments) {
        return backend instanceof ChatBackend
                ? chatCalls(name, arguments)
                : responsesSay("{'type':'function_call','call_id':'call_1','name':'" + name + "','arguments':'"
                        + arguments + "'}");
    }

    private List<String> sent(String member) {
        return server.lastBody().objects(member).stream()
                .map(tool -> tool.toString().replace('"', '\''))
                .toList();
    }

    private static List<String> warnings(ResponsesEngine engine, ResponseRequest request) {
        return engine.prepare(Tenant.SINGLE, request, RunOptions.DEFAULT).warnings().stream()
                .map(Warning::param)
                .toList();
    }

    private static String plain(Item item) {
        return item.json().without("id").toString().replace('"', '\'');
    }

    @Test
    void whatABackendTakesIsPassed() {
        for (Backend backend : List.of(chat, responses)) {
            server.answering(text(backend));
            ResponsesEngine engine = engine(backend, builder -> builder);
            engine.create(Tenant.SINGLE, offering(FUNCTION, CUSTOM));
            assertThat(warnings(engine, offering(FUNCTION, CUSTOM))).isEmpty();
            assertThat(sent("tools")).hasSize(2);
        }
        assertThat(sent("tools")).containsExactly(FUNCTION, CUSTOM);

        ResponsesEngine engine = engine(responses, builder -> builder);
        engine.create(Tenant.SINGLE, request("'tools':[" + SEARCH + "],'tool_choice':{'type':'web_search'}"));
        assertThat(sent("tools")).containsExactly(SEARCH);
        assertThat(server.lastBody().object("tool_choice")).isEqualTo(Requests.json("{'type':'web_search'}"));
    }

    @Test
    void whatIsToBePassedIsPassedAndTheBackendSaysWhatItCannotDo() {
        server.answering(text(chat));
        ResponsesEngine engine = engine(chat, builder -> builder.toolPolicy("web_search", ToolPolicy.PASS));
        engine.create(Tenant.SINGLE, offering(FUNCTION, SEARCH));
        assertThat(sent("tools")).hasSize(1);
        assertThat(warnings(engine, offering(FUNCTION, SEARCH))).containsExactly("tools[1]");
    }

    @Test
    void whatNobodyTakesIsSkippedWithAWarning() {
        server.answering(text(chat));
        ResponsesEngine byItself = engine(chat, builder -> builder);
        Response response = byItself.create(
                Tenant.SINGLE,
                request("'tools':[" + SEARCH + "," + FUNCTION + "],'tool_choice':{'type':'web_search'}"));
        assertThat(sent("tools"))
                .containsExactly("{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}");
        assertThat(server.lastBody().has("tool_choice")).isFalse();
        // What the caller asked for is told as it was asked.
        assertThat(response.json().objects("tools").get(0)).isEqualTo(Requests.json(SEARCH));
        assertThat(response.json().object("tool_choice")).isEqualTo(Requests.json("{'type':'web_search'}"));
        assertThat(warnings(
                        byItself,
                        request("'tools':[" + SEARCH + "," + FUNCTION + "],'tool_choice':{'type':'web_search'}")))
                .containsExactly("tools[0]", "tool_choice");

        server.answering(text(responses));
        ResponsesEngine told = engine(responses, builder -> builder.toolPolicy("web_search", ToolPolicy.SKIP));
        told.create(
                Tenant.SINGLE,
                request("'tools':[" + SEARCH + "," + FUNCTION
                        + "],'tool_choice':{'type':'allowed_tools','mode':'required',"
                        + "'tools':[{'type':'web_search'},{'type':'function','name':'f'}]}"));
        assertThat(sent("tools")).containsExactly(FUNCTION);
        assertThat(server.lastBody().object("tool_choice"))
                .isEqualTo(Requests.json(
                        "{'type':'allowed_tools','mode':'required','tools':[{'type':'function','name':'f'}]}"));
        assertThat(warnings(told, offering(FUNCTION, SEARCH))).containsExactly("tools[1]");
    }

    @Test
    void whatIsToBeRefusedIsRefusedBeforeAnythingHappens() {
        for (Backend backend : List.of(chat, responses)) {
            server.answering(text(backend));
            ResponsesEngine engine = engine(backend, builder -> builder.toolPolicy("web_search", ToolPolicy.REFUSE));
            assertThatThrownBy(() -> engine.create(Tenant.SINGLE, offering(FUNCTION, SEARCH)))
                    .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                        assertThat(e.code()).isEqualTo("unsupported_parameter");
                        assertThat(e.param()).isEqualTo("tools[1]");
                    });
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aCustomToolIsMappedToAFunctionAndBack() {
        for (Backend backend : List.of(chat, responses)) {
            server.answering(call(backend, "sql", "{\\'input\\':\\'SELECT 1\\'}"), text(backend));
            ResponsesEngine engine = engine(backend, builder -> builder.toolPolicy("custom", ToolPolicy.MAP));
            Response first = engine.create(
                    Tenant.SINGLE, request("'tools':[" + CUSTOM + "],'tool_choice':{'type':'custom','name':'sql'}"));
            assertThat(sent("tools")).containsExactly(backend.equals(chat) ? CHAT_SQL : SQL_FUNCTION);
            assertThat(server.lastBody().object("tool_choice").string("type")).isEqualTo("function");
            assertThat(first.output()).hasSize(1);
            assertThat(plain(first.output().get(0)))
                    .isEqualTo("{'type':'custom_tool_call','status':'completed','call_id':'call_1','name':'sql',"
                            + "'input':'SELECT 1'}");

            engine.create(
                    Tenant.SINGLE,
                    request("'tools':[" + CUSTOM + "],'previous_response_id':'" + first.id()
                            + "','input':[{'type':'custom_tool_call_output','call_id':'call_1','output':'1'}]"));
            assertThat(sent(backend.equals(chat) ? "messages" : "input").toString())
                    .contains("{\\'input\\':\\'SELECT 1\\'}")
                    .doesNotContain("custom");
        }
    }

    @Test
    void aNamespaceIsMappedToFunctionsAndBack() {
        server.answering(call(chat, "crm__find", "{\\'a\\':1}"), text(chat));
        ResponsesEngine overChat = engine(chat, builder -> builder);
        Response first = overChat.create(Tenant.SINGLE, offering(SEARCH, NAMESPACE));
        assertThat(server.lastBody().objects("tools").stream()
                        .map(tool -> tool.object("function").string("name")))
                .containsExactly("crm__find", "crm__note");
        assertThat(plain(first.output().get(0)))
                .isEqualTo("{'type':'function_call','status':'completed','call_id':'call_1','name':'find',"
                        + "'arguments':'{\\'a\\':1}','namespace':'crm'}");
        overChat.create(
                Tenant.SINGLE,
                request("'tools':[" + NAMESPACE + "],'previous_response_id':'" + first.id()
                        + "','input':[{'type':'function_call_output','call_id':'call_1','output':'1'}]"));
        assertThat(sent("messages").toString()).contains("'name':'crm__find'");
        assertThat(warnings(overChat, offering(SEARCH, NAMESPACE))).containsExactly("tools[0]");

        server.answering(call(responses, "crm__note", "{\\'input\\':\\'x\\'}"));
        ResponsesEngine overResponses = engine(
                responses,
                builder -> builder.toolPolicy("namespace", ToolPolicy.MAP).toolPolicy("custom", ToolPolicy.MAP));
        Response noted = overResponses.create(
                Tenant.SINGLE,
                request("'tools':[" + NAMESPACE + "],'tool_choice':{'type':'allowed_tools','mode':'auto','tools':["
                        + "{'type':'namespace','name':'crm'}]}"));
        assertThat(server.lastBody().object("tool_choice").objects("tools"))
                .extracting(tool -> tool.string("name"))
                .containsExactly("crm__find", "crm__note");
        assertThat(plain(noted.output().get(0)))
                .isEqualTo("{'type':'custom_tool_call','status':'completed','call_id':'call_1','name':'note',"
                        + "'input':'x','namespace':'crm'}");

        server.answering(text(responses));
        engine(responses, builder -> builder).create(Tenant.SINGLE, offering(NAMESPACE));
        assertThat(sent("tools")).containsExactly(NAMESPACE);
    }

    @Test
    void onlyWhatHasAFormAsFunctionsCanBeMapped() {
        assertThatThrownBy(() -> ResponsesEngine.builder().toolPolicy("web_search", ToolPolicy.MAP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("web_search");
    }

    @Test
    void everyToolAndEveryChoiceIsEchoedAsItCame() {
        String tools = String.join(
                ",",
                "{'type':'file_search','vector_store_ids':['v']}",
                "{'type':'web_search_preview','user_location':{'type':'approximate','country':'NO'}}",
                "{'type':'web_search_2025_08_26','filters':{'allowed_domains':['a.example']}}",
                "{'type':'code_interpreter','container':{'type':'auto','memory_limit':'1g'}}",
                "{'type':'image_generation','partial_images':2}",
                "{'type':'computer'}",
                "{'type':'computer_use_preview','environment':'browser','display_width':1,'display_height':2}",
                "{'type':'local_shell'}",
                "{'type':'shell','environment':{'type':'local','skills':[]}}",
                "{'type':'apply_patch'}",
                "{'type':'programmatic_tool_calling'}",
                "{'type':'tool_search','execution':'client'}",
                NAMESPACE,
                CUSTOM);
        server.answering(text(responses));
        ResponsesEngine engine = engine(responses, builder -> builder);
        Response response = engine.create(Tenant.SINGLE, request("'tools':[" + tools + "]"));
        assertThat(server.lastBody().objects("tools"))
                .isEqualTo(Requests.json("{'tools':[" + tools + "]}").objects("tools"));
        List<JsonObject> echoed = response.json().objects("tools");
        assertThat(echoed.subList(1, echoed.size()))
                .isEqualTo(Requests.json("{'tools':[" + tools + "]}")
                        .objects("tools")
                        .subList(1, echoed.size()));
        assertThat(echoed.get(0))
                .isEqualTo(Requests.json("{'type':'file_search','vector_store_ids':['v'],'max_num_results':20,"
                        + "'ranking_options':{'ranker':'auto','score_threshold':0.0},'filters':null}"));
        for (String choice : List.of(
                "'none'",
                "'auto'",
                "'required'",
                "{'type':'function','name':'f'}",
                "{'type':'custom','name':'sql'}",
                "{'type':'mcp','server_label':'l','name':'t'}",
                "{'type':'mcp','server_label':'l'}",
                "{'type':'allowed_tools','mode':'required','tools':[{'type':'function','name':'f'},{'type':'mcp','server_label':'l'}]}",
                "{'type':'file_search'}",
                "{'type':'web_search_preview'}",
                "{'type':'web_search_preview_2025_03_11'}",
                "{'type':'computer'}",
                "{'type':'computer_use_preview'}",
                "{'type':'computer_use'}",
                "{'type':'image_generation'}",
                "{'type':'code_interpreter'}",
                "{'type':'apply_patch'}",
                "{'type':'shell'}",
                "{'type':'programmatic_tool_calling'}")) {
            Response chosen = engine.create(
                    Tenant.SINGLE, request("'tools':[" + tools + "," + FUNCTION + "],'tool_choice':" + choice));
            JsonObject asked = Requests.json("{'tool_choice':" + choice + "}");
            assertThat(chosen.json().get("tool_choice")).isEqualTo(asked.get("tool_choice"));
            if (!choice.equals("'auto'")) {
                assertThat(server.lastBody().get("tool_choice")).isEqualTo(asked.get("tool_choice"));
            }
        }
    }
}
