package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Checks that a stream of Responses events, of this engine or of any other server, keeps the grammar of the wire. The
 * rules are those of {@link StreamRule}; each is checked as far as the broken ones before it allow.
 *
 * <pre>{@code
 * StreamInvariants.checkSse(body, StreamOptions.strict().withDone(DoneMarker.REQUIRED));
 * }</pre>
 *
 * <p>A stream begins with {@code response.created}. To check a stream that was resumed, join what came before with what
 * came after, and check the whole.
 *
 * <p>The {@code check} methods throw, the {@code inspect} methods only report. Nothing that is fed in is changed or
 * kept. Safe from any thread.
 */
public final class StreamInvariants {

    private StreamInvariants() {}

    /**
     * Checks events strictly.
     *
     * @param events all events of one response, in order
     * @return the report, which has no violation
     * @throws AssertionError if a rule is broken; see {@link StreamReport#orThrow}
     */
    public static StreamReport check(List<? extends JsonNode> events) {
        return check(events, StreamOptions.strict());
    }

    /**
     * Checks events.
     *
     * @param events all events of one response, in order
     * @param options how strict to be
     * @return the report, which has no violation
     * @throws AssertionError if a rule is broken; see {@link StreamReport#orThrow}
     */
    public static StreamReport check(List<? extends JsonNode> events, StreamOptions options) {
        return inspect(events, options).orThrow();
    }

    /**
     * Checks events that are JSON texts, as a WebSocket delivers them.
     *
     * @param events all events of one response, in order; {@code [DONE]} may be the last
     * @param options how strict to be
     * @return the report, which has no violation
     * @throws AssertionError if a rule is broken; see {@link StreamReport#orThrow}
     */
    public static StreamReport checkJson(List<String> events, StreamOptions options) {
        return inspectJson(events, options).orThrow();
    }

    /**
     * Checks the body of a streaming HTTP answer.
     *
     * @param body all bytes, content coding removed
     * @param options how strict to be
     * @return the report, which has no violation
     * @throws AssertionError if a rule is broken; see {@link StreamReport#orThrow}
     */
    public static StreamReport checkSse(byte[] body, StreamOptions options) {
        return inspectSse(body, options).orThrow();
    }

    /**
     * Reports on events.
     *
     * @param events all events of one response, in order
     * @param options how strict to be
     * @return what was found
     */
    public static StreamReport inspect(List<? extends JsonNode> events, StreamOptions options) {
        StreamWalk walk = new StreamWalk(new Violations(options));
        events.forEach(walk::accept);
        return walk.finish();
    }

    /**
     * Reports on events that are JSON texts.
     *
     * @param events all events of one response, in order; {@code [DONE]} may be the last
     * @param options how strict to be
     * @return what was found
     */
    public static StreamReport inspectJson(List<String> events, StreamOptions options) {
        Violations violations = new Violations(options);
        StreamWalk walk = new StreamWalk(violations);
        boolean sawDone = false;
        for (String event : events) {
            if (sawDone) {
                violations.add(StreamRule.S4, walk.count(), "something follows [DONE]");
            }
            if (event.equals("[DONE]")) {
                sawDone = true;
            } else {
                walk.accept(Json.read(event));
            }
        }
        return walk.finish();
    }

    /**
     * Reports on the body of a streaming HTTP answer.
     *
     * @param body all bytes, content coding removed
     * @param options how strict to be
     * @return what was found
     */
    public static StreamReport inspectSse(byte[] body, StreamOptions options) {
        Violations violations = new Violations(options);
        StreamWalk walk = new StreamWalk(violations);
        new SseRules(violations, walk).check(SseReader.frames(body));
        return walk.finish();
    }

    /**
     * Builds the output array from added, delta and done events alone, without a look at the terminal event. Items that
     * were never done stand as far as they came. Does not check the stream.
     *
     * @param events the events of one response, in order
     * @return a new array, by {@code output_index}
     */
    public static ArrayNode foldOutput(List<? extends JsonNode> events) {
        return OutputFold.of(events);
    }

    /**
     * Compares what the events make with a response that was fetched or stored. The {@code output} must equal
     * {@link #foldOutput}; if there is a terminal event, every other field must equal that of its response. Numbers are
     * compared by value and keys without order; absent and null differ.
     *
     * @param events the events of one response, in order
     * @param response the response as JSON
     * @throws AssertionError if they differ; the message names the first difference
     */
    public static void assertFoldEquals(List<? extends JsonNode> events, JsonNode response) {
        ArrayNode output = foldOutput(events);
        JsonNode expected = output;
        JsonNode actual = response.path("output");
        String path = "output";
        if (terminalResponse(events) instanceof ObjectNode terminal) {
            ObjectNode whole = terminal.deepCopy();
            whole.set("output", output);
            expected = whole;
            actual = response;
            path = "response";
        }
        Json.difference(path, expected, actual).ifPresent(text -> {
            throw new AssertionError("the folded events and the response differ at " + text);
        });
    }

    private static JsonNode terminalResponse(List<? extends JsonNode> events) {
        for (JsonNode event : events) {
            EventKind kind = EventKind.of(event.path("type").asText());
            if (kind != null && kind.place() == EventKind.Place.TERMINAL) {
                return event.path("response");
            }
        }
        return MissingNode.getInstance();
    }
}
