package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.testkit.BackendRecorder;
import io.github.responses4j.testkit.WireAnswer;
import io.github.responses4j.tool.Cancellation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpTransportTest {
    private static final String DELTA = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\","
            + "\"created\":1760000000,\"model\":\"m1\",\"system_fingerprint\":\"fp\",\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"lorem\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
    private static final String END =
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    @Test
    void flushesOverTlsOncePerRead() throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        HandshakeCertificates serverSide =
                new HandshakeCertificates.Builder().heldCertificate(certificate).build();
        HandshakeCertificates clientSide = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        try (MockWebServer server = new MockWebServer();
                HttpTransport transport = HttpTransport.builder()
                        .customize(client -> client.sslSocketFactory(
                                        clientSide.sslSocketFactory(), clientSide.trustManager())
                                .protocols(List.of(Protocol.HTTP_1_1)))
                        .build()) {
            server.useHttps(serverSide.sslSocketFactory());
            assertFlushes(server, transport, "https");
        }
    }

    @Test
    void flushesOverHttp2() throws Exception {
        try (MockWebServer server = new MockWebServer();
                HttpTransport transport = HttpTransport.builder()
                        .customize(client -> client.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)))
                        .build()) {
            server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
            assertFlushes(server, transport, "http");
        }
    }

    // The second piece is sent only after the first has been flushed.
    private static void assertFlushes(MockWebServer server, HttpTransport transport, String scheme) throws Exception {
        CountDownLatch flushed = new CountDownLatch(1);
        BackendRecorder recorder = new BackendRecorder();
        ModelEventSink sink = new ModelEventSink() {
            @Override
            public void accept(ModelEvent event) {
                recorder.accept(event);
            }

            @Override
            public void flush() {
                recorder.flush();
                flushed.countDown();
            }
        };
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body(new MockResponseBody() {
                    @Override
                    public long getContentLength() {
                        return 2L * DELTA.length() + END.length();
                    }

                    @Override
                    public void writeTo(BufferedSink out) throws IOException {
                        out.writeUtf8(DELTA).writeUtf8(DELTA).flush();
                        try {
                            assertThat(flushed.await(20, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        out.writeUtf8(END).flush();
                    }
                })
                .build());
        server.start(InetAddress.getLoopbackAddress(), 0);
        ChatBackend backend = ChatBackend.builder(scheme + "://localhost:" + server.getPort())
                .transport(transport)
                .build();
        backend.sample(Requests.hello(), sink, new Cancellation());

        assertThat(recorder.log()).containsExactly("text \"lorem\"", "text \"lorem\"", "flush", "stopped DONE");
    }

    @Test
    void aSlowSinkIsNoSilentUpstream() {
        Semaphore never = new Semaphore(0);
        try (WireServer server = new WireServer();
                HttpTransport transport = HttpTransport.builder()
                        .firstByteTimeout(Duration.ofSeconds(1))
                        .idleTimeout(Duration.ofSeconds(1))
                        .build()) {
            CountDownLatch flushing = new CountDownLatch(1);
            server.answering(WireAnswer.stream("")
                    .withPieces(List.of(DELTA.getBytes(StandardCharsets.UTF_8), END.getBytes(StandardCharsets.UTF_8)))
                    .waiting(piece -> {
                        if (piece == 1) {
                            acquired(flushing);
                        }
                    }));
            BackendRecorder recorder = new BackendRecorder();
            ModelEventSink slow = new ModelEventSink() {
                @Override
                public void accept(ModelEvent event) {
                    recorder.accept(event);
                }

                @Override
                public void flush() {
                    try {
                        // Longer than the upstream may be silent.
                        assertThat(never.tryAcquire(1_500, TimeUnit.MILLISECONDS))
                                .isFalse();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    flushing.countDown();
                }
            };
            ChatBackend.builder(server.url())
                    .transport(transport)
                    .build()
                    .sample(Requests.hello(), slow, new Cancellation());
            assertThat(recorder.events()).containsExactly("text \"lorem\"", "stopped DONE");
        }
    }

    private static void acquired(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFloodOfCommentsIsNoAnswer() throws IOException {
        try (MockWebServer server = new MockWebServer();
                HttpTransport transport = HttpTransport.builder()
                        .firstByteTimeout(Duration.ofMillis(50))
                        .maxAnswerBytes(Long.MAX_VALUE)
                        .build()) {
            server.enqueue(new MockResponse.Builder()
                    .setHeader("Content-Type", "text/event-stream")
                    .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
                    .body(new MockResponseBody() {
                        @Override
                        public long getContentLength() {
                            return -1;
                        }

                        @Override
                        public void writeTo(BufferedSink out) throws IOException {
                            // Ends when the reader closes the connection.
                            while (true) {
                                out.writeUtf8(": still here\n\n").flush();
                            }
                        }
                    })
                    .build());
            server.start(InetAddress.getLoopbackAddress(), 0);
            ChatBackend backend = ChatBackend.builder("http://localhost:" + server.getPort())
                    .transport(transport)
                    .build();
            assertThat(Requests.failure(backend).kind()).isEqualTo(BackendException.Kind.TIMED_OUT);
        }
    }

    @Test
    void usesAConnectionAgainAndLetsItGo() {
        try (WireServer server = new WireServer();
                ChatBackend backend = ChatBackend.builder(server.url()).build()) {
            server.answering(WireAnswer.stream(DELTA + END));
            for (int i = 0; i < 5; i++) {
                Requests.sample(backend, Requests.hello());
            }
            assertThat(server.requests())
                    .extracting(request -> request.getConnectionIndex())
                    .containsOnly(0);
            backend.close();
            backend.close();
            Requests.sample(backend, Requests.hello());
            assertThat(server.requests().get(5).getConnectionIndex()).isEqualTo(1);
        }
    }

    @Test
    void refusesAnAnswerWithoutEnd() {
        try (WireServer server = new WireServer();
                HttpTransport transport =
                        HttpTransport.builder().maxAnswerBytes(10_000).build()) {
            ChatBackend backend =
                    ChatBackend.builder(server.url()).transport(transport).build();
            server.answering(WireAnswer.stream(DELTA.repeat(100) + END));
            assertThat(Requests.failure(backend).text()).isEqualTo("The model backend's answer broke off");
            server.answering(WireAnswer.json(200, "\"" + "x".repeat(20_000) + "\""));
            assertThat(Requests.failure(backend).text()).isEqualTo("The model backend's answer broke off");
        }
    }

    @Test
    void aDeltaCostsLittleMemory() {
        int deltas = 2_000;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (WireServer server = new WireServer();
                ChatBackend backend = ChatBackend.builder(server.url()).build()) {
            server.answering(WireAnswer.stream(DELTA.repeat(deltas) + END));
            int[] heard = new int[1];
            ModelEventSink counting = event -> heard[0]++;
            backend.sample(Requests.hello(), counting, new Cancellation());
            long before = threads.getCurrentThreadAllocatedBytes();
            backend.sample(Requests.hello(), counting, new Cancellation());
            long each = (threads.getCurrentThreadAllocatedBytes() - before) / deltas;

            assertThat(heard[0]).isEqualTo(2 * (deltas + 1));
            assertThat(each).isLessThan(2_000);
        }
    }
}
