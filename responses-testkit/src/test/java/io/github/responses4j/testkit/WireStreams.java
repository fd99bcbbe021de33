package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Valid streams, one per item kind and per way to end, written in the shortest form. */
final class WireStreams {

    static final String MESSAGE = "message";
    static final String CALL = "function_call";
    static final String LIST = "mcp_list_tools";
    static final String MCP = "mcp_call";

    private static final String USAGE = "{'input_tokens':1,'input_tokens_details':{'cached_tokens':0,"
            + "'cache_write_tokens':0},'output_tokens':2,'output_tokens_details':{'reasoning_tokens':0},"
            + "'total_tokens':3}";

    /** The events of one item each, without numbers, places and item ids. */
    private static final Map<String, List<String>> ITEMS = items();

    private WireStreams() {}

    static List<String> kinds() {
        return List.copyOf(ITEMS.keySet());
    }

    /** A completed response with these items. */
    static List<ObjectNode> completed(String... kinds) {
        return response("completed", kinds);
    }

    static List<ObjectNode> response(String end, String... kinds) {
        List<ObjectNode> events = new ArrayList<>();
        events.add(lifecycle("response.created", "in_progress", output()));
        events.add(lifecycle("response.in_progress", "in_progress", output()));
        ArrayNode output = output();
        for (int i = 0; i < kinds.length; i++) {
            List<ObjectNode> item = item(kinds[i], i);
            output.add(item.get(item.size() - 1).path("item"));
            events.addAll(item);
        }
        if (end.equals("failed")) {
            events.add(json("{'type':'error','code':'server_error','message':'it broke','param':null,"
                    + "'error':{'type':'server_error','code':'server_error','message':'it broke','param':null}}"));
        }
        events.add(lifecycle("response." + end, end, output));
        return number(events);
    }

    /** A background run. */
    static List<ObjectNode> background(String... kinds) {
        List<ObjectNode> events = completed(kinds);
        events.set(0, lifecycle("response.created", "queued", output()));
        events.add(1, lifecycle("response.queued", "queued", output()));
        events.forEach(event -> {
            if (event.has("response")) {
                response(event).put("background", true);
            }
        });
        return number(events);
    }

    /** A background run that failed before it started. */
    static List<ObjectNode> failedInQueue() {
        List<ObjectNode> events = background();
        events.subList(2, events.size()).clear();
        events.add(lifecycle("response.failed", "failed", output()));
        return number(events);
    }

    /** A response that stopped in the middle of a message. */
    static List<ObjectNode> incomplete() {
        List<ObjectNode> events = response("incomplete", CALL, MESSAGE);
        doneItem(events, 1).put("status", "incomplete");
        return events;
    }

    /** Three MCP servers that are listed at the same time. */
    static List<ObjectNode> parallelLists() {
        List<ObjectNode> events = completed(LIST, LIST, LIST);
        List<ObjectNode> inner = new ArrayList<>(events.subList(2, events.size() - 1));
        List<ObjectNode> mixed = new ArrayList<>();
        for (int step : new int[] {0, 1, 2, 3}) {
            for (int i : step == 2 ? new int[] {2, 0, 1} : new int[] {0, 1, 2}) {
                mixed.add(inner.get(4 * i + step));
            }
        }
        for (int i = 0; i < mixed.size(); i++) {
            events.set(2 + i, mixed.get(i));
        }
        return number(events);
    }

    static List<ObjectNode> golden() {
        try (InputStream in = WireStreams.class.getResourceAsStream("/wire/golden-stream.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> (ObjectNode) Json.read(line))
                    .collect(Collectors.toCollection(ArrayList::new));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Every valid stream of this class. */
    static Map<String, List<ObjectNode>> all() {
        Map<String, List<ObjectNode>> all = new LinkedHashMap<>();
        all.put("golden", golden());
        all.put("no item", completed());
        kinds().forEach(kind -> all.put(kind, completed(kind)));
        all.put("every kind", completed(kinds().toArray(String[]::new)));
        all.put("background", background(MESSAGE));
        all.put("failed in queue", failedInQueue());
        all.put("incomplete", incomplete());
        all.put("failed", response("failed", CALL));
        all.put("parallel lists", parallelLists());
        return all;
    }

    static List<ObjectNode> number(List<ObjectNode> events) {
        for (int i = 0; i < events.size(); i++) {
            events.get(i).put("sequence_number", i);
        }
        return events;
    }

    static byte[] sse(List<ObjectNode> events) {
        return sseText(events).getBytes(StandardCharsets.UTF_8);
    }

    static String sseText(List<ObjectNode> events) {
        return events.stream()
                        .map(event -> "event: " + event.path("type").asText() + "\ndata: " + event + "\n\n")
                        .collect(Collectors.joining())
                + "data: [DONE]\n\n";
    }

    static ObjectNode json(String text) {
        return (ObjectNode) Json.read(text.replace('\'', '"'));
    }

    static ObjectNode response(ObjectNode event) {
        return (ObjectNode) event.path("response");
    }

    /** The only event of a type, or the first. */
    static ObjectNode first(List<ObjectNode> events, String type) {
        return events.get(indexOf(events, type));
    }

    static int indexOf(List<ObjectNode> events, String type) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).path("type").asText().equals(type)) {
                return i;
            }
        }
        throw new AssertionError("no " + type + " in the stream");
    }

    static ObjectNode last(List<ObjectNode> events) {
        return events.get(events.size() - 1);
    }

    /** The done item at a place, the same object in its done event and in the terminal response. */
    static ObjectNode doneItem(List<ObjectNode> events, int outputIndex) {
        for (ObjectNode event : events) {
            if (event.path("type").asText().equals("response.output_item.done")
                    && event.path("output_index").intValue() == outputIndex) {
                ObjectNode item = (ObjectNode) event.path("item");
                ((ArrayNode) response(last(events)).path("output")).set(outputIndex, item);
                return item;
            }
        }
        throw new AssertionError("no item at " + outputIndex);
    }

    static ObjectNode lifecycle(String type, String status, ArrayNode output) {
        ObjectNode response = json("{'id':'resp_1','object':'response','created_at':1785772786,'background':false,"
                + "'completed_at':null,'error':null,'incomplete_details':null,'instructions':null,'metadata':{},"
                + "'model':'m','parallel_tool_calls':true,'previous_response_id':null,'tool_choice':'auto',"
                + "'tools':[],'usage':null}");
        response.put("status", status);
        response.set("output", output);
        if (status.equals("completed") || status.equals("incomplete")) {
            response.set("usage", json(USAGE));
        }
        if (status.equals("completed")) {
            response.put("completed_at", 1785772787);
        }
        if (status.equals("incomplete")) {
            response.set("incomplete_details", json("{'reason':'max_output_tokens'}"));
        }
        if (status.equals("failed")) {
            response.set("error", json("{'code':'server_error','message':'it broke'}"));
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
        event.set("response", response);
        return event;
    }

    private static ArrayNode output() {
        return JsonNodeFactory.instance.arrayNode();
    }

    private static List<ObjectNode> item(String kind, int outputIndex) {
        List<ObjectNode> events = new ArrayList<>();
        String id = "item_" + outputIndex;
        for (String text : ITEMS.get(kind)) {
            ObjectNode event = json(text.replace("call_?", "call_" + outputIndex));
            event.put("type", event.path("type").asText().replace("~", "response."));
            event.put("output_index", outputIndex);
            JsonNode item = event.path("item");
            if (item instanceof ObjectNode object) {
                object.put("id", id);
            } else if (!event.path("type").asText().startsWith("response.shell_call_command.")) {
                event.put("item_id", id);
            }
            events.add(event);
        }
        return events;
    }

    private static String added(String item) {
        return "{'type':'~output_item.added','item':" + item + "}";
    }

    private static String done(String item) {
        return "{'type':'~output_item.done','item':" + item + "}";
    }

    private static String event(String type) {
        return "{'type':'~" + type + "'}";
    }

    private static List<String> steps(String... events) {
        return List.of(events);
    }

    private static List<String> join(List<?>... lists) {
        return Arrays.stream(lists)
                .flatMap(List::stream)
                .map(String.class::cast)
                .toList();
    }

    /** A part whose text comes in two deltas, {@code a} and {@code b}. */
    private static List<String> part(String partEvent, String textEvent, String index, String part, String grows) {
        String logprobs = textEvent.equals("output_text") ? ",'logprobs':[]" : "";
        String lists = textEvent.equals("output_text") ? ",'annotations':[],'logprobs':[]" : "";
        return List.of(
                "{'type':'~" + partEvent + ".added'," + index + ",'part':{'type':'" + part + "','" + grows + "':''"
                        + lists + "}}",
                "{'type':'~" + textEvent + ".delta'," + index + ",'delta':'a'" + logprobs + "}",
                "{'type':'~" + textEvent + ".delta'," + index + ",'delta':'b'" + logprobs + "}",
                "{'type':'~" + textEvent + ".done'," + index + ",'" + grows + "':'ab'" + logprobs + "}",
                "{'type':'~" + partEvent + ".done'," + index + ",'part':{'type':'" + part + "','" + grows + "':'ab'"
                        + lists + "}}");
    }

    private static List<String> text(int index) {
        return part("content_part", "output_text", "'content_index':" + index, "output_text", "text");
    }

    private static List<String> raw(String textEvent, int index) {
        return part("content_part", textEvent, "'content_index':" + index, "reasoning_text", "text");
    }

    private static List<String> summary(int index) {
        return part(
                "reasoning_summary_part", "reasoning_summary_text", "'summary_index':" + index, "summary_text", "text");
    }

    /** An item whose own field grows in two deltas. */
    private static List<String> grown(String item, String field, String events, String more) {
        return List.of(
                added(item.replace("STATUS", "in_progress").replace("TEXT", "")),
                "{'type':'~" + events + ".delta','delta':'a','obfuscation':'xyz'}",
                "{'type':'~" + events + ".delta','delta':'b'}",
                "{'type':'~" + events + ".done','" + field + "':'ab'" + more + "}",
                done(item.replace("STATUS", "completed").replace("TEXT", "ab")));
    }

    private static Map<String, List<String>> items() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        String message = "{'type':'message','role':'assistant','status':'STATUS','content':[CONTENT]}";
        String startedMessage = message.replace("STATUS", "in_progress").replace("CONTENT", "");
        String doneMessage = message.replace("STATUS", "completed");
        String text = "{'type':'output_text','text':'ab','annotations':[],'logprobs':[]}";
        all.put(
                MESSAGE,
                join(steps(added(startedMessage)), text(0), steps(done(doneMessage.replace("CONTENT", text)))));
        all.put(
                "message, two parts",
                join(
                        steps(added(startedMessage)),
                        text(0),
                        text(1),
                        steps(done(doneMessage.replace("CONTENT", text + "," + text)))));
        all.put("message, empty", steps(added(startedMessage), done(doneMessage.replace("CONTENT", ""))));
        String citation = "{'type':'url_citation','url':'u','title':'t','start_index':0,'end_index':1}";
        List<String> cited = new ArrayList<>(text(0));
        cited.add(
                2,
                "{'type':'~output_text.annotation.added','content_index':0,'annotation_index':0,'annotation':"
                        + citation + "}");
        cited.set(5, cited.get(5).replace("'annotations':[]", "'annotations':[" + citation + "]"));
        all.put(
                "message, citation",
                join(
                        steps(added(startedMessage)),
                        cited,
                        steps(done(doneMessage.replace(
                                "CONTENT", text.replace("'annotations':[]", "'annotations':[" + citation + "]"))))));
        all.put(
                "message, refusal",
                join(
                        steps(added(startedMessage)),
                        part("content_part", "refusal", "'content_index':0", "refusal", "refusal"),
                        steps(done(doneMessage.replace("CONTENT", "{'type':'refusal','refusal':'ab'}")))));
        addReasoning(all);
        all.put(
                CALL,
                grown(
                        "{'type':'function_call','status':'STATUS','arguments':'TEXT','call_id':'call_?','name':'f'}",
                        "arguments",
                        "function_call_arguments",
                        ",'name':'f'"));
        all.put(
                "custom_tool_call",
                grown(
                        "{'type':'custom_tool_call','status':'STATUS','input':'TEXT','call_id':'call_?','name':'f'}",
                        "input",
                        "custom_tool_call_input",
                        ""));
        addMcp(all);
        addHosted(all);
        addShell(all);
        addWhole(all);
        return all;
    }

    private static void addReasoning(Map<String, List<String>> all) {
        String started = "{'type':'reasoning','summary':[],'content':[]}";
        String summary = "{'type':'summary_text','text':'ab'}";
        String raw = "{'type':'reasoning_text','text':'ab'}";
        all.put(
                "reasoning",
                join(
                        steps(added(started)),
                        raw("reasoning_text", 0),
                        summary(0),
                        summary(1),
                        steps(done("{'type':'reasoning','summary':[" + summary + "," + summary + "],'content':[" + raw
                                + "],'encrypted_content':'E'}"))));
        all.put(
                "reasoning, other spelling",
                join(
                        steps(added(started)),
                        raw("reasoning", 0),
                        steps(done("{'type':'reasoning','status':'completed','summary':[],'content':[" + raw + "]}"))));
        all.put(
                "reasoning, hidden",
                steps(
                        added("{'type':'reasoning','summary':[],'encrypted_content':'half'}"),
                        done("{'type':'reasoning','summary':[],'encrypted_content':'whole'}")));
    }

    private static void addMcp(Map<String, List<String>> all) {
        String started = added("{'type':'mcp_list_tools','server_label':'l','tools':[]}");
        all.put(
                LIST,
                steps(
                        started,
                        event("mcp_list_tools.in_progress"),
                        event("mcp_list_tools.completed"),
                        done("{'type':'mcp_list_tools','server_label':'l','tools':[{'name':'t','input_schema':{}}]}")));
        all.put(
                "mcp_list_tools, failed",
                steps(
                        started,
                        event("mcp_list_tools.in_progress"),
                        event("mcp_list_tools.failed"),
                        done("{'type':'mcp_list_tools','server_label':'l','tools':[],'error':'no answer'}")));
        String call = "{'type':'mcp_call','status':'STATUS','approval_request_id':null,'arguments':'TEXT',"
                + "'error':ERROR,'name':'t','output':OUTPUT,'server_label':'l'}";
        for (boolean failed : new boolean[] {false, true}) {
            String end = failed ? "failed" : "completed";
            all.put(
                    failed ? "mcp_call, failed" : MCP,
                    steps(
                            added(call.replace("STATUS", "in_progress")
                                    .replace("TEXT", "")
                                    .replace("ERROR", "null")
                                    .replace("OUTPUT", "null")),
                            event("mcp_call.in_progress"),
                            "{'type':'~mcp_call_arguments.delta','delta':'{}'}",
                            "{'type':'~mcp_call_arguments.done','arguments':'{}'}",
                            event("mcp_call." + end),
                            done(call.replace("STATUS", end)
                                    .replace("TEXT", "{}")
                                    .replace(
                                            "ERROR", failed ? "{'type':'http_error','code':500,'message':'x'}" : "null")
                                    .replace("OUTPUT", failed ? "null" : "'out'"))));
        }
        String approval = "{'type':'mcp_approval_request','server_label':'l','name':'t','arguments':'{}'}";
        all.put("mcp_approval_request", steps(added(approval), done(approval)));
    }

    private static void addHosted(Map<String, List<String>> all) {
        for (String search : List.of("web_search_call", "file_search_call")) {
            String started = "{'type':'" + search + "','status':'in_progress'}";
            String more = search.startsWith("web") ? ",'action':{'type':'search','query':'q'}" : ",'queries':['q']";
            all.put(
                    search,
                    steps(
                            added(started),
                            event(search + ".in_progress"),
                            event(search + ".searching"),
                            event(search + ".completed"),
                            done("{'type':'" + search + "','status':'completed'" + more + "}")));
        }
        all.put(
                "web_search_call, failed",
                steps(
                        added("{'type':'web_search_call','status':'in_progress'}"),
                        event("web_search_call.in_progress"),
                        event("web_search_call.searching"),
                        done("{'type':'web_search_call','status':'failed','action':{'type':'search','query':'q'}}")));
        String code = "{'type':'code_interpreter_call','status':'STATUS','code':'TEXT','container_id':'c',"
                + "'outputs':null}";
        List<String> steps = new ArrayList<>(grown(code, "code", "code_interpreter_call_code", ""));
        steps.add(1, event("code_interpreter_call.in_progress"));
        steps.add(5, event("code_interpreter_call.interpreting"));
        steps.add(6, event("code_interpreter_call.completed"));
        all.put("code_interpreter_call", steps);
        all.put(
                "image_generation_call",
                steps(
                        added("{'type':'image_generation_call','status':'in_progress'}"),
                        event("image_generation_call.in_progress"),
                        event("image_generation_call.generating"),
                        "{'type':'~image_generation_call.partial_image','partial_image_index':0,'partial_image_b64':'eA=='}",
                        event("image_generation_call.completed"),
                        done("{'type':'image_generation_call','status':'generating','result':'eA=='}")));
    }

    private static void addShell(Map<String, List<String>> all) {
        String call = "{'type':'shell_call','call_id':'call_?','status':'STATUS','action':{'commands':[COMMANDS]}}";
        List<String> commands = new ArrayList<>();
        commands.add(added(call.replace("STATUS", "in_progress").replace("COMMANDS", "")));
        for (int i = 0; i < 2; i++) {
            String event = "{'type':'~shell_call_command.KIND','command_index':" + i + ",'FIELD':'TEXT'}";
            commands.add(text(event, "added", "command", ""));
            commands.add(text(event, "delta", "delta", "a"));
            commands.add(text(event, "delta", "delta", "b"));
            commands.add(text(event, "done", "command", "ab"));
        }
        commands.add(done(call.replace("STATUS", "completed").replace("COMMANDS", "'ab','ab'")));
        all.put("shell_call", commands);
        String outcome = "{'stdout':'a','stderr':'b','outcome':{'type':'exit','exit_code':0}}";
        String output = "{'type':'shell_call_output','call_id':'call_?','status':'STATUS','output':[OUTPUT]}";
        all.put(
                "shell_call_output",
                steps(
                        added(output.replace("STATUS", "in_progress").replace("OUTPUT", "")),
                        "{'type':'~shell_call_output_content.delta','command_index':0,'delta':{'stdout':'a'}}",
                        "{'type':'~shell_call_output_content.delta','command_index':0,'delta':{'stderr':'b'}}",
                        "{'type':'~shell_call_output_content.done','command_index':0,'output':[" + outcome + "]}",
                        done(output.replace("STATUS", "completed").replace("OUTPUT", outcome))));
        for (String search : List.of("tool_search_call", "tool_search_output")) {
            String item = "{'type':'" + search + "','status':'STATUS','execution':'server','call_id':null}";
            all.put(
                    search,
                    steps(added(item.replace("STATUS", "in_progress")), done(item.replace("STATUS", "completed"))));
        }
    }

    private static String text(String event, String kind, String field, String text) {
        return event.replace("KIND", kind).replace("FIELD", field).replace("TEXT", text);
    }

    /** Items that come whole. */
    private static void addWhole(Map<String, List<String>> all) {
        all.put(
                "compaction",
                steps(
                        added("{'type':'compaction','encrypted_content':''}"),
                        done("{'type':'compaction','encrypted_content':'E'}")));
        String output = "{'type':'function_call_output','call_id':'call_?','output':'4','status':'STATUS'}";
        all.put(
                "function_call_output",
                steps(added(output.replace("STATUS", "in_progress")), done(output.replace("STATUS", "completed"))));
        String custom = "{'type':'custom_tool_call_output','call_id':'call_?','output':'4','status':'completed'}";
        all.put("custom_tool_call_output", steps(added(custom), done(custom)));
        all.put(
                "acme:thing",
                steps(
                        added("{'type':'acme:thing','status':'in_progress'}"),
                        "{'type':'acme:thing.stirred'}",
                        done("{'type':'acme:thing','status':'completed','depth':3}")));
    }
}
