package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEvent.CallDelta;
import io.github.responses4j.backend.ModelEvent.CallEnded;
import io.github.responses4j.backend.ModelEvent.CallStarted;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolPolicy;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tools that are functions for the backend, and something else for the caller. */
class EngineToolPolicyTest {
    private static final ResponseRequest OFFER = with(
            ask("q"),
            "tools",
            "[{\"type\":\"custom\",\"name\":\"sql\"},{\"type\":\"function\",\"name\":\"f\"},"
                    + "{\"type\":\"namespace\",\"name\":\"crm\",\"tools\":[{\"type\":\"function\",\"name\":\"find\"},"
                    + "{\"type\":\"custom\",\"name\":\"note\"},{\"type\":\"web_search\"},{\"type\":\"function\"}]}]");

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private static ResponseRequest offer() {
        return ResponseRequest.of(OFFER.json());
    }

    private ResponsesEngine engine(ScriptedBackend backend) {
        return engines.engine(builder -> builder.backend(backend)
                .tool(hosted("find", arguments -> "never"))
                .toolPolicy("custom", ToolPolicy.MAP)
                .toolPolicy("namespace", ToolPolicy.MAP));
    }

    private Response said(Consumer<SampleScript> model) {
        ScriptedBackend backend = new ScriptedBackend().sample(model);
        return engines.run(engine(backend), offer()).response();
    }

    private static List<String> plain(Response response) {
        return response.output().stream().map(EngineToolPolicyTest::plain).toList();
    }

    private static String plain(Item item) {
        return item.json().without("id").without("status").toString().replace('"', '\'');
    }

    @Test
    void theBackendGetsFunctionsOnly() {
        ScriptedBackend backend = ScriptedBackend.answering("a");
        ResponsesEngine engine = engine(backend);
        RecordedRun run = engines.run(engine, offer());
        assertThat(backend.request(0).tools()).extracting(Tool::type).containsOnly("function");
        assertThat(backend.request(0).tools())
                .extracting(tool -> tool.json().string("name"))
                .containsExactly("sql", "f", "crm__find", "crm__note");
        assertThat(run.warnings()).extracting(Warning::param).containsExactly("tools[2]", "tools[2]");
        assertThat(run.response().json().objects("tools")).hasSize(3);
    }

    @Test
    void callsThatOverlapComeBackEachByItself() {
        Response response = said(model -> model.say(
                new CallStarted("c1", "sql"),
                new CallStarted("c2", "f"),
                new CallDelta("c1", "{\"input\":"),
                new CallDelta("c2", "{}"),
                new CallStarted("c3", "crm__note"),
                new CallDelta("c3", "{\"input\":\"n\"}"),
                new CallDelta("c1", "\"S\"}"),
                new CallEnded("c1"),
                new CallStarted("c4", "crm__find"),
                new CallDelta("c4", "{\"a\":1}")));
        assertThat(plain(response))
                .containsExactly(
                        "{'type':'custom_tool_call','call_id':'c1','name':'sql','input':'S'}",
                        "{'type':'function_call','call_id':'c2','name':'f','arguments':'{}'}",
                        "{'type':'custom_tool_call','call_id':'c3','name':'note','input':'n','namespace':'crm'}",
                        "{'type':'function_call','call_id':'c4','name':'find','arguments':'{\\'a\\':1}','namespace':'crm'}");
    }

    @Test
    void aCallThatIsCutShortIsKeptAsFarAsItCame() {
        Response response = said(model -> model.say(new CallStarted("c1", "sql"), new CallDelta("c1", "{\"inp"))
                .stop(StopReason.MAX_OUTPUT_TOKENS));
        assertThat(response.status()).isEqualTo(ResponseStatus.INCOMPLETE);
        assertThat(plain(response))
                .containsExactly("{'type':'custom_tool_call','call_id':'c1','name':'sql','input':'{\\'inp'}");
    }

    @Test
    void aCallThatComesWholeComesBackToo() {
        Response response = said(model -> model.say(
                new ModelEvent.WholeItem(
                        item("{'type':'function_call','call_id':'c1','name':'sql','arguments':'text as it is'}")),
                new ModelEvent.WholeItem(
                        item("{'type':'function_call','call_id':'c2','name':'crm__find','arguments':''}")),
                new ModelEvent.WholeItem(item("{'type':'function_call','call_id':'c3','name':'f','arguments':''}"))));
        assertThat(plain(response))
                .containsExactly(
                        "{'type':'custom_tool_call','call_id':'c1','name':'sql','input':'text as it is'}",
                        "{'type':'function_call','call_id':'c2','name':'find','arguments':'','namespace':'crm'}",
                        "{'type':'function_call','call_id':'c3','name':'f','arguments':''}");
    }

    @Test
    void earlierCallsAreFunctionsToo() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "sql", "{\"input\":\"S\"}").call("c2", "crm__find", "{}"))
                .sample(model -> model.text("done"));
        ResponsesEngine engine = engine(backend);
        Response first = engines.run(engine, offer()).response();
        // The tool of this name that the engine runs is another one: what is in a namespace is the caller's.
        assertThat(first.output()).hasSize(2);
        ResponseRequest answers = next(
                first,
                List.of(
                        item("{'type':'custom_tool_call_output','call_id':'c1','output':'1'}"),
                        item("{'type':'function_call_output','call_id':'c2','output':'2'}")));
        engines.run(
                engine,
                ResponseRequest.of(answers.json().with("tools", OFFER.json().get("tools"))));
        assertThat(backend.request(1).context().subList(1, 5).stream().map(EngineToolPolicyTest::plain))
                .containsExactly(
                        "{'type':'function_call','call_id':'c1','name':'sql','arguments':'{\\'input\\':\\'S\\'}'}",
                        "{'type':'function_call','call_id':'c2','name':'crm__find','arguments':'{}'}",
                        "{'type':'function_call_output','call_id':'c1','output':'1'}",
                        "{'type':'function_call_output','call_id':'c2','output':'2'}");
    }
}
