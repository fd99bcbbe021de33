package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.testkit.ConformanceClient.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an Open Responses server does over HTTP, release 2026-04-24: its answers and streams, and compaction. For servers without
 * a WebSocket; others extend {@link OpenResponsesConformance}, which has these cases too.
 *
 * <p>A server is asked as a client would ask it, and only what the release demands is checked: what the model says is its own
 * business, except that it must call a function when asked for the weather. Nothing is skipped.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
public abstract class OpenResponsesHttpConformance {
    /** A blue square, 32 by 32. */
    private static final String IMAGE =
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJklEQVR42u3NsQkA"
                    + "AAjAsP7/tF7hIASyp5pjAoFAIBAIBAKB4EmwOkv8Lom8x/sAAAAASUVORK5CYII=";

    /** For subclasses. */
    protected OpenResponsesHttpConformance() {}

    /** The server under test; asked for by every case. */
    protected abstract ConformanceTarget target();

    // ---- answers

    @Test
    void aTextIsAnswered() {
        answer("""
                {"input": [{"type": "message", "role": "user", "content": "Greet me with three words."}]}""");
    }

    @Test
    void phasesOfEarlierMessagesAreTaken() {
        answer("""
                {"input": [
                  {"type": "message", "role": "assistant", "phase": "commentary", "content": "Let me look at my notes."},
                  {"type": "message", "role": "assistant", "phase": "final_answer", "content": "It is the seventh door."},
                  {"type": "message", "role": "user", "content": "Which door was it? The number only."}]}""");
    }

    @Test
    void aSystemMessageIsTaken() {
        answer("""
                {"input": [
                  {"type": "message", "role": "system", "content": "You are a lighthouse keeper and speak like one."},
                  {"type": "message", "role": "user", "content": "Good evening."}]}""");
    }

    @Test
    void anImageIsTaken() {
        answer("""
                {"input": [{"type": "message", "role": "user", "content": [
                  {"type": "input_text", "text": "Which colour is this square?"},
                  {"type": "input_image", "image_url": "%s"}]}]}""".formatted(IMAGE));
    }

    @Test
    void earlierTurnsAreTaken() {
        answer("""
                {"input": [
                  {"type": "message", "role": "user", "content": "I am Ada, and I live in Turin."},
                  {"type": "message", "role": "assistant", "content": "Pleased to meet you, Ada."},
                  {"type": "message", "role": "user", "content": "Where do I live?"}]}""");
    }

    @Test
    void aFunctionIsCalled() {
        JsonNode response = answer("""
                {"input": [{"type": "message", "role": "user", "content": "How is the weather in Lisbon now?"}],
                 "tools": [{"type": "function", "name": "get_weather", "description": "The weather of a place, now.",
                   "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}}]}""");

        assertThat(items(response, "function_call"))
                .as("calls in %s", response)
                .isNotEmpty()
                .allSatisfy(call -> {
                    assertThat(call.path("name").asText()).isEqualTo("get_weather");
                    assertThat(Json.read(call.path("arguments").asText()).isObject())
                            .as("arguments of %s", call)
                            .isTrue();
                });
        assertThat(response.path("tools").path(0).path("name").asText()).isEqualTo("get_weather");
    }

    // ---- streams

    @Test
    void aStreamTellsTheAnswer() {
        Reply reply = client().post("/responses", body("""
                {"stream": true, "input": [{"type": "message", "role": "user", "content": "Count from three to seven."}]}"""));

        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.contentType()).startsWith("text/event-stream");
        StreamInvariants.checkSse(reply.body(), target().streams());
        List<ObjectNode> events = SseReader.events(reply.body());
        assertEvents(events);
        assertCompleted(events.get(events.size() - 1).path("response"));
    }

    // ---- compaction

    @Test
    void aWindowIsCompacted() {
        JsonNode compaction = compact("""
                {"prompt_cache_key": "conformance-compaction", "input": [
                  {"type": "message", "role": "user", "content": "The boat leaves on Friday; tell the harbour master first."},
                  {"type": "message", "role": "assistant", "content": "Friday it is, after a word with the harbour master."}]}""");

        assertThat(items(compaction, "compaction")).as("%s", compaction).isNotEmpty();
    }

    @Test
    void aCompactionNeedsAModel() {
        ObjectNode body = body("""
                {"input": [{"type": "message", "role": "user", "content": "Make this shorter."}]}""");
        body.remove("model");

        Reply reply = client().post("/responses/compact", body);

        assertThat(reply.status()).as("%s", reply).isIn(400, 422);
        assertThat(reply.contentType()).startsWith("application/json");
        assertThat(OpenResponsesShapes.HTTP_ERROR.problems("$", reply.json())).isEmpty();
    }

    // ---- what the cases share

    final ConformanceClient client() {
        return new ConformanceClient(target());
    }

    /** The JSON, with the model. */
    final ObjectNode body(String json) {
        return ((ObjectNode) Json.read(json)).put("model", target().model());
    }

    final JsonNode compact(String json) {
        Reply reply = client().post("/responses/compact", body(json));
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.contentType()).startsWith("application/json");
        assertThat(OpenResponsesShapes.COMPACTION.problems("$", reply.json())).isEmpty();
        return reply.json();
    }

    final void assertEvents(List<? extends JsonNode> events) {
        List<String> problems = new ArrayList<>();
        long last = -1;
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            OpenResponsesShapes.event().check("event " + i, event, problems);
            long number = event.path("sequence_number").asLong(-1);
            if (number <= last) {
                problems.add("event " + i + " has the sequence_number " + number + " after " + last);
            }
            last = number;
        }
        assertThat(problems).isEmpty();
    }

    final void assertCompleted(JsonNode response) {
        assertThat(OpenResponsesShapes.ofResponse().problems("$", response)).isEmpty();
        assertThat(response.path("status").asText()).as("%s", response).isEqualTo("completed");
        assertThat(response.path("completed_at").isNull())
                .as("completed_at is null")
                .isFalse();
        assertThat(response.path("output").size()).as("items in %s", response).isPositive();
    }

    final List<JsonNode> items(JsonNode response, String type) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode item : response.path("output")) {
            if (item.path("type").asText().equals(type)) {
                found.add(item);
            }
        }
        return found;
    }

    private JsonNode answer(String json) {
        Reply reply = client().post("/responses", body(json));
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.contentType()).startsWith("application/json");
        assertCompleted(reply.json());
        return reply.json();
    }
}
