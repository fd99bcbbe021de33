package io.github.responses4j.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEvent.AnnotationAdded;
import io.github.responses4j.backend.ModelEvent.CallDelta;
import io.github.responses4j.backend.ModelEvent.CallEnded;
import io.github.responses4j.backend.ModelEvent.CallStarted;
import io.github.responses4j.backend.ModelEvent.ItemEnded;
import io.github.responses4j.backend.ModelEvent.ItemFields;
import io.github.responses4j.backend.ModelEvent.ReasoningDelta;
import io.github.responses4j.backend.ModelEvent.ReasoningSummaryDelta;
import io.github.responses4j.backend.ModelEvent.RefusalDelta;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.ModelEvent.UsageReported;
import io.github.responses4j.backend.ModelEvent.WholeItem;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.FilePath;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.item.UrlCitation;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseError;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.ResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseStateMachineTest {
    private static final Stopped DONE = new Stopped(StopReason.DONE);
    private static final Stopped CALLS = new Stopped(StopReason.TOOL_CALLS);
    private static final Stopped LENGTH = new Stopped(StopReason.MAX_OUTPUT_TOKENS);
    private static final String EMPTY_TEXT = "{'type':'output_text','text':'','annotations':[],'logprobs':[]}";

    private final List<Machine> machines = new ArrayList<>();

    private Machine machine() {
        return watched(new Machine());
    }

    private Machine watched(Machine machine) {
        machines.add(machine);
        return machine;
    }

    /** Numbers have no gap, indexes neither, and the events tell the whole response. */
    @AfterEach
    void everyMachineKeepsTheRules() {
        for (Machine machine : machines) {
            for (int i = 0; i < machine.events.size(); i++) {
                assertThat(machine.events.get(i).sequenceNumber()).isEqualTo(i);
            }
            long terminals =
                    machine.events.stream().filter(ResponseEvent::isTerminal).count();
            if (terminals > 0) {
                assertThat(terminals).isEqualTo(1);
                assertThat(machine.events.get(machine.events.size() - 1).isTerminal())
                        .isTrue();
                Response last = new Response(
                        machine.events.get(machine.events.size() - 1).json().object("response"));
                assertThat(machine.folded().json()).isEqualTo(last.json());
                assertThat(machine.flushes).last().isEqualTo(machine.events.size());
            }
        }
    }

    private static String message(String status, String content) {
        return "{'type':'message','id':'msg_1','status':'" + status + "','role':'assistant','content':[" + content
                + "]}";
    }

    private static String text(String text) {
        return "{'type':'output_text','text':'" + text + "','annotations':[],'logprobs':[]}";
    }

    @Test
    void aTextIsToldPieceByPiece() {
        Machine machine = machine().step(new TextDelta("Hel"), new TextDelta(""), new TextDelta("lo"), DONE);
        Step step = machine.end();
        Response response = machine.machine.complete();
        assertThat(machine.told())
                .containsExactly(
                        "created in_progress",
                        "in_progress in_progress",
                        "output_item.added 0 " + message("in_progress", ""),
                        "content_part.added <msg_1> 0 0 " + EMPTY_TEXT,
                        "output_text.delta <msg_1> 0 0 <Hel>",
                        "output_text.delta <msg_1> 0 0 <lo>",
                        "output_text.done <msg_1> 0 0 <Hello>",
                        "content_part.done <msg_1> 0 0 " + text("Hello"),
                        "output_item.done 0 " + message("completed", text("Hello")),
                        "completed completed");
        assertThat(step.items()).isEqualTo(response.output());
        assertThat(step.reason()).isEqualTo(StopReason.DONE);
        assertThat(response.outputText()).isEqualTo("Hello");
        assertThat(response.json().integer("completed_at")).isEqualTo(Machine.NOW.getEpochSecond() + 2);
        assertThat(response.json().string("service_tier")).isEqualTo("default");
        assertThat(response.usage()).isEqualTo(Usage.NONE);
        assertThat(machine.committed).containsExactly(response);
    }

    @Test
    void theFirstEventsCarryTheResponseAsItIsCreated() {
        Machine machine = machine();
        JsonObject created = machine.events.get(0).json().object("response");
        assertThat(created).isEqualTo(machine.events.get(1).json().object("response"));
        assertThat(created.isNull("usage")).isTrue();
        assertThat(created.isNull("completed_at")).isTrue();
        assertThat(created.objects("output")).isEmpty();
        assertThat(created.string("service_tier")).isEqualTo("auto");
        assertThat(machine.events.get(0).json().names()).containsExactly("type", "sequence_number", "response");
    }

    @Test
    void aBackgroundResponseIsQueuedFirst() {
        Machine machine = watched(new Machine("{\"model\":\"m\",\"input\":\"hi\",\"background\":true}"));
        machine.step(DONE).end();
        machine.machine.complete();
        assertThat(machine.told())
                .containsExactly("created queued", "queued queued", "in_progress in_progress", "completed completed");
    }

    @Test
    void aRefusalIsAPartOfItsOwn() {
        Machine machine = machine().step(new RefusalDelta("I "), new RefusalDelta(""), new RefusalDelta("won't"), DONE);
        machine.end();
        machine.machine.complete();
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 " + message("in_progress", ""),
                        "content_part.added <msg_1> 0 0 {'type':'refusal','refusal':''}",
                        "refusal.delta <msg_1> 0 0 <I >",
                        "refusal.delta <msg_1> 0 0 <won't>",
                        "refusal.done <msg_1> 0 0 <I won't>",
                        "content_part.done <msg_1> 0 0 {'type':'refusal','refusal':'I won't'}",
                        "output_item.done 0 " + message("completed", "{'type':'refusal','refusal':'I won't'}"),
                        "completed completed");
    }

    @Test
    void twoPartsOfOneMessageFollowEachOther() {
        Machine machine = machine().step(new TextDelta("a"), new RefusalDelta("b"), new TextDelta("c"), DONE);
        machine.end();
        machine.machine.complete();
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 " + message("in_progress", ""),
                        "content_part.added <msg_1> 0 0 " + EMPTY_TEXT,
                        "output_text.delta <msg_1> 0 0 <a>",
                        "output_text.done <msg_1> 0 0 <a>",
                        "content_part.done <msg_1> 0 0 " + text("a"),
                        "content_part.added <msg_1> 0 1 {'type':'refusal','refusal':''}",
                        "refusal.delta <msg_1> 0 1 <b>",
                        "refusal.done <msg_1> 0 1 <b>",
                        "content_part.done <msg_1> 0 1 {'type':'refusal','refusal':'b'}",
                        "content_part.added <msg_1> 0 2 " + EMPTY_TEXT,
                        "output_text.delta <msg_1> 0 2 <c>",
                        "output_text.done <msg_1> 0 2 <c>",
                        "content_part.done <msg_1> 0 2 " + text("c"),
                        "output_item.done 0 "
                                + message("completed", text("a") + ",{'type':'refusal','refusal':'b'}," + text("c")),
                        "completed completed");
    }

    @Test
    void anEndedItemIsFollowedByANewOne() {
        Machine machine =
                machine().step(new TextDelta("a"), new ItemEnded(), new ItemEnded(), new TextDelta("b"), DONE);
        machine.end();
        machine.machine.complete();
        assertThat(machine.told().stream().map(line -> line.replaceFirst(" .*", "")))
                .containsExactly(
                        "created",
                        "in_progress",
                        "output_item.added",
                        "content_part.added",
                        "output_text.delta",
                        "output_text.done",
                        "content_part.done",
                        "output_item.done",
                        "output_item.added",
                        "content_part.added",
                        "output_text.delta",
                        "output_text.done",
                        "content_part.done",
                        "output_item.done",
                        "completed");
        assertThat(machine.folded().output()).extracting(Item::id).containsExactly("msg_1", "msg_2");
    }

    @Test
    void annotationsAndLogProbabilitiesStandWhereTheyBelong() {
        JsonObject first = JsonObject.parse("{\"token\":\"a\",\"logprob\":-0.10}");
        JsonObject second = JsonObject.parse("{\"token\":\"b\",\"logprob\":-0.20}");
        Machine machine = machine()
                .step(
                        new TextDelta("a", Json.read("[" + first + "]")),
                        new AnnotationAdded(UrlCitation.of("u", "t", 0, 1)),
                        new TextDelta("", Json.read("[" + second + "]")),
                        new TextDelta("c", Json.read("[]")),
                        new AnnotationAdded(new FilePath(
                                JsonObject.parse("{\"type\":\"file_path\",\"file_id\":\"f\",\"index\":0}"))),
                        DONE);
        machine.end();
        machine.machine.complete();
        String cite = "{'type':'url_citation','url':'u','title':'t','start_index':0,'end_index':1}";
        String path = "{'type':'file_path','file_id':'f','index':0}";
        String probs = "{'token':'a','logprob':-0.10},{'token':'b','logprob':-0.20}";
        String part = "{'type':'output_text','text':'ac','annotations':[" + cite + "," + path + "],'logprobs':[" + probs
                + "]}";
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 " + message("in_progress", ""),
                        "content_part.added <msg_1> 0 0 " + EMPTY_TEXT,
                        "output_text.delta <msg_1> 0 0 <a> logprobs [" + first + "]",
                        "output_text.annotation.added <msg_1> 0 0 0 " + cite,
                        "output_text.delta <msg_1> 0 0 <> logprobs [" + second + "]",
                        "output_text.delta <msg_1> 0 0 <c>",
                        "output_text.annotation.added <msg_1> 0 0 1 " + path,
                        "output_text.done <msg_1> 0 0 <ac> logprobs [" + first + "," + second + "]",
                        "content_part.done <msg_1> 0 0 " + part,
                        "output_item.done 0 " + message("completed", part),
                        "completed completed");
        assertThat(machine.events.get(7).json().get("logprobs").isArray()).isTrue();
    }

    @Test
    void rawReasoningComesBeforeTheAnswer() {
        Machine machine = machine()
                .step(
                        new ReasoningDelta("h"),
                        new ReasoningDelta(""),
                        new ReasoningDelta("m"),
                        new TextDelta("a"),
                        DONE);
        machine.end();
        machine.machine.complete();
        assertThat(machine.toldAfterStart().subList(0, 7))
                .containsExactly(
                        "output_item.added 0 {'type':'reasoning','id':'rs_1','summary':[],'content':[]}",
                        "content_part.added <rs_1> 0 0 {'type':'reasoning_text','text':''}",
                        "reasoning_text.delta <rs_1> 0 0 <h>",
                        "reasoning_text.delta <rs_1> 0 0 <m>",
                        "reasoning_text.done <rs_1> 0 0 <hm>",
                        "content_part.done <rs_1> 0 0 {'type':'reasoning_text','text':'hm'}",
                        "output_item.done 0 {'type':'reasoning','id':'rs_1','status':'completed','summary':[],"
                                + "'content':[{'type':'reasoning_text','text':'hm'}]}");
        assertThat(machine.toldAfterStart().get(7)).startsWith("output_item.added 1 {'type':'message'");
    }

    @Test
    void aSummaryHasPartsAndMayStandBesideRawReasoning() {
        Machine machine = machine()
                .step(
                        new ReasoningSummaryDelta("a", 0),
                        new ReasoningSummaryDelta("b", 0),
                        new ReasoningSummaryDelta("", 1),
                        new ReasoningSummaryDelta("c", 1),
                        new ReasoningDelta("raw"),
                        new ReasoningSummaryDelta("d", 1),
                        DONE);
        machine.end();
        machine.machine.complete();
        String ab = "{'type':'summary_text','text':'ab'}";
        String c = "{'type':'summary_text','text':'c'}";
        String d = "{'type':'summary_text','text':'d'}";
        String raw = "{'type':'reasoning_text','text':'raw'}";
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 {'type':'reasoning','id':'rs_1','summary':[],'content':[]}",
                        "reasoning_summary_part.added <rs_1> 0 0 {'type':'summary_text','text':''}",
                        "reasoning_summary_text.delta <rs_1> 0 0 <a>",
                        "reasoning_summary_text.delta <rs_1> 0 0 <b>",
                        "reasoning_summary_text.done <rs_1> 0 0 <ab>",
                        "reasoning_summary_part.done <rs_1> 0 0 " + ab,
                        "reasoning_summary_part.added <rs_1> 0 1 {'type':'summary_text','text':''}",
                        "reasoning_summary_text.delta <rs_1> 0 1 <c>",
                        "reasoning_summary_text.done <rs_1> 0 1 <c>",
                        "reasoning_summary_part.done <rs_1> 0 1 " + c,
                        "content_part.added <rs_1> 0 0 {'type':'reasoning_text','text':''}",
                        "reasoning_text.delta <rs_1> 0 0 <raw>",
                        "reasoning_text.done <rs_1> 0 0 <raw>",
                        "content_part.done <rs_1> 0 0 " + raw,
                        "reasoning_summary_part.added <rs_1> 0 2 {'type':'summary_text','text':''}",
                        "reasoning_summary_text.delta <rs_1> 0 2 <d>",
                        "reasoning_summary_text.done <rs_1> 0 2 <d>",
                        "reasoning_summary_part.done <rs_1> 0 2 " + d,
                        "output_item.done 0 {'type':'reasoning','id':'rs_1','status':'completed','summary':[" + ab + ","
                                + c + "," + d + "],'content':[" + raw + "]}",
                        "completed completed");
    }

    @Test
    void fieldsGoIntoTheItemThatGrowsOrIntoReasoning() {
        JsonObject secret =
                JsonObject.builder().put("encrypted_content", "gAAA").build();
        Machine machine = machine()
                .step(
                        new ItemFields(secret),
                        new TextDelta("a"),
                        new ItemFields(JsonObject.builder()
                                .put("phase", "final_answer")
                                .build()),
                        DONE);
        machine.end();
        machine.machine.complete();
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 {'type':'reasoning','id':'rs_1','summary':[],'content':[]}",
                        "output_item.done 0 {'type':'reasoning','id':'rs_1','status':'completed','summary':[],"
                                + "'encrypted_content':'gAAA'}",
                        "output_item.added 1 " + message("in_progress", ""),
                        "content_part.added <msg_1> 1 0 " + EMPTY_TEXT,
                        "output_text.delta <msg_1> 1 0 <a>",
                        "output_text.done <msg_1> 1 0 <a>",
                        "content_part.done <msg_1> 1 0 " + text("a"),
                        "output_item.done 1 {'type':'message','id':'msg_1','status':'completed','role':'assistant','content':["
                                + text("a") + "],'phase':'final_answer'}",
                        "completed completed");
    }

    private static String call(String id, String callId, String name, String status, String arguments) {
        return "{'type':'function_call','id':'" + id + "','status':'" + status + "','call_id':'" + callId + "','name':'"
                + name + "','arguments':'" + arguments + "'}";
    }

    @Test
    void aCallGrowsAndEnds() {
        Machine machine = machine()
                .step(
                        new CallStarted("c1", "f"),
                        new CallDelta("c1", "[1"),
                        new CallDelta("c1", ""),
                        new CallDelta("c1", "]"),
                        CALLS);
        Step step = machine.end();
        machine.machine.complete();
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 " + call("fc_1", "c1", "f", "in_progress", ""),
                        "function_call_arguments.delta <fc_1> 0 <[1>",
                        "function_call_arguments.delta <fc_1> 0 <]>",
                        "function_call_arguments.done <fc_1> 0 <f> <[1]>",
                        "output_item.done 0 " + call("fc_1", "c1", "f", "completed", "[1]"),
                        "completed completed");
        assertThat(step.reason()).isEqualTo(StopReason.TOOL_CALLS);
    }

    @Test
    void callsThatOverlapAreToldOneAfterTheOther() {
        Machine machine = machine()
                .step(
                        new CallStarted("c1", "f"),
                        new CallDelta("c1", "1"),
                        new CallStarted("c2", "g"),
                        new CallDelta("c2", "2"),
                        new CallStarted("c3", "h", true),
                        new CallDelta("c1", "1"),
                        new CallDelta("c3", "3"),
                        new CallEnded("c2"),
                        new CallEnded("c1"),
                        new CallDelta("c3", "3"),
                        CALLS);
        machine.end();
        machine.machine.complete();
        String custom = "{'type':'custom_tool_call','id':'ctc_1','status':'%s','call_id':'c3','name':'h','input':'%s'}";
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 " + call("fc_1", "c1", "f", "in_progress", ""),
                        "function_call_arguments.delta <fc_1> 0 <1>",
                        "function_call_arguments.delta <fc_1> 0 <1>",
                        "function_call_arguments.done <fc_1> 0 <f> <11>",
                        "output_item.done 0 " + call("fc_1", "c1", "f", "completed", "11"),
                        "output_item.added 1 " + call("fc_2", "c2", "g", "in_progress", ""),
                        "function_call_arguments.delta <fc_2> 1 <2>",
                        "function_call_arguments.done <fc_2> 1 <g> <2>",
                        "output_item.done 1 " + call("fc_2", "c2", "g", "completed", "2"),
                        "output_item.added 2 " + custom.formatted("in_progress", ""),
                        "custom_tool_call_input.delta <ctc_1> 2 <3>",
                        "custom_tool_call_input.delta <ctc_1> 2 <3>",
                        "custom_tool_call_input.done <ctc_1> 2 <33>",
                        "output_item.done 2 " + custom.formatted("completed", "33"),
                        "completed completed");
    }

    @Test
    void aCallIsNeverLeftWithAPartOfItsArgumentsMissing() {
        List<List<ModelEvent>> garbled = List.of(
                List.of(new CallDelta("c1", "{}")),
                List.of(new CallStarted("c1", "f"), new CallEnded("c1"), new CallDelta("c1", "{}")),
                List.of(new CallStarted("c1", "f"), new TextDelta("a"), new CallDelta("c1", "{}")),
                List.of(
                        new CallStarted("c1", "f"),
                        new CallStarted("c2", "f"),
                        new CallEnded("c2"),
                        new CallDelta("c2", "{}")));
        for (List<ModelEvent> said : garbled) {
            Machine machine = machine();
            assertThatThrownBy(() -> machine.step(said.toArray(ModelEvent[]::new)))
                    .isInstanceOfSatisfying(
                            BackendException.class, e -> assertThat(e.kind()).isEqualTo(BackendException.Kind.BROKEN));
            machine.machine.fail("server_error", new ResponseError("server_error", "x"));
        }
        Machine harmless = machine()
                .step(
                        new CallEnded("c9"),
                        new CallStarted("c1", "f"),
                        new CallStarted("c1", "f"),
                        new CallDelta("c1", "{}"),
                        new CallEnded("c1"),
                        new CallEnded("c1"),
                        new CallStarted("c1", "f"),
                        new CallDelta("c1", ""),
                        CALLS);
        assertThat(harmless.end().items()).hasSize(1);
        harmless.machine.complete();
    }

    @Test
    void aCallIdThatComesAgainInAnotherSampleIsReplaced() {
        Machine machine = machine().step(new CallStarted("c1", "f"), new CallDelta("c1", "{}"), CALLS);
        machine.end();
        machine.step(
                new CallStarted("c1", "f"),
                new CallStarted("c2", "f"),
                new CallDelta("c2", "{}"),
                new CallDelta("c1", "[]"),
                new CallEnded("c1"),
                new WholeItem(FunctionCall.of("c2", "f", "1")),
                CALLS);
        machine.end();
        assertThat(machine.machine.complete().output())
                .extracting(item -> ((ToolCall) item).callId() + ((ToolCall) item).payload())
                .containsExactly("c1{}", "call_1[]", "c2{}", "call_21");
    }

    @Test
    void cutShortInTheTextOnlyTheLastItemIsIncomplete() {
        Machine machine = machine().step(new ReasoningDelta("r"), new TextDelta("a"), LENGTH);
        Step step = machine.end();
        Response response = machine.machine.incomplete("max_output_tokens");
        assertThat(response.output())
                .extracting(item -> item.json().string("status"))
                .containsExactly("completed", "incomplete");
        assertThat(machine.told()).last().isEqualTo("incomplete incomplete");
        assertThat(response.incompleteReason()).isEqualTo("max_output_tokens");
        assertThat(response.usage()).isEqualTo(Usage.NONE);
        assertThat(response.json().isNull("completed_at")).isTrue();
        assertThat(step.reason()).isEqualTo(StopReason.MAX_OUTPUT_TOKENS);
        assertThat(machine.toldAfterStart())
                .contains("output_text.done <msg_1> 1 0 <a>", "content_part.done <msg_1> 1 0 " + text("a"));
    }

    @Test
    void cutShortInACallTheCallIsIncomplete() {
        Machine machine = machine()
                .step(
                        new CallStarted("c1", "f"),
                        new CallDelta("c1", "{}"),
                        new CallStarted("c2", "f"),
                        new CallDelta("c2", "{\"a"),
                        LENGTH);
        machine.end();
        Response response = machine.machine.incomplete("max_output_tokens");
        assertThat(response.output())
                .extracting(item -> item.json().string("status"))
                .containsExactly("completed", "incomplete");
        assertThat(response.output().get(1).json().string("arguments")).isEqualTo("{\"a");
    }

    @Test
    void cutShortBetweenItemsAllAreWhole() {
        Machine machine = machine().step(new TextDelta("a"), new ItemEnded(), LENGTH);
        machine.end();
        Response response = machine.machine.incomplete("max_output_tokens");
        assertThat(response.output())
                .extracting(item -> item.json().string("status"))
                .containsExactly("completed");
    }

    @Test
    void aFilterCutsShortToo() {
        Machine machine = machine().step(new TextDelta("a"), new Stopped(StopReason.CONTENT_FILTER));
        machine.end();
        Response response = machine.machine.incomplete("content_filter");
        assertThat(response.output())
                .extracting(item -> item.json().string("status"))
                .containsExactly("incomplete");
        assertThat(response.json().get("incomplete_details")).isEqualTo(Json.read("{\"reason\":\"content_filter\"}"));
    }

    @Test
    void aFailureEndsWhatWasGrowing() {
        Machine machine = machine().step(new TextDelta("a"));
        assertThat(machine.machine.hasBegunOutput()).isTrue();
        Response response =
                machine.machine.fail("rate_limit_error", new ResponseError("rate_limit_exceeded", "slowly"));
        assertThat(machine.toldAfterStart())
                .containsExactly(
                        "output_item.added 0 " + message("in_progress", ""),
                        "content_part.added <msg_1> 0 0 " + EMPTY_TEXT,
                        "output_text.delta <msg_1> 0 0 <a>",
                        "output_text.done <msg_1> 0 0 <a>",
                        "content_part.done <msg_1> 0 0 " + text("a"),
                        "output_item.done 0 " + message("incomplete", text("a")),
                        "error",
                        "failed failed");
        assertThat(machine.events.get(8).json())
                .isEqualTo(
                        JsonObject.parse("{\"type\":\"error\",\"sequence_number\":8,\"code\":\"rate_limit_exceeded\","
                                + "\"message\":\"slowly\",\"param\":null,\"error\":{\"type\":\"rate_limit_error\","
                                + "\"code\":\"rate_limit_exceeded\",\"message\":\"slowly\",\"param\":null}}"));
        assertThat(response.error()).isEqualTo(new ResponseError("rate_limit_exceeded", "slowly"));
        assertThat(response.usage()).isNull();
        assertThat(machine.committed).containsExactly(response);
    }

    @Test
    void aFailureBeforeAnythingHasNoItems() {
        Machine machine = machine().step();
        assertThat(machine.machine.hasBegunOutput()).isFalse();
        machine.machine.fail("server_error", new ResponseError("server_error", "x"));
        assertThat(machine.toldAfterStart()).containsExactly("error", "failed failed");
    }

    @Test
    void aSampleWithoutAStopHasFailed() {
        Machine machine = machine().step(new TextDelta("all of it"), new UsageReported(Usage.of(1, 1)));
        assertThatThrownBy(machine::end)
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(BackendException.Kind.BROKEN));
        Machine second = machine().step(new TextDelta("a"), DONE);
        second.end();
        second.step(new TextDelta("b"));
        assertThatThrownBy(second::end).isInstanceOf(BackendException.class);
    }

    @Test
    void whatFollowsAStopIsNotHeardButForUsage() {
        Machine machine = machine()
                .step(
                        new TextDelta("a"),
                        DONE,
                        new TextDelta("b"),
                        new CallStarted("c1", "f"),
                        new CallDelta("c9", "x"),
                        LENGTH,
                        new UsageReported(Usage.of(5, 1)));
        Step step = machine.end();
        Response response = machine.machine.complete();
        assertThat(response.outputText()).isEqualTo("a");
        assertThat(response.output()).hasSize(1);
        assertThat(step.reason()).isEqualTo(StopReason.DONE);
        assertThat(response.usage()).isEqualTo(Usage.of(5, 1));
    }

    @Test
    void usageIsSummedOverSamplesAndTheLastOneOfASampleCounts() {
        Machine machine =
                machine().step(new UsageReported(Usage.of(1, 1)), DONE, new UsageReported(new Usage(10, 3, 2, 5, 4)));
        assertThat(machine.end().usage()).isEqualTo(new Usage(10, 3, 2, 5, 4));
        machine.step(DONE);
        assertThat(machine.end().usage()).isEqualTo(Usage.NONE);
        machine.step(new UsageReported(new Usage(20, 1, 0, 6, 0)), DONE);
        machine.end();
        assertThat(machine.machine.complete().usage()).isEqualTo(new Usage(30, 4, 2, 11, 4));
    }

    @Test
    void aFailureKeepsTheUsageOfTheSamplesBefore() {
        Machine machine = machine().step(new UsageReported(Usage.of(3, 4)), DONE);
        machine.end();
        assertThat(machine.machine.fail("t", new ResponseError("c", "m")).usage())
                .isEqualTo(Usage.of(3, 4));
    }

    @Test
    void aCancelIsSilentAndKeepsWhatThereIs() {
        Machine machine = machine().step(new ReasoningDelta("r"), new TextDelta("a"));
        int heard = machine.events.size();
        Response response = machine.machine.cancel();
        assertThat(machine.events).hasSize(heard);
        assertThat(response.status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(response.output())
                .extracting(item -> item.json().string("status"))
                .containsExactly("completed", "incomplete");
        assertThat(response.usage()).isNull();
        assertThat(machine.committed).containsExactly(response);
        machine.machine.flush();
        assertThat(machine.events).hasSize(heard);
    }

    @Test
    void nothingFollowsTheEnd() {
        for (boolean cancelled : new boolean[] {false, true}) {
            Machine machine = machine().step(DONE);
            machine.end();
            if (cancelled) {
                machine.machine.cancel();
            } else {
                machine.machine.complete();
            }
            int heard = machine.events.size();
            machine.machine.beginStep();
            assertThatThrownBy(() -> machine.machine.accept(new TextDelta("late")))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(machine.events).hasSize(heard);
            assertThat(machine.committed).hasSize(1);
        }
        Machine twice = machine().step(DONE);
        twice.end();
        twice.machine.complete();
        assertThatThrownBy(() -> twice.machine.complete()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLastEventWaitsForTheGate() {
        List<Integer> heardAtCommit = new ArrayList<>();
        Machine[] self = new Machine[1];
        self[0] = watched(new Machine(
                "{\"model\":\"m\",\"input\":\"hi\"}", (response, last) -> heardAtCommit.add(self[0].events.size())));
        self[0].step(new TextDelta("a"), DONE).end();
        int before = self[0].events.size();
        self[0].machine.complete();
        assertThat(heardAtCommit).containsExactly(before);
        assertThat(self[0].events).hasSize(before + 1);
    }

    @Test
    void aGateThatStaysShutLetsNoEndPassButAFailure() {
        IllegalStateException shut = new IllegalStateException("shut");
        Machine machine = watched(new Machine("{\"model\":\"m\",\"input\":\"hi\"}", (response, last) -> {
            throw shut;
        }));
        machine.step(new TextDelta("a"), DONE).end();
        int before = machine.events.size();
        assertThatThrownBy(() -> machine.machine.complete()).isSameAs(shut);
        assertThat(machine.events).hasSize(before);
        Response response = machine.machine.failUncommitted("server_error", new ResponseError("server_error", "x"));
        assertThat(machine.told().subList(before, machine.events.size())).containsExactly("error", "failed failed");
        assertThat(response.status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(machine.committed).isEmpty();
    }

    @Test
    void nothingAtAllIsAnAnswerToo() {
        Machine machine = machine().step(DONE);
        assertThat(machine.end().items()).isEmpty();
        assertThatCode(() -> machine.machine.complete()).doesNotThrowAnyException();
        assertThat(machine.toldAfterStart()).containsExactly("completed completed");
    }

    @Test
    void aStepHasItsOwnItemsOnly() {
        Machine machine = machine().step(new TextDelta("a"), DONE);
        machine.end();
        machine.machine.append(Item.of(JsonObject.parse("{\"type\":\"acme:x\"}")));
        machine.step(new WholeItem(Item.of(JsonObject.parse("{\"type\":\"acme:y\"}"))), DONE);
        assertThat(machine.end().items()).extracting(Item::type).containsExactly("acme:y");
        assertThat(machine.machine.output()).hasSize(3);
        machine.machine.complete();
    }

    @Test
    void furtherMembersOfACallAreThereFromItsBeginning() {
        JsonObject fields = JsonObject.parse("{\"namespace\":\"n\",\"call_id\":\"theirs\"}");
        Machine machine = machine()
                .step(
                        new CallStarted("c1", "f"),
                        new CallStarted("c2", "g", false, fields),
                        new CallDelta("c2", "{}"),
                        new CallDelta("c1", "{}"),
                        CALLS);
        machine.end();
        machine.machine.complete();
        assertThat(machine.told())
                .contains(
                        "output_item.added 1 {'type':'function_call','id':'fc_2','status':'in_progress','call_id':'c2','name':'g',"
                                + "'arguments':'','namespace':'n'}",
                        "output_item.done 1 {'type':'function_call','id':'fc_2','status':'completed','call_id':'c2','name':'g',"
                                + "'arguments':'{}','namespace':'n'}");
    }
}
