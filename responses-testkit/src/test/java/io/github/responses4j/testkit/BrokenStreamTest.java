package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.WireStreams.CALL;
import static io.github.responses4j.testkit.WireStreams.LIST;
import static io.github.responses4j.testkit.WireStreams.MCP;
import static io.github.responses4j.testkit.WireStreams.MESSAGE;
import static io.github.responses4j.testkit.WireStreams.completed;
import static io.github.responses4j.testkit.WireStreams.doneItem;
import static io.github.responses4j.testkit.WireStreams.first;
import static io.github.responses4j.testkit.WireStreams.indexOf;
import static io.github.responses4j.testkit.WireStreams.json;
import static io.github.responses4j.testkit.WireStreams.last;
import static io.github.responses4j.testkit.WireStreams.response;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For every event rule: valid streams with one thing wrong, which exactly that rule refuses. */
class BrokenStreamTest {

    private static final String ADDED = "response.output_item.added";
    private static final String DONE = "response.output_item.done";
    private static final String PART_ADDED = "response.content_part.added";
    private static final String PART_DONE = "response.content_part.done";
    private static final String DELTA = "response.output_text.delta";
    private static final String TEXT_DONE = "response.output_text.done";
    private static final String ARGUMENTS = "response.function_call_arguments.delta";
    private static final String ARGUMENTS_DONE = "response.function_call_arguments.done";

    /** One broken stream; its events are numbered anew after the change, unless the numbers are what is wrong. */
    record Broken(StreamRule rule, String what, List<ObjectNode> events) {
        static Broken of(StreamRule rule, String what, List<ObjectNode> events, Consumer<List<ObjectNode>> change) {
            change.accept(events);
            return new Broken(rule, what, rule == StreamRule.G2 ? events : WireStreams.number(events));
        }

        @Override
        public String toString() {
            return rule + " " + what;
        }
    }

    static Stream<Broken> brokenStreams() {
        return Stream.of(order(), places(), sums(), items(), commands(), fields(), responses(), errors())
                .flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenStreams")
    void onlyTheRuleRefusesIt(Broken broken) {
        StreamReport report = StreamInvariants.inspect(broken.events, StreamOptions.strict());
        assertThat(report.brokenRules()).as(report.describe()).isEqualTo(EnumSet.of(broken.rule));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenStreams")
    void itPassesOnceTheRuleIsIgnored(Broken broken) {
        StreamReport report =
                StreamInvariants.inspect(broken.events, StreamOptions.strict().ignoring(broken.rule));
        assertThat(report.violations()).isEmpty();
    }

    @Test
    void everyEventRuleHasABrokenStream() {
        Set<StreamRule> tried = EnumSet.noneOf(StreamRule.class);
        brokenStreams().forEach(broken -> tried.add(broken.rule));
        assertThat(tried).isEqualTo(EnumSet.range(StreamRule.G1, StreamRule.G16));
    }

    private static List<Broken> order() {
        return List.of(
                Broken.of(StreamRule.G1, "created missing", completed(), events -> events.remove(0)),
                Broken.of(
                        StreamRule.G1,
                        "something before created",
                        completed(),
                        events -> events.add(0, json("{'type':'keepalive'}"))),
                Broken.of(
                        StreamRule.G2,
                        "gap",
                        completed(MESSAGE),
                        events -> last(events).put("sequence_number", 99)),
                Broken.of(StreamRule.G2, "starts at 1", completed(), events -> {
                    for (int i = 0; i < events.size(); i++) {
                        events.get(i).put("sequence_number", i + 1);
                    }
                }),
                Broken.of(
                        StreamRule.G2,
                        "missing",
                        completed(),
                        events -> last(events).remove("sequence_number")),
                Broken.of(
                        StreamRule.G2,
                        "text",
                        completed(),
                        events -> last(events).put("sequence_number", "2")),
                Broken.of(StreamRule.G3, "no end", completed(MESSAGE), events -> events.remove(events.size() - 1)),
                Broken.of(
                        StreamRule.G3,
                        "two ends",
                        completed(MESSAGE),
                        events -> events.add(last(events).deepCopy())),
                Broken.of(
                        StreamRule.G3,
                        "another end",
                        completed(),
                        events ->
                                events.add(last(WireStreams.response("failed")).deepCopy())),
                Broken.of(
                        StreamRule.G3,
                        "delta after the end",
                        completed(MESSAGE),
                        events -> events.add(first(events, DELTA).deepCopy())),
                Broken.of(
                        StreamRule.G3,
                        "unknown event after the end",
                        completed(),
                        events -> events.add(json("{'type':'acme:late'}"))),
                Broken.of(StreamRule.G4, "in_progress missing", completed(), events -> events.remove(1)),
                Broken.of(
                        StreamRule.G4,
                        "in_progress twice",
                        completed(),
                        events -> events.add(1, events.get(1).deepCopy())),
                Broken.of(
                        StreamRule.G4,
                        "created twice",
                        completed(),
                        events -> events.add(1, events.get(0).deepCopy())),
                Broken.of(
                        StreamRule.G4,
                        "in_progress after an item",
                        completed(MESSAGE),
                        events -> Collections.rotate(events.subList(1, events.size() - 1), -1)),
                Broken.of(StreamRule.G4, "queued missing", WireStreams.background(), events -> events.remove(1)),
                Broken.of(
                        StreamRule.G4,
                        "queued late",
                        WireStreams.background(),
                        events -> Collections.swap(events, 1, 2)),
                Broken.of(
                        StreamRule.G4,
                        "queued, but not created so",
                        WireStreams.background(),
                        events -> response(events.get(0)).put("status", "in_progress")),
                Broken.of(
                        StreamRule.G16,
                        "name without a slug",
                        completed(),
                        events -> events.add(1, json("{'type':'ping'}"))));
    }

    private static List<Broken> places() {
        return List.of(
                Broken.of(StreamRule.G5, "output_index starts at 1", completed(MESSAGE), events -> shift(events, 0)),
                Broken.of(StreamRule.G5, "output_index gap", completed(MESSAGE, CALL), events -> shift(events, 1)),
                Broken.of(
                        StreamRule.G5,
                        "a message inside a call",
                        completed(CALL, MESSAGE),
                        events -> Collections.swap(events, indexOf(events, DONE), indexOf(events, DONE) + 1)),
                Broken.of(
                        StreamRule.G5,
                        "a listing inside a message",
                        completed(MESSAGE, LIST),
                        events -> Collections.swap(events, indexOf(events, DONE), indexOf(events, DONE) + 1)),
                Broken.of(
                        StreamRule.G6,
                        "delta before its part",
                        completed(MESSAGE),
                        events -> Collections.swap(events, indexOf(events, PART_ADDED), indexOf(events, DELTA))),
                Broken.of(
                        StreamRule.G6,
                        "delta after its part",
                        completed(MESSAGE),
                        events -> events.add(
                                indexOf(events, PART_DONE) + 1,
                                first(events, DELTA).deepCopy())),
                Broken.of(
                        StreamRule.G6,
                        "part missing",
                        completed(MESSAGE),
                        events -> events.remove(indexOf(events, PART_ADDED))),
                Broken.of(
                        StreamRule.G6,
                        "part never done",
                        completed(MESSAGE),
                        events -> events.remove(indexOf(events, PART_DONE))),
                Broken.of(
                        StreamRule.G6,
                        "summary part missing",
                        completed("reasoning"),
                        events -> events.remove(lastIndexOf(events, "response.reasoning_summary_part.added"))),
                Broken.of(
                        StreamRule.G6,
                        "delta of no item",
                        completed(CALL),
                        events -> events.add(
                                indexOf(events, ADDED), first(events, ARGUMENTS).deepCopy())),
                Broken.of(
                        StreamRule.G6,
                        "delta of a done item",
                        completed(CALL),
                        events -> events.add(
                                indexOf(events, DONE) + 1,
                                first(events, ARGUMENTS).deepCopy())),
                Broken.of(
                        StreamRule.G6,
                        "item_id of nobody",
                        completed(CALL),
                        events -> first(events, ARGUMENTS).put("item_id", "item_9")),
                Broken.of(
                        StreamRule.G6,
                        "output_index of nobody",
                        completed(CALL),
                        events -> first(events, ARGUMENTS).put("output_index", 9)),
                Broken.of(
                        StreamRule.G6,
                        "item never done",
                        completed(MESSAGE),
                        events -> events.remove(indexOf(events, DONE))),
                Broken.of(
                        StreamRule.G6,
                        "item still open at the failure",
                        WireStreams.response("failed", CALL),
                        events -> events.remove(indexOf(events, DONE))),
                Broken.of(
                        StreamRule.G6,
                        "item done twice",
                        completed(CALL),
                        events -> events.add(
                                indexOf(events, DONE), first(events, DONE).deepCopy())),
                Broken.of(
                        StreamRule.G12,
                        "content_index starts at 1",
                        completed(MESSAGE),
                        events -> setAll(events, "content_index", 1)),
                Broken.of(
                        StreamRule.G12,
                        "content_index repeats",
                        completed("message, two parts"),
                        events -> setAll(events, "content_index", 0)),
                Broken.of(
                        StreamRule.G12,
                        "summary_index repeats",
                        completed("reasoning"),
                        events -> setAll(events, "summary_index", 0)),
                Broken.of(
                        StreamRule.G12,
                        "annotation_index starts at 1",
                        completed("message, citation"),
                        events -> setAll(events, "annotation_index", 1)));
    }

    private static List<Broken> sums() {
        return List.of(
                Broken.of(
                        StreamRule.G7,
                        "delta lost",
                        completed(MESSAGE),
                        events -> events.remove(indexOf(events, DELTA))),
                Broken.of(
                        StreamRule.G7,
                        "text.done differs",
                        completed(MESSAGE),
                        events -> first(events, TEXT_DONE).put("text", "AB")),
                Broken.of(
                        StreamRule.G7,
                        "part.done differs",
                        completed(MESSAGE),
                        events -> part(first(events, PART_DONE)).put("text", "AB")),
                Broken.of(
                        StreamRule.G7,
                        "item.done differs",
                        completed(MESSAGE),
                        events -> ((ObjectNode) doneItem(events, 0).at("/content/0")).put("text", "AB")),
                Broken.of(
                        StreamRule.G7,
                        "content lost",
                        completed(MESSAGE),
                        events -> doneItem(events, 0).putArray("content")),
                Broken.of(
                        StreamRule.G7,
                        "citation never streamed",
                        completed("message, citation"),
                        events -> events.remove(indexOf(events, "response.output_text.annotation.added"))),
                Broken.of(StreamRule.G7, "part of another type", completed(MESSAGE), events -> {
                    first(events, PART_DONE).set("part", json("{'type':'refusal','refusal':'ab'}"));
                    ((ArrayNode) doneItem(events, 0).path("content")).set(0, json("{'type':'refusal','refusal':'ab'}"));
                }),
                Broken.of(
                        StreamRule.G7,
                        "refusal differs",
                        completed("message, refusal"),
                        events -> first(events, "response.refusal.done").put("refusal", "no")),
                Broken.of(
                        StreamRule.G7,
                        "arguments without deltas",
                        completed(CALL),
                        events -> events.removeIf(
                                event -> event.path("type").asText().equals(ARGUMENTS))),
                Broken.of(
                        StreamRule.G7,
                        "arguments.done differs",
                        completed(CALL),
                        events -> first(events, ARGUMENTS_DONE).put("arguments", "{}")),
                Broken.of(
                        StreamRule.G7,
                        "item arguments differ",
                        completed(CALL),
                        events -> doneItem(events, 0).put("arguments", "{}")),
                Broken.of(
                        StreamRule.G7,
                        "mcp arguments without deltas",
                        completed(MCP),
                        events -> events.remove(indexOf(events, "response.mcp_call_arguments.delta"))),
                Broken.of(
                        StreamRule.G7,
                        "custom input differs",
                        completed("custom_tool_call"),
                        events -> doneItem(events, 0).put("input", "x")),
                Broken.of(
                        StreamRule.G7,
                        "summary never streamed",
                        completed("reasoning, hidden"),
                        events -> ((ArrayNode) doneItem(events, 0).path("summary"))
                                .add(json("{'type':'summary_text','text':'s'}"))),
                Broken.of(
                        StreamRule.G10,
                        "item missing in the end",
                        completed(MESSAGE, CALL),
                        events -> output(events).remove(1)),
                Broken.of(
                        StreamRule.G10,
                        "item too many in the end",
                        completed(MESSAGE),
                        events -> output(events).add(json("{'type':'compaction','id':'c','encrypted_content':''}"))),
                Broken.of(
                        StreamRule.G10,
                        "items in another order",
                        completed(CALL, MESSAGE),
                        events -> output(events).insert(0, output(events).remove(1))),
                Broken.of(StreamRule.G10, "item differs in the end", completed(CALL), events -> {
                    ObjectNode copy = (ObjectNode) output(events).path(0).deepCopy();
                    copy.put("namespace", "n");
                    output(events).set(0, copy);
                }),
                Broken.of(
                        StreamRule.G10,
                        "another response id",
                        completed(),
                        events -> response(last(events)).put("id", "resp_2")));
    }

    private static List<Broken> items() {
        return List.of(
                Broken.of(
                        StreamRule.G8,
                        "done with another id",
                        completed(CALL),
                        events -> doneItem(events, 0).put("id", "item_7")),
                Broken.of(StreamRule.G8, "id used twice", completed(CALL, MESSAGE), events -> {
                    for (ObjectNode event : events) {
                        if (event.path("output_index").asInt() == 1 && event.has("item_id")) {
                            event.put("item_id", "item_0");
                        } else if (event.path("output_index").asInt() == 1) {
                            ((ObjectNode) event.path("item")).put("id", "item_0");
                        }
                    }
                }),
                Broken.of(
                        StreamRule.G8,
                        "call_id used twice",
                        completed(CALL, CALL),
                        events -> events.forEach(event -> {
                            if (event.path("item") instanceof ObjectNode item) {
                                item.put("call_id", "call_0");
                            }
                        })),
                Broken.of(
                        StreamRule.G8,
                        "done with another name",
                        completed(CALL),
                        events -> doneItem(events, 0).put("name", "g")),
                Broken.of(
                        StreamRule.G8,
                        "arguments.done with another name",
                        completed(CALL),
                        events -> first(events, ARGUMENTS_DONE).put("name", "g")),
                Broken.of(
                        StreamRule.G9,
                        "still in progress",
                        completed(MESSAGE),
                        events -> doneItem(events, 0).put("status", "in_progress")),
                Broken.of(
                        StreamRule.G9,
                        "unknown kind still in progress",
                        completed("acme:thing"),
                        events -> doneItem(events, 0).put("status", "in_progress")),
                Broken.of(
                        StreamRule.G9,
                        "a message cannot fail",
                        completed(MESSAGE),
                        events -> doneItem(events, 0).put("status", "failed")),
                Broken.of(
                        StreamRule.G9,
                        "no status",
                        completed(CALL),
                        events -> doneItem(events, 0).remove("status")),
                Broken.of(
                        StreamRule.G9,
                        "incomplete, but the response completed",
                        completed(MESSAGE),
                        events -> doneItem(events, 0).put("status", "incomplete")),
                Broken.of(
                        StreamRule.G9,
                        "incomplete, but not last",
                        WireStreams.incomplete(),
                        events -> doneItem(events, 0).put("status", "incomplete")),
                Broken.of(
                        StreamRule.G9,
                        "completed after failed",
                        completed("mcp_call, failed"),
                        events -> doneItem(events, 0).put("status", "completed")),
                Broken.of(
                        StreamRule.G9,
                        "failed after completed",
                        completed(MCP),
                        events -> doneItem(events, 0).put("status", "failed")),
                Broken.of(
                        StreamRule.G9,
                        "failed without an error",
                        completed("mcp_call, failed"),
                        events -> doneItem(events, 0).putNull("error")),
                Broken.of(
                        StreamRule.G11,
                        "message with content",
                        completed(MESSAGE),
                        events -> ((ArrayNode) item(first(events, ADDED)).path("content"))
                                .add(json("{'type':'output_text','text':'ab','annotations':[],'logprobs':[]}"))),
                Broken.of(
                        StreamRule.G11,
                        "message without content",
                        completed(MESSAGE),
                        events -> item(first(events, ADDED)).remove("content")),
                Broken.of(
                        StreamRule.G11,
                        "message added completed",
                        completed(MESSAGE),
                        events -> item(first(events, ADDED)).put("status", "completed")),
                Broken.of(
                        StreamRule.G11,
                        "part with text",
                        completed(MESSAGE),
                        events -> part(first(events, PART_ADDED)).put("text", "ab")),
                Broken.of(
                        StreamRule.G11,
                        "call with arguments",
                        completed(CALL),
                        events -> item(first(events, ADDED)).put("arguments", "ab")),
                Broken.of(
                        StreamRule.G11,
                        "call without arguments",
                        completed(CALL),
                        events -> item(first(events, ADDED)).remove("arguments")),
                Broken.of(
                        StreamRule.G11,
                        "mcp_call with output",
                        completed(MCP),
                        events -> item(first(events, ADDED)).put("output", "early")),
                Broken.of(
                        StreamRule.G11,
                        "reasoning with summary",
                        completed("reasoning, hidden"),
                        events -> ((ArrayNode) item(first(events, ADDED)).path("summary")).add(1)),
                Broken.of(
                        StreamRule.G11,
                        "text.done missing",
                        completed(MESSAGE),
                        events -> events.remove(indexOf(events, TEXT_DONE))),
                Broken.of(
                        StreamRule.G11,
                        "delta after text.done",
                        completed(MESSAGE),
                        events -> events.add(
                                indexOf(events, TEXT_DONE) + 1,
                                first(events, DELTA).deepCopy().put("delta", ""))),
                Broken.of(
                        StreamRule.G11,
                        "refusal in a text part",
                        completed(MESSAGE),
                        events -> events.add(
                                indexOf(events, TEXT_DONE),
                                json("{'type':'response.refusal.delta','item_id':'item_0','output_index':0,"
                                        + "'content_index':0,'delta':''}"))),
                Broken.of(
                        StreamRule.G11,
                        "arguments.done missing",
                        completed(CALL),
                        events -> events.remove(indexOf(events, ARGUMENTS_DONE))),
                Broken.of(
                        StreamRule.G11,
                        "delta after arguments.done",
                        completed(CALL),
                        events -> events.add(
                                indexOf(events, ARGUMENTS_DONE) + 1,
                                first(events, ARGUMENTS).deepCopy().put("delta", ""))),
                Broken.of(
                        StreamRule.G11,
                        "arguments in a listing",
                        completed(LIST),
                        events -> events.add(
                                4,
                                json("{'type':'response.mcp_call_arguments.delta','item_id':'item_0','output_index':0,"
                                        + "'delta':''}"))),
                Broken.of(
                        StreamRule.G11,
                        "mcp_call.in_progress missing",
                        completed(MCP),
                        events -> events.remove(indexOf(events, "response.mcp_call.in_progress"))),
                Broken.of(
                        StreamRule.G11,
                        "mcp_call without outcome",
                        completed(MCP),
                        events -> events.remove(indexOf(events, "response.mcp_call.completed"))),
                Broken.of(
                        StreamRule.G11,
                        "search with its action",
                        completed("web_search_call"),
                        events -> item(first(events, ADDED)).set("action", json("{'type':'search','query':'q'}"))),
                Broken.of(
                        StreamRule.G11,
                        "code that is run before it is whole",
                        completed("code_interpreter_call"),
                        events -> Collections.swap(
                                events,
                                indexOf(events, "response.code_interpreter_call_code.done"),
                                indexOf(events, "response.code_interpreter_call.interpreting"))),
                Broken.of(
                        StreamRule.G11,
                        "image that is not generated",
                        completed("image_generation_call"),
                        events -> events.remove(indexOf(events, "response.image_generation_call.generating"))),
                Broken.of(
                        StreamRule.G11,
                        "file search without progress",
                        completed("file_search_call"),
                        events -> events.removeIf(
                                event -> event.path("type").asText().startsWith("response.file_search_call."))),
                Broken.of(
                        StreamRule.G11,
                        "shell command that does not begin",
                        completed("shell_call"),
                        events -> events.remove(indexOf(events, "response.shell_call_command.added"))),
                Broken.of(StreamRule.G11, "raw reasoning in a message", completed(MESSAGE), events -> {
                    ObjectNode raw = json("{'type':'reasoning_text','text':''}");
                    first(events, PART_ADDED).set("part", raw);
                    first(events, PART_DONE).set("part", raw);
                    events.removeIf(event -> event.path("type").asText().startsWith("response.output_text."));
                    ((ArrayNode) doneItem(events, 0).path("content")).set(0, raw);
                    events.add(
                            indexOf(events, PART_DONE),
                            json("{'type':'response.reasoning_text.done','item_id':'item_0','output_index':0,"
                                    + "'content_index':0,'text':''}"));
                }));
    }

    private static List<Broken> commands() {
        return List.of(
                Broken.of(
                        StreamRule.G7,
                        "another command",
                        completed("shell_call"),
                        events -> first(events, "response.shell_call_command.done")
                                .put("command", "other")),
                Broken.of(
                        StreamRule.G7,
                        "another output",
                        completed("shell_call_output"),
                        events -> first(events, "response.shell_call_output_content.delta")
                                .set("delta", json("{'stdout':'other'}"))),
                Broken.of(
                        StreamRule.G12,
                        "command_index",
                        completed("shell_call"),
                        events -> first(events, "response.shell_call_command.delta")
                                .put("command_index", 1)));
    }

    private static List<Broken> fields() {
        return List.of(
                Broken.of(
                        StreamRule.G13,
                        "no logprobs",
                        completed(MESSAGE),
                        events -> first(events, DELTA).remove("logprobs")),
                Broken.of(
                        StreamRule.G13,
                        "no item_id",
                        completed(MESSAGE),
                        events -> first(events, DELTA).remove("item_id")),
                Broken.of(
                        StreamRule.G13,
                        "no output_index",
                        completed(CALL),
                        events -> first(events, ARGUMENTS).remove("output_index")),
                Broken.of(
                        StreamRule.G13,
                        "no content_index",
                        completed(MESSAGE),
                        events -> first(events, PART_DONE).remove("content_index")),
                Broken.of(
                        StreamRule.G13,
                        "no delta",
                        completed(MESSAGE),
                        events -> first(events, DELTA).remove("delta")),
                Broken.of(
                        StreamRule.G13,
                        "delta null",
                        completed(CALL),
                        events -> first(events, ARGUMENTS).putNull("delta")),
                Broken.of(
                        StreamRule.G13,
                        "index as 0.0",
                        completed(MESSAGE),
                        events -> first(events, DELTA).put("content_index", 0.0)),
                Broken.of(
                        StreamRule.G13,
                        "index as text",
                        completed(MESSAGE),
                        events -> first(events, ADDED).put("output_index", "0")),
                Broken.of(
                        StreamRule.G13,
                        "no name on arguments.done",
                        completed(CALL),
                        events -> first(events, ARGUMENTS_DONE).remove("name")),
                Broken.of(
                        StreamRule.G13,
                        "no annotations in a part",
                        completed(MESSAGE),
                        events -> part(first(events, PART_ADDED)).remove("annotations")),
                Broken.of(
                        StreamRule.G13,
                        "half a citation",
                        completed("message, citation"),
                        events -> ((ObjectNode) first(events, "response.output_text.annotation.added")
                                        .path("annotation"))
                                .remove("title")),
                Broken.of(
                        StreamRule.G13,
                        "item without id",
                        completed(MESSAGE),
                        events -> item(first(events, ADDED)).remove("id")),
                Broken.of(
                        StreamRule.G13,
                        "call without call_id",
                        completed(CALL),
                        events -> item(first(events, ADDED)).remove("call_id")),
                Broken.of(
                        StreamRule.G13,
                        "event without type",
                        completed(),
                        events -> events.add(1, json("{'kind':'response.x'}"))),
                Broken.of(StreamRule.G13, "error without message", WireStreams.response("failed"), events -> {
                    first(events, "error").remove("message");
                    first(events, "error").remove("error");
                }),
                Broken.of(
                        StreamRule.G13,
                        "nested error without type",
                        WireStreams.response("failed"),
                        events -> ((ObjectNode) first(events, "error").path("error")).remove("type")),
                Broken.of(
                        StreamRule.G13,
                        "no tools",
                        completed(),
                        events -> response(events.get(0)).remove("tools")),
                Broken.of(
                        StreamRule.G13,
                        "no output",
                        completed(),
                        events -> response(events.get(1)).remove("output")),
                Broken.of(
                        StreamRule.G13,
                        "usage without cached_tokens",
                        completed(),
                        events -> ((ObjectNode) response(last(events)).at("/usage/input_tokens_details"))
                                .remove("cached_tokens")),
                Broken.of(
                        StreamRule.G13,
                        "created_at as text",
                        completed(),
                        events -> response(events.get(0)).put("created_at", "now")));
    }

    private static List<Broken> responses() {
        return List.of(
                Broken.of(
                        StreamRule.G14,
                        "created completed",
                        completed(),
                        events -> response(events.get(0)).put("status", "completed")),
                Broken.of(
                        StreamRule.G14,
                        "completed in progress",
                        completed(),
                        events -> response(last(events)).put("status", "in_progress")),
                Broken.of(
                        StreamRule.G14,
                        "early usage",
                        completed(),
                        events -> response(events.get(1))
                                .set("usage", response(last(events)).path("usage"))),
                Broken.of(
                        StreamRule.G14,
                        "no usage",
                        completed(),
                        events -> response(last(events)).putNull("usage")),
                Broken.of(
                        StreamRule.G14,
                        "completed with error",
                        completed(),
                        events -> response(last(events)).set("error", json("{'code':'c','message':'m'}"))),
                Broken.of(
                        StreamRule.G14,
                        "completed with a reason",
                        completed(),
                        events -> response(last(events))
                                .set("incomplete_details", json("{'reason':'max_output_tokens'}"))),
                Broken.of(
                        StreamRule.G14,
                        "incomplete without reason",
                        WireStreams.incomplete(),
                        events -> response(last(events)).putNull("incomplete_details")),
                Broken.of(
                        StreamRule.G14,
                        "failed without error",
                        WireStreams.response("failed"),
                        events -> response(last(events)).putNull("error")),
                Broken.of(
                        StreamRule.G14,
                        "completed_at too early",
                        completed(),
                        events -> response(events.get(0)).put("completed_at", 1)),
                Broken.of(
                        StreamRule.G14,
                        "completed_at missing",
                        completed(),
                        events -> response(last(events)).putNull("completed_at")),
                Broken.of(
                        StreamRule.G14,
                        "output too early",
                        completed(MESSAGE),
                        events -> response(events.get(1))
                                .set("output", output(events).deepCopy())));
    }

    private static List<Broken> errors() {
        return List.of(
                Broken.of(
                        StreamRule.G15,
                        "error key on a delta",
                        completed(MESSAGE),
                        events -> first(events, DELTA).putNull("error")),
                Broken.of(
                        StreamRule.G15,
                        "error key on an unknown event",
                        completed(),
                        events -> events.add(1, json("{'type':'acme:x','error':null}"))),
                Broken.of(
                        StreamRule.G15,
                        "completed after error",
                        WireStreams.response("failed"),
                        events ->
                                events.set(events.size() - 1, last(completed()).deepCopy())),
                Broken.of(
                        StreamRule.G15,
                        "keepalive after error",
                        WireStreams.response("failed"),
                        events -> events.add(events.size() - 1, json("{'type':'keepalive'}"))));
    }

    /** Moves an item and all its events one place up. */
    private static void shift(List<ObjectNode> events, int outputIndex) {
        for (ObjectNode event : events) {
            if (event.path("output_index").isInt() && event.path("output_index").intValue() == outputIndex) {
                event.put("output_index", outputIndex + 1);
            }
        }
    }

    private static void setAll(List<ObjectNode> events, String field, int value) {
        for (ObjectNode event : events) {
            if (event.has(field)) {
                event.put(field, value);
            }
        }
    }

    private static int lastIndexOf(List<ObjectNode> events, String type) {
        int last = -1;
        for (int i = 0; i < events.size(); i++) {
            last = events.get(i).path("type").asText().equals(type) ? i : last;
        }
        return last;
    }

    private static ObjectNode item(ObjectNode event) {
        return (ObjectNode) event.path("item");
    }

    private static ObjectNode part(ObjectNode event) {
        return (ObjectNode) event.path("part");
    }

    private static ArrayNode output(List<ObjectNode> events) {
        return (ArrayNode) response(last(events)).path("output");
    }
}
