package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.testkit.StreamOptions.DoneMarker;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Valid streams pass, in every form, and what one event less, twice or elsewhere makes of them does not. */
class StreamInvariantsTest {

    private static final StreamOptions STRICT = StreamOptions.strict();

    static Stream<Arguments> validStreams() {
        return WireStreams.all().entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void aValidStreamPasses(String name, List<ObjectNode> events) {
        StreamReport report = StreamInvariants.check(events);
        assertThat(report.types()).hasSameSizeAs(events);
        assertThat(report.brokenRules()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void aValidStreamPassesAsTextAndAsBytes(String name, List<ObjectNode> events) {
        List<String> texts =
                new ArrayList<>(events.stream().map(JsonNode::toString).toList());
        texts.add("[DONE]");
        StreamReport fromTexts = StreamInvariants.checkJson(texts, STRICT);
        StreamReport fromBytes =
                StreamInvariants.checkSse(WireStreams.sse(events), STRICT.withDone(DoneMarker.REQUIRED));
        assertThat(List.of(fromTexts, fromBytes)).containsOnly(StreamInvariants.check(events));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void theOutputFoldsFromTheEventsAlone(String name, List<ObjectNode> events) {
        JsonNode response = WireStreams.last(events).path("response");
        assertThat(StreamInvariants.foldOutput(events)).isEqualTo(response.path("output"));
        StreamInvariants.assertFoldEquals(events, response);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void noEventMayBeMissing(String name, List<ObjectNode> events) {
        for (int i = 0; i < events.size(); i++) {
            if (mayStandAnywhere(events.get(i))
                    || events.get(i).path("type").asText().equals("error")
                    || isOneOfSeveral(events.get(i))) {
                continue;
            }
            List<ObjectNode> broken = copy(events);
            ObjectNode missing = broken.remove(i);
            assertRefused(broken, "without event " + i + " " + missing.path("type"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void noEventMayComeTwice(String name, List<ObjectNode> events) {
        for (int i = 0; i < events.size(); i++) {
            if (mayStandAnywhere(events.get(i)) || isOneOfSeveral(events.get(i))) {
                continue;
            }
            List<ObjectNode> broken = copy(events);
            broken.add(i, broken.get(i).deepCopy());
            assertRefused(broken, "with event " + i + " twice " + broken.get(i).path("type"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void neighboursOfDifferentTypeMayNotBeSwapped(String name, List<ObjectNode> events) {
        for (int i = 0; i + 1 < events.size(); i++) {
            ObjectNode first = events.get(i);
            ObjectNode second = events.get(i + 1);
            if (first.path("type").equals(second.path("type"))
                    || mayStandAnywhere(first)
                    || mayStandAnywhere(second)
                    || isOfTwoLists(first, second)
                    || isCitationInText(first, second)) {
                continue;
            }
            List<ObjectNode> broken = copy(events);
            broken.set(i, broken.set(i + 1, broken.get(i)));
            assertRefused(broken, "with " + first.path("type") + " and " + second.path("type") + " swapped at " + i);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void noFieldOfAnEventMayBeMissing(String name, List<ObjectNode> events) {
        for (int i = 0; i < events.size(); i++) {
            String type = events.get(i).path("type").asText();
            for (String field : names(events.get(i))) {
                if (type.equals("error") || field.equals("obfuscation") || type.startsWith("acme:")) {
                    continue;
                }
                List<ObjectNode> broken = copy(events);
                broken.get(i).remove(field);
                StreamReport report = StreamInvariants.inspect(broken, STRICT);
                StreamRule rule = field.equals("sequence_number") ? StreamRule.G2 : StreamRule.G13;
                assertThat(report.brokenRules()).as(type + " without " + field).contains(rule);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validStreams")
    void noEventFieldMayHaveAnotherType(String name, List<ObjectNode> events) {
        for (int i = 0; i < events.size(); i++) {
            String type = events.get(i).path("type").asText();
            for (String field : names(events.get(i))) {
                boolean free = type.startsWith("acme:") || field.equals("type");
                if (free) {
                    continue;
                }
                List<ObjectNode> broken = copy(events);
                broken.get(i).put(field, true);
                assertThat(StreamInvariants.inspect(broken, STRICT).isValid())
                        .as(type + " with " + field + " true")
                        .isFalse();
            }
        }
    }

    @Test
    void everyCutIsSeen() {
        StreamOptions options = STRICT.withDone(DoneMarker.REQUIRED);
        for (List<ObjectNode> events : List.of(WireStreams.completed("message"), WireStreams.response("failed"))) {
            byte[] whole = WireStreams.sse(events);
            for (int length = 0; length < whole.length; length++) {
                StreamReport report = StreamInvariants.inspectSse(Arrays.copyOf(whole, length), options);
                assertThat(report.isValid()).as("cut at byte " + length).isFalse();
            }
        }
    }

    @Test
    void unknownTypesAndKeepalivesAreCounted() {
        List<ObjectNode> events = WireStreams.completed(WireStreams.MESSAGE);
        events.add(3, WireStreams.json("{'type':'keepalive'}"));
        events.add(4, WireStreams.json("{'type':'acme:progress','percent':50}"));
        events.add(1, WireStreams.json("{'type':'acme:progress','percent':10}"));
        events.add(events.size() - 1, WireStreams.json("{'type':'response.compaction.compacting','item_id':'x'}"));
        WireStreams.number(events);
        StreamReport report = StreamInvariants.check(events);
        assertThat(report.unknownTypes()).isEqualTo(Map.of("acme:progress", 2, "response.compaction.compacting", 1));
        assertThat(report.keepalives()).isEqualTo(1);
        StreamReport closed = StreamInvariants.inspect(events, STRICT.refusingUnknownTypes());
        assertThat(closed.violations()).extracting(StreamViolation::eventIndex).containsExactly(1, 4, 5, 12);
        assertThat(closed.brokenRules()).containsExactly(StreamRule.G16);
    }

    @Test
    void onlyAFailedHostedItemLacksItsCompletion() {
        for (String kind : List.of("web_search_call", "file_search_call", "image_generation_call")) {
            List<ObjectNode> events = WireStreams.completed(kind);
            events.remove(WireStreams.indexOf(events, "response." + kind + ".completed"));
            assertThat(StreamInvariants.inspect(WireStreams.number(events), STRICT)
                            .brokenRules())
                    .containsExactly(StreamRule.G11);
            WireStreams.doneItem(events, 0).put("status", "failed");
            StreamInvariants.check(events);
        }
    }

    @Test
    void anAssertionErrorSaysEverything() {
        List<ObjectNode> events = WireStreams.completed(WireStreams.MESSAGE);
        events.get(5).put("delta", "x");
        events.get(1).put("sequence_number", 7);
        events.get(2).put("sequence_number", 8);
        assertThatThrownBy(() -> StreamInvariants.check(events))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        4 violation(s) in a stream of 10 event(s)
                          G2 at event 1: sequence_number is 7, expected 1
                          G2 at event 3: sequence_number is 3, expected 9
                          G7 at event 6: response.output_text.done.text is "ab", the deltas make "ax"
                          G7 at event 7: part.text is "ab", the deltas make "ax"
                        rules
                          G2: every event has sequence_number: 0, 1, 2 … without a gap
                          G7: what a done event, part or item says equals what was streamed before it
                        events
                          0 response.created
                          1 response.in_progress
                          2 response.output_item.added
                          3 response.content_part.added
                          4-5 response.output_text.delta
                          6 response.output_text.done
                          7 response.content_part.done
                          8 response.output_item.done
                          9 response.completed
                        """);
    }

    @Test
    void anEmptyStreamIsNoStream() {
        assertThat(StreamInvariants.inspect(List.of(), STRICT).brokenRules())
                .containsExactly(StreamRule.G1, StreamRule.G3);
        assertThat(StreamInvariants.inspectSse(new byte[0], STRICT.withDone(DoneMarker.REQUIRED))
                        .brokenRules())
                .containsExactly(StreamRule.G1, StreamRule.G3, StreamRule.S4);
    }

    @Test
    void theFoldOfAnUnfinishedStreamStandsAsFarAsItCame() {
        List<ObjectNode> events = WireStreams.completed(WireStreams.CALL, WireStreams.MESSAGE);
        List<ObjectNode> cut = events.subList(0, WireStreams.indexOf(events, "response.output_text.delta") + 1);
        JsonNode expected = WireStreams.json("""
                {'status':'cancelled','output':[
                  {'type':'function_call','status':'completed','arguments':'ab','call_id':'call_0','name':'f',
                   'id':'item_0'},
                  {'type':'message','role':'assistant','status':'in_progress','id':'item_1',
                   'content':[{'type':'output_text','text':'a','annotations':[],'logprobs':[]}]}]}""");
        StreamInvariants.check(cut, STRICT.tolerating(Tolerance.CUT_OFF));
        StreamInvariants.assertFoldEquals(cut, expected);
    }

    @Test
    void aFoldThatDiffersIsNamedByItsPlace() {
        List<ObjectNode> events = WireStreams.completed(WireStreams.MESSAGE);
        ObjectNode response = WireStreams.response(WireStreams.last(events)).deepCopy();
        ((ObjectNode) response.at("/output/0/content/0")).put("text", "other");
        assertThatThrownBy(() -> StreamInvariants.assertFoldEquals(events, response))
                .isInstanceOf(AssertionError.class)
                .hasMessage("the folded events and the response differ at response.output[0].content[0].text:"
                        + " expected \"ab\", found \"other\"");
        ObjectNode other = WireStreams.response(WireStreams.last(events)).deepCopy();
        other.put("model", "n");
        assertThatThrownBy(() -> StreamInvariants.assertFoldEquals(events, other))
                .hasMessageEndingWith("response.model: expected \"m\", found \"n\"");
        other.remove("model");
        assertThatThrownBy(() -> StreamInvariants.assertFoldEquals(events, other))
                .hasMessageEndingWith("response.model: expected \"m\", found absent");
    }

    private static void assertRefused(List<ObjectNode> events, String what) {
        StreamReport report = StreamInvariants.inspect(WireStreams.number(events), STRICT);
        assertThat(report.isValid()).as(what).isFalse();
    }

    private static List<ObjectNode> copy(List<ObjectNode> events) {
        List<ObjectNode> copy = new ArrayList<>();
        events.forEach(event -> copy.add(event.deepCopy()));
        return copy;
    }

    private static List<String> names(ObjectNode event) {
        List<String> names = new ArrayList<>();
        event.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static boolean mayStandAnywhere(ObjectNode event) {
        return event.path("type").asText().startsWith("acme:");
    }

    /** The number of these is free. */
    private static boolean isOneOfSeveral(ObjectNode event) {
        String type = event.path("type").asText();
        return type.endsWith(".searching") || type.endsWith(".partial_image");
    }

    /** Listings of several servers may interleave. */
    private static boolean isOfTwoLists(ObjectNode first, ObjectNode second) {
        return isOfList(first)
                && isOfList(second)
                && !first.path("output_index").equals(second.path("output_index"));
    }

    private static boolean isOfList(ObjectNode event) {
        return event.at("/item/type").asText().equals("mcp_list_tools")
                || event.path("type").asText().startsWith("response.mcp_list_tools");
    }

    private static boolean isCitationInText(ObjectNode first, ObjectNode second) {
        List<String> types =
                List.of(first.path("type").asText(), second.path("type").asText());
        return types.contains("response.output_text.annotation.added") && types.contains("response.output_text.delta");
    }
}
