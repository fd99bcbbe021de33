package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** An Open Responses server that says always the same, and does one thing wrong if it is told to. */
final class FakeServer extends FakeWire {
    /** What is wrong. */
    enum Defect {
        NOTHING,
        MEMBER_MISSING,
        WRONG_CONTENT_TYPE,
        NEVER_COMPLETED,
        NO_OUTPUT,
        PHASE_REFUSED,
        SYSTEM_REFUSED,
        IMAGE_REFUSED,
        ASSISTANT_REFUSED,
        TOOLS_IGNORED,
        ARGUMENTS_NOT_JSON,
        TOOL_ECHOED_BARE,
        NO_DONE_MARKER,
        NO_EVENT_LINE,
        NUMBERS_STAND_STILL,
        DELTAS_LOST,
        OWN_EVENT,
        JSON_INSTEAD_OF_STREAM,
        NOTHING_COMPACTED,
        COMPACTED_WITHOUT_USAGE,
        MODEL_NOT_NEEDED,
        BARE_ERROR,
        DONE_ON_SOCKET,
        ONE_TURN_ONLY,
        TURNS_MIXED,
        CHAIN_REFUSED,
        CHAIN_FORGOTTEN_IN_ECHO,
        MEMORY_SHARED,
        UNKNOWN_TAKEN,
        WRONG_CODE,
        TWO_ENDS,
        ORPHAN_TAKEN,
        NOT_EVICTED,
        COMPACTION_REFUSED
    }

    private final Defect defect;
    private final AtomicInteger ids = new AtomicInteger();
    private final Set<String> shared = new HashSet<>();

    FakeServer(Defect defect) {
        this.defect = defect;
    }

    private boolean has(Defect other) {
        return defect == other;
    }

    // ---- HTTP

    @Override
    Body http(String path, JsonNode request) {
        if (path.endsWith("/compact")) {
            return compact(request);
        }
        String input = request.path("input").toString();
        boolean refused = has(Defect.PHASE_REFUSED) && input.contains("\"phase\"")
                || has(Defect.SYSTEM_REFUSED) && input.contains("\"system\"")
                || has(Defect.IMAGE_REFUSED) && input.contains("input_image")
                || has(Defect.ASSISTANT_REFUSED) && input.contains("\"assistant\"");
        if (refused) {
            return new Body(400, "application/json", error());
        }
        ObjectNode response = response(request);
        if (request.path("stream").asBoolean() && !has(Defect.JSON_INSTEAD_OF_STREAM)) {
            return new Body(200, "text/event-stream", frames(events(response)));
        }
        if (has(Defect.MEMBER_MISSING)) {
            response.remove("service_tier");
        }
        String type = has(Defect.WRONG_CONTENT_TYPE) ? "text/plain" : "application/json";
        return new Body(200, type, response.toString());
    }

    private Body compact(JsonNode request) {
        if (!request.has("model") && !has(Defect.MODEL_NOT_NEEDED)) {
            return new Body(400, "application/json", has(Defect.BARE_ERROR) ? "{\"detail\":\"no model\"}" : error());
        }
        ObjectNode answer = object("{'id':'resp_c','object':'response.compaction','created_at':1,'output':[]}");
        if (!has(Defect.NOTHING_COMPACTED)) {
            answer.withArray("output").add(object("{'type':'compaction','id':'cmp_1','encrypted_content':'xyz'}"));
        }
        if (!has(Defect.COMPACTED_WITHOUT_USAGE)) {
            answer.set("usage", usage());
        }
        return new Body(200, "application/json", answer.toString());
    }

    private String frames(List<ObjectNode> events) {
        StringBuilder text = new StringBuilder();
        for (ObjectNode event : events) {
            if (!has(Defect.NO_EVENT_LINE)) {
                text.append("event: ").append(event.path("type").asText()).append('\n');
            }
            text.append("data: ").append(event).append("\n\n");
        }
        return text + (has(Defect.NO_DONE_MARKER) ? "" : "data: [DONE]\n\n");
    }

    // ---- WebSocket

    @Override
    Conversation converse() {
        Set<String> known = has(Defect.MEMORY_SHARED) ? shared : new HashSet<>();
        AtomicInteger turns = new AtomicInteger();
        List<String> waiting = new ArrayList<>();
        return request -> {
            if (has(Defect.ONE_TURN_ONLY) && turns.incrementAndGet() > 1) {
                return null;
            }
            List<String> said = turn(request, known);
            if (has(Defect.TURNS_MIXED) && request.path("input").asText().equals("Say: one.")) {
                // Its second half comes within the next turn.
                waiting.addAll(said.subList(3, said.size()));
                return said.subList(0, 3);
            }
            List<String> all = new ArrayList<>(said.subList(0, 1));
            all.addAll(waiting);
            waiting.clear();
            all.addAll(said.subList(1, said.size()));
            if (has(Defect.DONE_ON_SOCKET)) {
                all.add(0, "[DONE]");
            }
            return all;
        };
    }

    private List<String> turn(JsonNode request, Set<String> known) {
        String previous = request.path("previous_response_id").asText("");
        String input = request.path("input").toString();
        boolean missing = !previous.isEmpty() && !known.contains(previous) && !has(Defect.UNKNOWN_TAKEN);
        if (missing || has(Defect.CHAIN_REFUSED) && !previous.isEmpty()) {
            String code = has(Defect.WRONG_CODE) ? "not_found" : "previous_response_not_found";
            List<String> said = new ArrayList<>(List.of(envelope(code)));
            if (has(Defect.TWO_ENDS)) {
                ObjectNode failed = object("{'type':'response.failed','sequence_number':0}");
                failed.set("response", response(request).put("status", "failed"));
                said.add(failed.toString());
            }
            return said;
        }
        boolean orphan = input.contains("function_call_output") && !has(Defect.ORPHAN_TAKEN);
        if (orphan || has(Defect.COMPACTION_REFUSED) && input.contains("compaction")) {
            if (!has(Defect.NOT_EVICTED)) {
                known.remove(previous);
            }
            return List.of(envelope("invalid_request"));
        }
        ObjectNode response = response(request);
        known.add(response.path("id").asText());
        return events(response).stream().map(ObjectNode::toString).toList();
    }

    private static String envelope(String code) {
        ObjectNode envelope = object("{'type':'error','status':400,'error':{'message':'no','param':null}}");
        envelope.withObject("/error").put("code", code);
        return envelope.toString();
    }

    // ---- what is said

    private static String error() {
        return object("{'error':{'type':'invalid_request','message':'no','param':null,'code':null}}")
                .toString();
    }

    private static ObjectNode usage() {
        return object("{'input_tokens':1,'output_tokens':2,'total_tokens':3,"
                + "'input_tokens_details':{'cached_tokens':0},'output_tokens_details':{'reasoning_tokens':0}}");
    }

    private ObjectNode response(JsonNode request) {
        ObjectNode response = object("{'id':'resp_" + ids.incrementAndGet()
                + "','object':'response','created_at':1,'completed_at':2,'status':'completed','incomplete_details':null,"
                + "'previous_response_id':null,'instructions':null,'output':[],'error':null,'tools':[],'tool_choice':'auto',"
                + "'truncation':'disabled','parallel_tool_calls':true,'text':{'format':{'type':'text'}},'top_p':1.0,"
                + "'presence_penalty':0,'frequency_penalty':0,'top_logprobs':0,'temperature':1.0,'reasoning':null,"
                + "'max_output_tokens':null,'max_tool_calls':null,'store':true,'background':false,"
                + "'service_tier':'default','metadata':{},'safety_identifier':null,'prompt_cache_key':null}");
        response.set("usage", usage());
        response.put("model", request.path("model").asText());
        if (request.has("previous_response_id") && !has(Defect.CHAIN_FORGOTTEN_IN_ECHO)) {
            response.set("previous_response_id", request.path("previous_response_id"));
        }
        if (has(Defect.NEVER_COMPLETED)) {
            response.put("status", "in_progress");
        }
        ArrayNode output = response.withArray("output");
        if (!request.path("tools").isEmpty() && !has(Defect.TOOLS_IGNORED)) {
            String arguments = has(Defect.ARGUMENTS_NOT_JSON) ? "Lisbon" : "{}";
            output.add(object(
                            "{'type':'function_call','id':'fc_1','call_id':'call_1','name':'get_weather','status':'completed'}")
                    .put("arguments", arguments));
        } else if (!has(Defect.NO_OUTPUT)) {
            output.add(object("{'type':'message','id':'msg_1','status':'completed','role':'assistant','content':"
                    + "[{'type':'output_text','text':'Hi you','annotations':[],'logprobs':[]}]}"));
        }
        for (JsonNode tool : request.path("tools")) {
            ObjectNode echo = tool.deepCopy();
            response.withArray("tools").add(has(Defect.TOOL_ECHOED_BARE) ? echo : echo.putNull("strict"));
        }
        return response;
    }

    private List<ObjectNode> events(ObjectNode response) {
        List<ObjectNode> events = new ArrayList<>();
        ObjectNode begun = response.deepCopy().put("status", "in_progress");
        begun.putArray("output");
        begun.putNull("usage");
        begun.putNull("completed_at");
        events.add(event("response.created", "{}").set("response", begun));
        events.add(event("response.in_progress", "{}").set("response", begun));
        if (has(Defect.OWN_EVENT)) {
            events.add(event("response.weather_changed", "{}"));
        }
        ObjectNode message = response.path("output").path(0).deepCopy();
        ObjectNode empty = message.deepCopy().put("status", "in_progress");
        empty.putArray("content");
        events.add(event("response.output_item.added", "{'output_index':0}").set("item", empty));
        JsonNode part = message.path("content").path(0);
        ObjectNode hollow = part.deepCopy();
        hollow.put("text", "");
        String place = "{'item_id':'msg_1','output_index':0,'content_index':0}";
        events.add(event("response.content_part.added", place).set("part", hollow));
        events.add(event("response.output_text.delta", place).put("delta", "Hi "));
        if (!has(Defect.DELTAS_LOST)) {
            events.add(event("response.output_text.delta", place).put("delta", "you"));
        }
        events.add(event("response.output_text.done", place).put("text", "Hi you"));
        events.add(event("response.content_part.done", place).set("part", part));
        events.add(event("response.output_item.done", "{'output_index':0}").set("item", message));
        events.add(event("response.completed", "{}").set("response", response));
        for (int i = 0; i < events.size(); i++) {
            events.get(i).put("sequence_number", has(Defect.NUMBERS_STAND_STILL) ? 0 : i);
        }
        return events;
    }

    private static ObjectNode event(String type, String members) {
        return object(members).put("type", type);
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) Json.read(json.replace('\'', '"'));
    }
}
