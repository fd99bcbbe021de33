package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.WireStreams.CALL;
import static io.github.responses4j.testkit.WireStreams.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.testkit.StreamOptions.DoneMarker;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each option lets pass what it names and nothing else. */
class StreamOptionsTest {

    private static final StreamOptions STRICT = StreamOptions.strict();

    @Test
    void aCutStreamMayLackItsEndAndLeaveThingsOpen() {
        List<ObjectNode> events = WireStreams.completed(CALL, MESSAGE);
        StreamOptions cutOff = STRICT.tolerating(Tolerance.CUT_OFF);
        for (int length = 1; length < events.size(); length++) {
            List<ObjectNode> cut = events.subList(0, length);
            assertThat(StreamInvariants.inspect(cut, STRICT).brokenRules()).containsExactly(StreamRule.G3);
            StreamInvariants.check(cut, cutOff);
        }
        List<ObjectNode> more = WireStreams.completed();
        more.add(WireStreams.json("{'type':'acme:late'}"));
        assertThat(StreamInvariants.inspect(WireStreams.number(more), cutOff).brokenRules())
                .containsExactly(StreamRule.G3);
    }

    @Test
    void aFailureMayLeaveAnItemOpen() {
        StreamOptions options = STRICT.tolerating(Tolerance.OPEN_ITEM_IN_FAILURE);
        List<ObjectNode> events = WireStreams.response("failed", MESSAGE, CALL);
        events.subList(
                        WireStreams.indexOf(events, "response.function_call_arguments.delta"),
                        WireStreams.indexOf(events, "error"))
                .clear();
        WireStreams.number(events);
        StreamInvariants.check(events, options);
        ObjectNode response = WireStreams.response(WireStreams.last(events));
        ((ArrayNode) response.path("output")).remove(1);
        StreamInvariants.check(events, options);
        List<ObjectNode> completed = WireStreams.completed(CALL);
        completed.remove(WireStreams.indexOf(completed, "response.output_item.done"));
        assertThat(StreamInvariants.inspect(WireStreams.number(completed), options)
                        .brokenRules())
                .containsExactly(StreamRule.G6);
    }

    @Test
    void itemsMayInterleaveIfAsked() {
        List<ObjectNode> events = WireStreams.completed(CALL, MESSAGE);
        int done = WireStreams.indexOf(events, "response.output_item.done");
        Collections.rotate(events.subList(done, events.size() - 1), -1);
        WireStreams.number(events);
        assertThat(StreamInvariants.inspect(events, STRICT).brokenRules()).containsExactly(StreamRule.G5);
        StreamInvariants.check(events, STRICT.tolerating(Tolerance.INTERLEAVED_ITEMS));
        events.forEach(event -> {
            if (event.path("output_index").asInt() == 1) {
                event.put("output_index", 3);
            }
        });
        assertThat(StreamInvariants.inspect(events, STRICT.tolerating(Tolerance.INTERLEAVED_ITEMS))
                        .brokenRules())
                .containsExactly(StreamRule.G5);
    }

    @Test
    void callIdsMayRepeatIfAsked() {
        List<ObjectNode> events = WireStreams.completed(CALL, CALL);
        events.forEach(event -> {
            if (event.path("item") instanceof ObjectNode item) {
                item.put("call_id", "call_0");
            }
        });
        assertThat(StreamInvariants.inspect(events, STRICT).brokenRules()).containsExactly(StreamRule.G8);
        StreamInvariants.check(events, STRICT.tolerating(Tolerance.REPEATED_CALL_IDS));
    }

    @Test
    void anOptionalFieldMayBeAbsentButNotWrong() {
        List<ObjectNode> events = WireStreams.completed(MESSAGE);
        StreamOptions options = STRICT.withOptionalFields("logprobs");
        ObjectNode delta = WireStreams.first(events, "response.output_text.delta");
        delta.remove("logprobs");
        StreamInvariants.check(events, options);
        delta.putNull("logprobs");
        assertThat(StreamInvariants.inspect(events, options).brokenRules()).containsExactly(StreamRule.G13);
    }

    @Test
    void foreignStreamsMayLackWhatRealServersLeaveOut() {
        List<ObjectNode> events = WireStreams.completed(MESSAGE, CALL);
        events.forEach(event -> {
            event.remove("logprobs");
            event.remove("name");
        });
        ObjectNode response = WireStreams.response(WireStreams.last(events));
        ((ObjectNode) response.at("/usage/input_tokens_details")).remove("cache_write_tokens");
        StreamInvariants.check(events, StreamOptions.foreign());
        response.putNull("usage");
        StreamInvariants.check(events, StreamOptions.foreign());
        assertThat(StreamInvariants.inspect(events, STRICT).brokenRules())
                .containsExactly(StreamRule.G13, StreamRule.G14);
    }

    @Test
    void optionsAreCopiedNotChanged() {
        StreamOptions changed = STRICT.withDone(DoneMarker.FORBIDDEN)
                .tolerating(Tolerance.CUT_OFF)
                .tolerating(Tolerance.OTHER_LINES)
                .withOptionalFields("name")
                .withOptionalFields("usage")
                .ignoring(StreamRule.G2)
                .ignoring(StreamRule.S1)
                .refusingUnknownTypes();
        assertThat(changed)
                .isEqualTo(new StreamOptions(
                        DoneMarker.FORBIDDEN,
                        Set.of(Tolerance.CUT_OFF, Tolerance.OTHER_LINES),
                        Set.of("name", "usage"),
                        Set.of(StreamRule.G2, StreamRule.S1),
                        true));
        assertThat(STRICT).isEqualTo(new StreamOptions(DoneMarker.TOLERATED, Set.of(), Set.of(), Set.of(), false));
    }
}
