package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** How events are spread over writes: counted where Jetty hands them to the socket, in a Jetty that is not ours. */
class WritesTest {
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";
    private static final int CREATED_AND_IN_PROGRESS = 2;

    @Test
    void whatIsAtHandTogetherLeavesInOneWrite() throws Exception {
        Backend backend = (request, sink, cancellation) -> {
            sink.flush();
            sink.accept(new TextDelta("a"));
            sink.accept(new TextDelta("b"));
            sink.accept(new TextDelta("c"));
            sink.flush();
            sink.flush();
            sink.accept(new TextDelta("d"));
            sink.flush();
            sink.accept(new TextDelta("e"));
            sink.accept(new Stopped(StopReason.DONE));
        };
        List<String> writes = writes(backend);

        // Item and part added, then three pieces, with what was held back; one piece; what is known before the response
        // is
        // stored, and what only afterwards. Then the last chunk's mark.
        assertThat(writes).extracting(WritesTest::frames).containsExactly(CREATED_AND_IN_PROGRESS + 2 + 3, 1, 4, 2, 0);
        assertThat(writes.get(0)).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(writes.get(3)).contains("event: response.completed\n").endsWith("data: [DONE]\n\n");
        assertThat(writes.get(4)).isEqualTo("\r\n0\r\n\r\n");
    }

    @Test
    void aFrameIsNeverSplitHoweverLong() throws Exception {
        String piece = "x".repeat(300_000);
        Backend backend = (request, sink, cancellation) -> {
            for (int i = 0; i < 5; i++) {
                sink.accept(new TextDelta(piece));
            }
            sink.accept(new Stopped(StopReason.DONE));
        };
        List<String> writes = writes(backend);

        // Five deltas, each beyond what is gathered; five frames at the end, each of which carries the whole text or
        // little.
        assertThat(writes.size()).isGreaterThan(5);
        for (String write : writes.subList(0, writes.size() - 1)) {
            assertThat(write).endsWith("\n\n");
        }
    }

    private static int frames(String write) {
        return write.split("\n\n", -1).length - 1;
    }

    private static List<String> writes(Backend backend) throws Exception {
        List<String> writes = new CopyOnWriteArrayList<>();
        Server jetty = new Server();
        ServerConnector connector = new RecordingConnector(jetty, writes);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        try (ResponsesEngine engine = TestServer.engine(backend).build()) {
            jetty.setHandler(ResponsesHandler.builder(engine).build());
            jetty.start();
            Answer answer = Wire.ask(connector.getLocalPort(), "POST", "/v1/responses", STREAM);
            assertThat(answer.text()).endsWith("data: [DONE]\n\n");
        } finally {
            jetty.stop();
        }
        return writes;
    }

    private static final class RecordingConnector extends ServerConnector {
        private final List<String> writes;

        RecordingConnector(Server server, List<String> writes) {
            super(server);
            this.writes = writes;
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            SocketChannelEndPoint endPoint = new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
                @Override
                public void write(Callback callback, ByteBuffer... buffers) {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    Arrays.stream(buffers).forEach(buffer -> {
                        byte[] bytes = new byte[buffer.remaining()];
                        buffer.duplicate().get(bytes);
                        all.writeBytes(bytes);
                    });
                    writes.add(all.toString(StandardCharsets.UTF_8));
                    super.write(callback, buffers);
                }
            };
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
        }
    }
}
