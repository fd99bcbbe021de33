package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.testkit.SseFrame.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SseReaderTest {

    @Test
    void aFrameKeepsLinesAndExactText() {
        List<SseFrame> frames = frames(": hello\nevent: a.b\ndata: {\"x\":1}\n\n");
        assertThat(frames)
                .containsExactly(new SseFrame(
                        0,
                        ": hello\nevent: a.b\ndata: {\"x\":1}\n\n",
                        List.of(new Line("", "hello"), new Line("event", "a.b"), new Line("data", "{\"x\":1}")),
                        true,
                        true));
        SseFrame frame = frames.get(0);
        assertThat(frame.event()).isEqualTo("a.b");
        assertThat(frame.data()).isEqualTo("{\"x\":1}");
        assertThat(frame.comments()).containsExactly("hello");
        assertThat(frame.isDone()).isFalse();
    }

    @Test
    void onlyOneSpaceAfterTheColonIsDropped() {
        assertThat(frames("data:a\ndata: b\ndata:  c\ndata\nd:e:f\n\n").get(0).lines())
                .containsExactly(
                        new Line("data", "a"),
                        new Line("data", "b"),
                        new Line("data", " c"),
                        new Line("data", ""),
                        new Line("d", "e:f"));
        assertThat(frames("data:a\ndata: b\n\n").get(0).data()).isEqualTo("a\nb");
    }

    @Test
    void framesWithoutDataOrEventSaySo() {
        SseFrame frame = frames(": x\n\n").get(0);
        assertThat(frame.data()).isNull();
        assertThat(frame.event()).isNull();
        assertThat(frames("data: [DONE]\n\n").get(0).isDone()).isTrue();
    }

    @Test
    void allLineEndsAreRead() {
        for (String end : List.of("\n", "\r\n", "\r")) {
            List<SseFrame> frames = frames("data: a" + end + end + "data: b" + end + end);
            assertThat(frames).extracting(SseFrame::data).containsExactly("a", "b");
            assertThat(frames).extracting(SseFrame::complete).containsOnly(true);
            assertThat(frames.get(1).raw()).isEqualTo("data: b" + end + end);
            assertThat(frames.get(1).offset()).isEqualTo(frames.get(0).raw().length());
        }
    }

    @Test
    void emptyFramesAreHandedOut() {
        assertThat(frames("\n\ndata: a\n\n\n"))
                .extracting(SseFrame::raw)
                .containsExactly("\n", "\n", "data: a\n\n", "\n");
    }

    @Test
    void anUnfinishedFrameIsHandedOutAsSuch() {
        List<SseFrame> frames = frames("data: a\n\ndata: b\ndata: c");
        assertThat(frames).extracting(SseFrame::complete).containsExactly(true, false);
        assertThat(frames.get(1).data()).isEqualTo("b\nc");
    }

    @Test
    void nothingIsNoFrame() {
        assertThat(frames("")).isEmpty();
    }

    @Test
    void aByteOrderMarkBelongsToNoLine() {
        SseFrame frame = frames("\uFEFFdata: a\n\n").get(0);
        assertThat(frame.data()).isEqualTo("a");
        assertThat(frame.raw()).startsWith("\uFEFF");
    }

    @Test
    void badBytesAreMarked() {
        byte[] bytes = "data: caf\u00e9\n\ndata: ok\n\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(SseReader.frames(bytes)).extracting(SseFrame::utf8).containsExactly(false, true);
        assertThat(SseReader.frames(bytes).get(0).data()).isEqualTo("caf\uFFFD");
    }

    @Test
    void theRawTextsJoinedAreTheWholeText() {
        String text = WireStreams.sseText(WireStreams.golden()) + ": \u00e9\u4e2d\ud83d\ude00\n\nid: 1\r\n";
        assertThat(frames(text).stream().map(SseFrame::raw).collect(Collectors.joining()))
                .isEqualTo(text);
    }

    @Test
    void eventsComeWithoutTheEndMarkerAndComments() {
        byte[] bytes = (": keepalive\n\n" + WireStreams.sseText(WireStreams.golden()) + "data: {\"cut\":1}\n")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(SseReader.events(bytes)).isEqualTo(WireStreams.golden());
    }

    @Test
    void dataThatIsNoObjectIsRefused() {
        byte[] bytes = "data: {}\n\ndata: [1]\n\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> SseReader.events(bytes))
                .isInstanceOf(AssertionError.class)
                .hasMessage("the frame at byte 10 is not one JSON object: [1]");
    }

    @Test
    void aFrameIsHandedOutAsSoonAsItsLastByteIsThere() throws IOException {
        try (PipedOutputStream out = new PipedOutputStream();
                PipedInputStream in = new PipedInputStream(out)) {
            SseReader reader = new SseReader(in);
            out.write("data: a\n\ndata: b".getBytes(StandardCharsets.UTF_8));
            assertThat(reader.next().data()).isEqualTo("a");
            out.write("\n\n".getBytes(StandardCharsets.UTF_8));
            assertThat(reader.next().data()).isEqualTo("b");
        }
    }

    @Test
    void theSizeOfReadsDoesNotMatter() throws IOException {
        byte[] bytes = "data: \u4e2d\r\n\r\n: x\n\ndata: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);
        InputStream single = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1));
            }
        };
        assertThat(new SseReader(single).remaining()).isEqualTo(SseReader.frames(bytes));
    }

    private static List<SseFrame> frames(String text) {
        return SseReader.frames(text.getBytes(StandardCharsets.UTF_8));
    }
}
