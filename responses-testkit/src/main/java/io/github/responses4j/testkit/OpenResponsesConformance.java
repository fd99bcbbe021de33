package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.testkit.ConformanceSocket.Turn;
import org.junit.jupiter.api.Test;

/**
 * Shows that a server, of this project or any other, keeps to Open Responses, release 2026-04-24, over HTTP and WebSocket. A
 * server is tested by a class that extends this one and says where it is:
 *
 * <pre>{@code
 * class MyServerTest extends OpenResponsesConformance {
 *     @Override
 *     protected ConformanceTarget target() {
 *         return ConformanceTarget.of(URI.create("http://127.0.0.1:8080/v1"), "my-model");
 *     }
 * }
 * }</pre>
 */
public abstract class OpenResponsesConformance extends OpenResponsesHttpConformance {
    private static final String NOT_FOUND = "previous_response_not_found";

    /** For subclasses. */
    protected OpenResponsesConformance() {}

    @Test
    void aSocketTellsTheAnswer() {
        try (ConformanceSocket socket = client().connect()) {
            assertTold(socket.turn(create("""
                    {"input": [{"type": "message", "role": "user", "content": "Count from two to four."}]}""")));
        }
    }

    @Test
    void turnsOfOneSocketFollowEachOther() {
        try (ConformanceSocket socket = client().connect()) {
            // Both are there before the first is answered: they must not mix.
            socket.send(create("{\"store\": false, \"input\": \"Say: one.\"}"));
            socket.send(create("{\"store\": false, \"input\": \"Say: two.\"}"));
            JsonNode one = assertTold(socket.turn());
            JsonNode two = assertTold(socket.turn());

            assertThat(one.path("id").asText()).isNotEqualTo(two.path("id").asText());
        }
    }

    @Test
    void aTurnContinuesTheOneBefore() {
        try (ConformanceSocket socket = client().connect()) {
            String first = unstored(socket);

            JsonNode second = assertTold(socket.turn(continuing(first, "\"What did I ask you to keep in mind?\"")));

            assertThat(second.path("previous_response_id").asText()).isEqualTo(first);
        }
    }

    @Test
    void anotherSocketKnowsNothingOfIt() {
        String first;
        try (ConformanceSocket socket = client().connect()) {
            first = unstored(socket);
        }
        try (ConformanceSocket other = client().connect()) {
            assertRefused(other.turn(continuing(first, "\"What did I ask you to keep in mind?\"")));

            // The connection has lost the chain, and nothing else.
            unstored(other);
        }
    }

    @Test
    void anUnknownPreviousResponseIsRefused() {
        try (ConformanceSocket socket = client().connect()) {
            assertRefused(socket.turn(continuing("resp_conformance_unknown", "\"Go on.\"")));

            // Nothing of the refused turn may follow its end: it would open the next one.
            unstored(socket);
        }
    }

    @Test
    void aFailedContinuationIsForgotten() {
        try (ConformanceSocket socket = client().connect()) {
            String first = unstored(socket);

            Turn failed = socket.turn(continuing(first, """
                    [{"type": "function_call_output", "call_id": "call_conformance_none", "output": "Nobody asked."}]"""));
            assertThat(failed.isError()
                            || failed.response().path("status").asText().equals("failed"))
                    .as("an output without a call was taken: %s", failed.end())
                    .isTrue();

            assertRefused(socket.turn(continuing(first, "\"Go on all the same.\"")));
        }
    }

    @Test
    void aCompactedWindowStartsAChain() {
        JsonNode compaction = compact("""
                {"input": [
                  {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "The signal is three short whistles."}]},
                  {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Noted."}]},
                  {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Pack this up for later."}]}]}""");
        ArrayNode input = compaction.path("output").deepCopy();
        input.add(Json.read("{\"type\": \"message\", \"role\": \"user\", \"content\": \"What is the signal?\"}"));
        ObjectNode message = create("{\"store\": false, \"tools\": []}");
        message.set("input", input);

        try (ConformanceSocket socket = client().connect()) {
            assertTold(socket.turn(message));
        }
    }

    private ObjectNode create(String json) {
        return body(json).put("type", "response.create");
    }

    private ObjectNode continuing(String id, String input) {
        return create("{\"store\": false, \"input\": " + input + "}").put("previous_response_id", id);
    }

    /** A whole turn that is not stored; the id of its response. */
    private String unstored(ConformanceSocket socket) {
        return assertTold(socket.turn(
                        create("{\"store\": false, \"input\": \"Keep in mind: the lamp is green. Say only: yes.\"}")))
                .path("id")
                .asText();
    }

    /** A turn that was completed; its response. */
    private JsonNode assertTold(Turn turn) {
        assertThat(turn.isError()).as("an error: %s", turn.end()).isFalse();
        StreamInvariants.checkJson(turn.messages(), target().streams());
        assertEvents(turn.messages().stream().map(Json::read).toList());
        assertCompleted(turn.response());
        return turn.response();
    }

    private static void assertRefused(Turn turn) {
        assertThat(turn.errorCode()).as("%s", turn.end()).isEqualTo(NOT_FOUND);
        if (turn.isError()) {
            assertThat(OpenResponsesShapes.SOCKET_ERROR.problems("$", turn.end()))
                    .isEmpty();
        }
    }
}
