package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.codec.EventReader;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.UrlCitation;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.SampleScript;
import io.github.responses4j.testkit.ScriptedBackend;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of event that the codec knows is seen on the wire, in its frame and in its order. The list of kinds comes from the codec, so a
 * kind that no stream here has fails the test.
 */
class EventsOnTheWireTest {
    private static final StreamOptions STRICT =
            StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED).refusingUnknownTypes();

    /** What a model says, and the events that tell it, between {@code in_progress} and the mark at the end. */
    private record Telling(Consumer<SampleScript> model, List<String> events) {
        static Telling of(Consumer<SampleScript> model, String... events) {
            List<String> all = new ArrayList<>();
            for (String event : events) {
                all.add(event.equals("error") ? event : "response." + event);
            }
            return new Telling(model, all);
        }

        /** An item that comes whole, and the steps between its being added and done. */
        static Telling item(String item, String... steps) {
            List<String> all = new ArrayList<>(List.of("output_item.added"));
            all.addAll(List.of(steps));
            all.addAll(List.of("output_item.done", "completed"));
            return of(model -> model.item(read(item)), all.toArray(String[]::new));
        }
    }

    private static final List<String> HEAD = List.of("response.created", "response.in_progress");
    private static final List<String> QUEUED_HEAD =
            List.of("response.created", "response.queued", "response.in_progress");

    private static final List<Telling> TELLINGS = List.of(
            Telling.of(
                    model -> model.text("a", "b").annotation(UrlCitation.of("u", "t", 0, 1)),
                    "output_item.added",
                    "content_part.added",
                    "output_text.delta",
                    "output_text.delta",
                    "output_text.annotation.added",
                    "output_text.done",
                    "content_part.done",
                    "output_item.done",
                    "completed"),
            Telling.of(
                    model -> model.refusal("no"),
                    "output_item.added",
                    "content_part.added",
                    "refusal.delta",
                    "refusal.done",
                    "content_part.done",
                    "output_item.done",
                    "completed"),
            Telling.of(
                    model -> model.reasoning("hm").summary(0, "s"),
                    "output_item.added",
                    "content_part.added",
                    "reasoning_text.delta",
                    "reasoning_text.done",
                    "content_part.done",
                    "reasoning_summary_part.added",
                    "reasoning_summary_text.delta",
                    "reasoning_summary_text.done",
                    "reasoning_summary_part.done",
                    "output_item.done",
                    "completed"),
            Telling.of(
                    model -> model.call("call_1", "f", "{}"),
                    "output_item.added",
                    "function_call_arguments.delta",
                    "function_call_arguments.delta",
                    "function_call_arguments.done",
                    "output_item.done",
                    "completed"),
            Telling.of(
                    model -> model.customCall("call_1", "f", "x"),
                    "output_item.added",
                    "custom_tool_call_input.delta",
                    "custom_tool_call_input.done",
                    "output_item.done",
                    "completed"),
            Telling.of(
                    model -> model.text("a").stop(StopReason.MAX_OUTPUT_TOKENS),
                    "output_item.added",
                    "content_part.added",
                    "output_text.delta",
                    "output_text.done",
                    "content_part.done",
                    "output_item.done",
                    "incomplete"),
            Telling.of(
                    model -> model.text("a").fail(BackendException.Kind.BROKEN, "It broke."),
                    "output_item.added",
                    "content_part.added",
                    "output_text.delta",
                    "output_text.done",
                    "content_part.done",
                    "output_item.done",
                    "error",
                    "failed"),
            Telling.item(
                    "{'type':'mcp_list_tools','server_label':'l','tools':[{'name':'t','input_schema':{}}]}",
                    "mcp_list_tools.in_progress",
                    "mcp_list_tools.completed"),
            Telling.item(
                    "{'type':'mcp_list_tools','server_label':'l','tools':[],'error':'e'}",
                    "mcp_list_tools.in_progress",
                    "mcp_list_tools.failed"),
            Telling.item(
                    "{'type':'mcp_call','server_label':'l','name':'t','arguments':'{}','output':'o','status':'completed'}",
                    "mcp_call.in_progress",
                    "mcp_call_arguments.delta",
                    "mcp_call_arguments.done",
                    "mcp_call.completed"),
            Telling.item(
                    "{'type':'mcp_call','server_label':'l','name':'t','arguments':'{}','status':'failed',"
                            + "'error':{'type':'http_error','code':500,'message':'m'}}",
                    "mcp_call.in_progress",
                    "mcp_call_arguments.delta",
                    "mcp_call_arguments.done",
                    "mcp_call.failed"),
            Telling.item("{'type':'mcp_approval_request','server_label':'l','name':'t','arguments':'{}'}"),
            Telling.item(
                    "{'type':'web_search_call','status':'completed','action':{'type':'search','query':'q'}}",
                    "web_search_call.in_progress",
                    "web_search_call.searching",
                    "web_search_call.completed"),
            Telling.item(
                    "{'type':'web_search_call','status':'failed','action':{'type':'search','query':'q'}}",
                    "web_search_call.in_progress",
                    "web_search_call.searching"),
            Telling.item(
                    "{'type':'file_search_call','status':'completed','queries':['q'],'results':null}",
                    "file_search_call.in_progress",
                    "file_search_call.searching",
                    "file_search_call.completed"),
            Telling.item(
                    "{'type':'code_interpreter_call','status':'completed','container_id':'c','code':'1','outputs':null}",
                    "code_interpreter_call.in_progress",
                    "code_interpreter_call_code.delta",
                    "code_interpreter_call_code.done",
                    "code_interpreter_call.interpreting",
                    "code_interpreter_call.completed"),
            Telling.of(
                    model -> model.say(new ModelEvent.WholeItem(
                            read("{'type':'image_generation_call','status':'generating','result':'AA=='}"),
                            List.of(JsonObject.parse("{\"partial_image_index\":0,\"partial_image_b64\":\"AA==\"}")))),
                    "output_item.added",
                    "image_generation_call.in_progress",
                    "image_generation_call.generating",
                    "image_generation_call.partial_image",
                    "image_generation_call.completed",
                    "output_item.done",
                    "completed"),
            Telling.item(
                    "{'type':'shell_call','call_id':'c','status':'completed','action':{'commands':['ls']}}",
                    "shell_call_command.added",
                    "shell_call_command.delta",
                    "shell_call_command.done"),
            Telling.item(
                    "{'type':'shell_call_output','call_id':'c','status':'completed','output':[{'stdout':'a','stderr':'',"
                            + "'outcome':{'type':'exit','exit_code':0}}]}",
                    "shell_call_output_content.delta",
                    "shell_call_output_content.done"),
            Telling.item("{'type':'tool_search_call','execution':'server','arguments':{},'status':'completed'}"),
            Telling.item("{'type':'tool_search_output','execution':'server','tools':[],'status':'completed'}"),
            Telling.item("{'type':'compaction','encrypted_content':'gAAA'}"));

    private static Item read(String json) {
        return Item.of(JsonObject.parse(json.replace('\'', '"')));
    }

    static List<Telling> tellings() {
        return TELLINGS;
    }

    static Set<String> types() {
        return new TreeSet<>(EventReader.types());
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyKindIsSeen(String type) {
        assertThat(TELLINGS)
                .anyMatch(telling ->
                        QUEUED_HEAD.contains(type) || telling.events().contains(type));
    }

    @ParameterizedTest
    @MethodSource("tellings")
    void itIsFramedAndInOrder(Telling telling) {
        check(telling, HEAD, "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}");
    }

    @ParameterizedTest
    @MethodSource("tellings")
    void itIsFramedAndInOrderInTheBackground(Telling telling) {
        check(telling, QUEUED_HEAD, "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true,\"background\":true}");
    }

    private static void check(Telling telling, List<String> head, String request) {
        ScriptedBackend backend = new ScriptedBackend().sample(telling.model());
        try (TestServer server = TestServer.of(backend)) {
            Answer answer = server.post(request);

            List<String> expected = new ArrayList<>(head);
            expected.addAll(telling.events());
            List<String> frames = List.of(answer.text().split("(?<=\n\n)"));
            assertThat(frames).hasSize(expected.size() + 1).endsWith("data: [DONE]\n\n");
            for (int i = 0; i < expected.size(); i++) {
                String start = "event: " + expected.get(i) + "\ndata: ";
                assertThat(frames.get(i)).startsWith(start);
                JsonNode data = Json.read(frames.get(i).substring(start.length()));
                assertThat(data.path("type").asText()).isEqualTo(expected.get(i));
                assertThat(data.path("sequence_number").asInt()).isEqualTo(i);
            }
            StreamInvariants.checkSse(answer.body(), STRICT);
        }
    }
}
