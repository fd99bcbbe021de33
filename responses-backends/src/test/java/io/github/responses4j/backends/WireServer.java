package io.github.responses4j.backends;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.WireAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;

/** Serves wire answers on the loopback: the last one of those it is given, again and again. */
final class WireServer implements AutoCloseable {
    private final MockWebServer server = new MockWebServer();
    private final AtomicReference<List<WireAnswer>> answers = new AtomicReference<>(List.of());
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

    WireServer() {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                List<WireAnswer> left = answers.get();
                requests.add(request);
                WireAnswer next = left.get(0);
                if (left.size() > 1) {
                    answers.set(left.subList(1, left.size()));
                }
                return response(next);
            }
        });
        try {
            server.start(InetAddress.getLoopbackAddress(), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    WireServer answering(WireAnswer... next) {
        answers.set(List.of(next));
        requests.clear();
        return this;
    }

    String url() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort() + "/v1";
    }

    List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    JsonObject lastBody() {
        return JsonObject.parse(requests.get(requests.size() - 1).getBody().utf8());
    }

    /** A transport that waits for no second attempt, and not long for an upstream that is silent. */
    static HttpTransport impatient() {
        return HttpTransport.builder()
                .idleTimeout(Duration.ofSeconds(1))
                .firstByteTimeout(Duration.ofSeconds(1))
                .answerTimeout(Duration.ofSeconds(10))
                .sleeper((time, cancellation) -> {})
                .retries(new RetryPolicy(() -> 0, Clock.systemUTC()))
                .build();
    }

    @Override
    public void close() {
        server.close();
    }

    private static MockResponse response(WireAnswer answer) {
        MockResponse.Builder response = new MockResponse.Builder().code(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setHeader("Transfer-Encoding", "chunked");
        if (answer.end() == WireAnswer.End.CUT) {
            response.onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE);
        }
        return response.body(new Chunks(answer)).build();
    }

    /** Sends each piece in one write, each event in it as a chunk of its own. */
    private record Chunks(WireAnswer answer) implements MockResponseBody {
        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            int piece = 0;
            for (byte[] bytes : answer.pieces()) {
                answer.beforePiece().accept(piece++);
                for (String event : events(bytes)) {
                    byte[] chunk = event.getBytes(StandardCharsets.ISO_8859_1);
                    sink.writeHexadecimalUnsignedLong(chunk.length)
                            .writeUtf8("\r\n")
                            .write(chunk)
                            .writeUtf8("\r\n");
                }
                sink.flush();
            }
            answer.beforePiece().accept(piece);
            if (answer.end() == WireAnswer.End.WHOLE) {
                // The server adds the empty line that ends the trailers.
                sink.writeUtf8("0\r\n");
            }
            sink.flush();
        }

        private static List<String> events(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            List<String> events = new ArrayList<>();
            int start = 0;
            for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", start)) {
                events.add(text.substring(start, end + 2));
                start = end + 2;
            }
            if (start < text.length()) {
                events.add(text.substring(start));
            }
            return events;
        }
    }
}
