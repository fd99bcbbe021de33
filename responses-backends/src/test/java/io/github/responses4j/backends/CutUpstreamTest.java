package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.tool.HostedTool;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upstream that dies at every byte of its answer: one end each time, never {@code completed}, no tool run on what was cut. */
class CutUpstreamTest {
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    /** How the connection ends. */
    enum End {
        FIN,
        RST
    }

    /** What is being said when it ends. */
    @SuppressWarnings("ImmutableEnumChecker") // the bytes are only ever copied
    enum Transcript {
        TEXT(
                "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße \"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"aus Köln\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}"),
        CALL(
                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"think\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\"\"}}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":\\\"Oslo\\\"}\"}}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}");

        private final byte[] bytes;
        /** Everything up to here must have arrived for the answer to be whole. */
        private final int wholeFrom;

        Transcript(String... chunks) {
            StringBuilder answer = new StringBuilder(HEAD);
            for (String chunk : chunks) {
                answer.append(chunked("data: " + chunk + "\n\n"));
            }
            String done = answer + Integer.toHexString(14) + "\r\ndata: [DONE]\n";
            wholeFrom = done.getBytes(StandardCharsets.UTF_8).length;
            bytes = (done + "\n\r\n0\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        }

        private static String chunked(String text) {
            int length = text.getBytes(StandardCharsets.UTF_8).length;
            return Integer.toHexString(length) + "\r\n" + text + "\r\n";
        }
    }

    private final AtomicInteger toolCalls = new AtomicInteger();
    private ServerSocket server;
    private Thread acceptor;
    private volatile byte[] answer = new byte[0];
    private volatile End end = End.FIN;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = new Thread(this::serve, "cut-upstream");
        acceptor.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        acceptor.join();
    }

    @ParameterizedTest
    @EnumSource(Transcript.class)
    void oneEndAtEveryByteWhenTheConnectionIsClosed(Transcript transcript) {
        cutEverywhere(transcript, End.FIN);
    }

    @ParameterizedTest
    @EnumSource(Transcript.class)
    void oneEndAtEveryByteWhenTheConnectionIsReset(Transcript transcript) {
        cutEverywhere(transcript, End.RST);
    }

    private void cutEverywhere(Transcript transcript, End how) {
        end = how;
        HostedTool weather = HostedTool.of("weather", "Tells the weather.", JsonObject.EMPTY, arguments -> {
            toolCalls.incrementAndGet();
            return "4 °C";
        });
        String base = "http://127.0.0.1:" + server.getLocalPort() + "/v1";
        try (ChatBackend backend = ChatBackend.builder(base).build();
                ResponsesEngine engine =
                        ResponsesEngine.builder().backend(backend).tool(weather).build()) {
            for (int cut = HEAD.length(); cut < transcript.wholeFrom; cut++) {
                answer = Arrays.copyOf(transcript.bytes, cut);
                List<ResponseEvent> events = new ArrayList<>();
                Response response = engine.stream(
                        Tenant.SINGLE,
                        ResponseRequest.builder("m", "hi")
                                .tool(weather.definition())
                                .build(),
                        events::add);
                assertThat(response.status()).as("cut at byte %d", cut).isEqualTo(ResponseStatus.FAILED);
                StreamInvariants.check(
                        events.stream().map(event -> event.json().toNode()).toList());
                assertThat(engine.retrieve(Tenant.SINGLE, response.id())).isEqualTo(response);
            }
            assertThat(toolCalls).hasValue(0);
        }
    }

    private void serve() {
        try {
            while (true) {
                try (Socket socket = server.accept()) {
                    readRequest(socket.getInputStream());
                    socket.getOutputStream().write(answer);
                    socket.getOutputStream().flush();
                    if (end == End.RST) {
                        socket.setSoLinger(true, 0);
                    }
                }
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void readRequest(InputStream raw) throws IOException {
        InputStream in = new BufferedInputStream(raw);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ") + "content-length: ".length();
        in.readNBytes(Integer.parseInt(lower.substring(at, lower.indexOf('\r', at))));
    }
}
