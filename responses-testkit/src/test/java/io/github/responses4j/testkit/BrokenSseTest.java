package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.testkit.StreamOptions.DoneMarker;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For every byte rule: a valid stream with one thing wrong, which exactly that rule refuses. */
class BrokenSseTest {

    private static final StreamOptions STRICT = StreamOptions.strict().withDone(DoneMarker.REQUIRED);
    private static final String GOOD = WireStreams.sseText(WireStreams.completed(WireStreams.MESSAGE));
    private static final String DONE = "data: [DONE]\n\n";

    /** One broken body, in ISO-8859-1, so that any byte can be written down. */
    record Broken(StreamRule rule, String what, StreamOptions options, String body) {
        static Broken of(StreamRule rule, String what, UnaryOperator<String> change) {
            return new Broken(rule, what, STRICT, change.apply(GOOD));
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return rule + " " + what;
        }
    }

    static Stream<Broken> brokenBodies() {
        return Stream.of(
                Broken.of(StreamRule.S1, "event line missing", body -> body.replaceFirst("event: [a-z_.]+\n", "")),
                Broken.of(
                        StreamRule.S1,
                        "event line wrong",
                        body -> body.replaceFirst("event: [a-z_.]+", "event: error")),
                Broken.of(StreamRule.S1, "event line empty", body -> body.replaceFirst("event: [a-z_.]+", "event:")),
                Broken.of(StreamRule.S2, "\\r\\n", body -> body.replace("\n", "\r\n")),
                Broken.of(StreamRule.S2, "\\r", body -> body.replace("\n", "\r")),
                Broken.of(StreamRule.S2, "one \\r\\n", body -> body.replaceFirst("\n", "\r\n")),
                Broken.of(StreamRule.S2, "two data lines", body -> body.replaceFirst("data: \\{", "data: {\ndata: ")),
                Broken.of(StreamRule.S2, "no data line", body -> "event: response.x\n\n" + body),
                Broken.of(StreamRule.S2, "two event lines", body -> "event: other\n" + body),
                Broken.of(StreamRule.S2, "empty frame", body -> body.replaceFirst("\n\n", "\n\n\n")),
                Broken.of(StreamRule.S3, "id", body -> body.replaceFirst("data:", "id: 1\ndata:")),
                Broken.of(StreamRule.S3, "retry", body -> "retry: 3000\n\n" + body),
                Broken.of(StreamRule.S3, "unknown line", body -> body.replaceFirst("data:", "date: today\ndata:")),
                Broken.of(StreamRule.S4, "missing", body -> body.replace(DONE, "")),
                Broken.of(StreamRule.S4, "twice", body -> body + DONE),
                Broken.of(StreamRule.S4, "before the end", body -> DONE + body.replace(DONE, "")),
                Broken.of(StreamRule.S4, "comment after it", body -> body + ": keepalive\n\n"),
                Broken.of(StreamRule.S4, "with an event line", body -> body.replace(DONE, "event: done\n" + DONE)),
                new Broken(StreamRule.S4, "not wanted", STRICT.withDone(DoneMarker.FORBIDDEN), GOOD),
                Broken.of(
                        StreamRule.S5,
                        "lone byte in a text",
                        body -> body.replaceFirst("resp_1", "resp_\u00e9").replace("resp_1", "resp_\u00e9")),
                Broken.of(StreamRule.S5, "lone byte in a comment", body -> ": caf\u00e9\n\n" + body),
                Broken.of(StreamRule.S5, "byte order mark", body -> "\u00ef\u00bb\u00bf" + body),
                Broken.of(StreamRule.S6, "last line end missing", body -> body.substring(0, body.length() - 1)),
                Broken.of(StreamRule.S6, "cut in the end marker's line end", body -> body.stripTrailing()),
                Broken.of(
                        StreamRule.S6,
                        "a comment cut at the start",
                        body -> body.replace(DONE, "") + DONE.stripTrailing()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void onlyTheRuleRefusesIt(Broken broken) {
        StreamReport report = StreamInvariants.inspectSse(broken.bytes(), broken.options);
        assertThat(report.brokenRules()).as(report.describe()).isEqualTo(EnumSet.of(broken.rule));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void itPassesOnceTheRuleIsIgnored(Broken broken) {
        StreamReport report = StreamInvariants.inspectSse(broken.bytes(), broken.options.ignoring(broken.rule));
        assertThat(report.violations()).isEmpty();
    }

    @Test
    void everyByteRuleHasABrokenBody() {
        Set<StreamRule> tried = EnumSet.noneOf(StreamRule.class);
        brokenBodies().forEach(broken -> tried.add(broken.rule));
        assertThat(tried).isEqualTo(EnumSet.range(StreamRule.S1, StreamRule.S6));
    }

    @ParameterizedTest
    @ValueSource(strings = {": keepalive\n\n", ":\n\n", ": caf\u00e9\n\n", ": one\n: two\n\n", ": above the frame\n"})
    void commentsMayStandBeforeAnyFrame(String comment) {
        String body = comment + GOOD.replace("event: ", comment + "event: ");
        StreamReport report = StreamInvariants.checkSse(body.getBytes(StandardCharsets.UTF_8), STRICT);
        assertThat(report.types()).hasSize(10);
    }

    @Test
    void aSpaceAfterTheColonIsNotAsked() {
        String body = GOOD.replace("event: ", "event:").replace("data: ", "data:");
        StreamInvariants.checkSse(body.getBytes(StandardCharsets.UTF_8), STRICT);
    }

    @Test
    void dataThatIsNotJsonIsABrokenEvent() {
        String body = GOOD.replaceFirst("data: \\{", "data: {,");
        StreamReport report = StreamInvariants.inspectSse(body.getBytes(StandardCharsets.UTF_8), STRICT);
        assertThat(report.brokenRules()).containsExactly(StreamRule.G1, StreamRule.G13);
        assertThat(report.types()).startsWith("(none)", "response.in_progress");
    }

    @Test
    void twoJsonValuesInOneFrameAreABrokenEvent() {
        String body = GOOD.replaceFirst("\n\n", "{}\n\n");
        StreamReport report = StreamInvariants.inspectSse(body.getBytes(StandardCharsets.UTF_8), STRICT);
        assertThat(report.brokenRules()).containsExactly(StreamRule.G1, StreamRule.G13);
    }

    @Test
    void aCutInsideTheJsonIsOneCutAndNoEvent() {
        String body = GOOD.substring(0, GOOD.indexOf("response.completed") + 60);
        StreamReport report = StreamInvariants.inspectSse(body.getBytes(StandardCharsets.UTF_8), STRICT);
        assertThat(report.brokenRules()).containsExactly(StreamRule.G3, StreamRule.S4, StreamRule.S6);
        assertThat(report.types()).hasSize(9);
    }

    @Test
    void theForeignOptionsTakeLegalSseOfAnyShape() {
        String body = GOOD.replaceAll("event: .*\n", "")
                .replace(DONE, "")
                .replaceFirst("data: \\{", "data: {\ndata: ")
                .replace("data: {", "id: 7\nretry: 5\ndata: {")
                .replace("\n", "\r\n");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StreamInvariants.checkSse(bytes, StreamOptions.foreign());
        assertThat(StreamInvariants.inspectSse(bytes, StreamOptions.strict()).brokenRules())
                .containsExactly(StreamRule.S1, StreamRule.S2, StreamRule.S3);
    }

    @Test
    void aWrongEventLineIsWrongForForeignStreamsToo() {
        byte[] bytes = GOOD.replaceFirst("event: [a-z_.]+", "event: x").getBytes(StandardCharsets.UTF_8);
        StreamReport report =
                StreamInvariants.inspectSse(bytes, StreamOptions.strict().tolerating(Tolerance.MISSING_EVENT_LINE));
        assertThat(report.brokenRules()).containsExactly(StreamRule.S1);
    }
}
