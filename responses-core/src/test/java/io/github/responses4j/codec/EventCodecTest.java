package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.ExtensionEvent;
import io.github.responses4j.event.FunctionCallArgumentsDelta;
import io.github.responses4j.event.ItemProgress;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.Place;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.event.ShellProgress;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.Wire;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
    private static final EventWriter WRITER = new EventWriter(Profile.DEFAULT);

    static List<String> events() {
        return Wire.lines("events.jsonl");
    }

    private static String written(ResponseEvent event) {
        WireBuffer out = new WireBuffer();
        WRITER.json(event, out);
        return new String(out.toByteArray(), UTF_8);
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsReadAndWrittenAsItCame(String line) {
        JsonObject json = JsonObject.parse(line);
        ResponseEvent event = EventReader.read(json);
        assertThat(written(event)).isEqualTo(line);
        assertThat(event.json()).isEqualTo(json);
        assertThat(event.type()).isEqualTo(json.string("type"));
        assertThat(event.sequenceNumber()).isEqualTo(json.integer("sequence_number"));
        String strange = Wire.withStrangers(line);
        ResponseEvent other = EventReader.read(JsonObject.parse(strange));
        assertThat(other.json()).isEqualTo(JsonObject.parse(strange));
        assertThat(JsonObject.parse(written(other))).isEqualTo(JsonObject.parse(strange));
        assertThat(other).hasSameClassAs(event);
    }

    @Test
    void theSamplesHaveEveryKindAndEachIsKnown() {
        Set<String> seen = new HashSet<>();
        for (String line : events()) {
            ResponseEvent event = EventReader.read(JsonObject.parse(line));
            if (!(event instanceof ExtensionEvent)) {
                seen.add(event.type());
            }
        }
        assertThat(seen).isEqualTo(EventReader.types());
        assertThat(EventReader.types())
                .hasSize(54)
                .containsAll(ItemProgress.TYPES)
                .containsAll(ShellProgress.TYPES);
    }

    @Test
    void anEventWithoutTypeIsRefused() {
        assertThatThrownBy(() -> EventReader.read(JsonObject.EMPTY)).isInstanceOf(JsonShapeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"output_index\":0,\"content_index\":0,\"item_id\":\"i\"",
                "\"delta\":7,\"output_index\":0,\"content_index\":0,\"item_id\":\"i\"",
                "\"delta\":\"d\",\"output_index\":0,\"item_id\":\"i\"",
                "\"delta\":\"d\",\"output_index\":0,\"content_index\":null,\"item_id\":\"i\"",
                "\"delta\":\"d\",\"output_index\":0,\"content_index\":2147483648,\"item_id\":\"i\"",
                "\"delta\":\"d\",\"output_index\":-1,\"content_index\":0,\"item_id\":\"i\"",
                "\"delta\":\"d\",\"output_index\":1.0,\"content_index\":0,\"item_id\":\"i\"",
                "\"delta\":\"d\",\"output_index\":0,\"content_index\":0,\"item_id\":null"
            })
    void aDeltaThatLacksAPlaceIsKeptWhole(String members) {
        String text = "{\"type\":\"response.output_text.delta\",\"sequence_number\":3," + members + "}";
        ResponseEvent event = EventReader.read(JsonObject.parse(text));
        assertThat(event).isInstanceOf(ExtensionEvent.class);
        assertThat(written(event)).isEqualTo(text);
    }

    @ParameterizedTest(name = "[{index}]")
    @ValueSource(
            strings = {
                "",
                "plain",
                "\r\n",
                "\n\nevent: x\ndata: y\n\n",
                "data: [DONE]",
                "\u2028\u2029\u0085",
                "\"\\/",
                "\u0000\u0001\u001f\u007f",
                "\uD83D\uDE00",
                "\uD83D",
                "\uDE00",
                "a\uDE00\uD83Db é",
                "é",
                "\uFFFE\uFFFF\uFEFF",
                "\"}\n\ndata: {\"type\":\"response.completed\"}"
            })
    void nastyTextLeavesInOneFrame(String text) {
        check(text);
    }

    @Test
    void anyTextLeavesInOneFrame() {
        Random random = new Random(20261121);
        String[] pieces = {
            "a",
            " ",
            "\r",
            "\n",
            "\t",
            "\"",
            "\\",
            "\u0000",
            "\u2028",
            "é",
            "€",
            "\uD83D\uDE00",
            "\uD83D",
            "\uDE00",
            "data: ",
            "\n\nevent: x",
            "</script>",
            "\u007f",
            "\uFEFF",
            "0123456789".repeat(40)
        };
        for (int i = 0; i < 4000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(
                        random.nextBoolean() ? pieces[random.nextInt(pieces.length)] : (char) random.nextInt(0x10000));
            }
            check(text.toString());
        }
    }

    private static void check(String text) {
        JsonObject logprobs = JsonObject.parse("{\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.10}]}");
        List<DeltaEvent> deltas = List.of(
                new OutputTextDelta(12, new Place("msg_1", 3, 0), text, OutputTextDelta.NO_LOGPROBS),
                new OutputTextDelta(9, new Place(text, 10, 2), text, logprobs),
                new FunctionCallArgumentsDelta(1234567890123L, Place.item("fc_1", 0), text, JsonObject.EMPTY));
        for (DeltaEvent delta : deltas) {
            String json = written(delta);
            assertThat(JsonObject.parse(json)).isEqualTo(delta.json());
            assertThat(EventReader.read(JsonObject.parse(json))).isEqualTo(delta);
            WireBuffer out = new WireBuffer();
            WRITER.frame(delta, out);
            String frame = new String(out.toByteArray(), UTF_8);
            assertThat(frame).isEqualTo("event: " + delta.type() + "\ndata: " + json + "\n\n");
            assertThat(json).doesNotContain("\n", "\r");
        }
    }

    @Test
    void profilesChangeTheFrame() {
        ResponseEvent thought = EventReader.read(JsonObject.parse(
                "{\"type\":\"response.reasoning_text.delta\",\"sequence_number\":1,\"item_id\":\"rs_1\",\"output_index\":0,"
                        + "\"content_index\":0,\"delta\":\"hm\"}"));
        ResponseEvent thoughtDone = EventReader.read(JsonObject.parse(
                "{\"type\":\"response.reasoning_text.done\",\"sequence_number\":2,\"item_id\":\"rs_1\",\"output_index\":0,"
                        + "\"content_index\":0,\"text\":\"hm\"}"));
        assertThat(frames(Profile.OPEN_RESPONSES, thought, thoughtDone))
                .isEqualTo(
                        "event: response.reasoning.delta\ndata: {\"type\":\"response.reasoning.delta\","
                                + "\"sequence_number\":1,\"item_id\":\"rs_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"hm\"}\n\n"
                                + "event: response.reasoning.done\ndata: {\"type\":\"response.reasoning.done\",\"sequence_number\":2,"
                                + "\"item_id\":\"rs_1\",\"output_index\":0,\"content_index\":0,\"text\":\"hm\"}\n\ndata: [DONE]\n\n");
        assertThat(frames(Profile.OPENAI, thoughtDone))
                .doesNotContain("[DONE]")
                .startsWith("event: response.reasoning_text.done\n");
        assertThat(frames(Profile.DEFAULT, thoughtDone))
                .endsWith("data: [DONE]\n\n")
                .contains("response.reasoning_text.done");
        Profile bare =
                Profile.DEFAULT.toBuilder().name("bare").eventLines(false).build();
        assertThat(frames(bare, thoughtDone)).startsWith("data: {").doesNotContain("event: ");
        assertThat(Profile.named("open-responses")).isEqualTo(Profile.OPEN_RESPONSES);
        assertThatThrownBy(() -> Profile.named("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("default, openai, open-responses, aleph-alpha, elixir, gateway, bud");
    }

    private static String frames(Profile profile, ResponseEvent... events) {
        EventWriter writer = new EventWriter(profile);
        WireBuffer out = new WireBuffer();
        for (ResponseEvent event : events) {
            writer.frame(event, out);
        }
        writer.end(out);
        return new String(out.toByteArray(), UTF_8);
    }

    @Test
    void aBufferGrowsAndIsUsedAgain() throws java.io.IOException {
        WireBuffer out = new WireBuffer();
        assertThat(out.isEmpty()).isTrue();
        String big = "é\uD83D".repeat(100_000);
        out.string(big).number(-5).number(7).number(1234).ascii("x");
        assertThat(Json.read(new String(out.toByteArray(), UTF_8).substring(0, out.size() - 8))
                        .textValue())
                .isEqualTo(big);
        assertThat(new String(out.toByteArray(), UTF_8)).endsWith("\"-571234x");
        assertThat(out.view().remaining()).isEqualTo(out.size());
        var copy = new java.io.ByteArrayOutputStream();
        out.writeTo(copy);
        assertThat(copy.toByteArray()).isEqualTo(out.toByteArray());
        out.clear();
        assertThat(out.isEmpty()).isTrue();
        assertThat(new String(out.string("again").toByteArray(), UTF_8)).isEqualTo("\"again\"");
    }
}
