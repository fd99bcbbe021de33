package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.testkit.BackendRecorder;
import io.github.responses4j.testkit.WireAnswer;
import io.github.responses4j.tool.Cancellation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamTest {
    private static final String BODY = "{\"error\":{\"message\":\"no\"}}";
    private static final WireAnswer GOOD = WireAnswer.stream(
            "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");

    private final WireServer server = new WireServer();
    private final List<Duration> waits = new ArrayList<>();
    private final HttpTransport transport = transport((time, cancellation) -> waits.add(time));
    private final ChatBackend backend =
            ChatBackend.builder(server.url()).transport(transport).build();

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    private static HttpTransport transport(Sleeper sleeper) {
        return transport(sleeper, Duration.ofSeconds(20));
    }

    private static HttpTransport transport(Sleeper sleeper, Duration firstByteTimeout) {
        return HttpTransport.builder()
                .firstByteTimeout(firstByteTimeout)
                .sleeper(sleeper)
                .retries(new RetryPolicy(() -> 0.5, Clock.systemUTC()))
                .build();
    }

    @Test
    void asksAgainTwiceAtMost() {
        for (int status : new int[] {408, 429, 500, 502, 503, 504, 529}) {
            waits.clear();
            server.answering(WireAnswer.json(status, BODY), WireAnswer.json(status, BODY), GOOD);
            assertThat(Requests.sample(backend, Requests.hello()))
                    .as("status %d", status)
                    .containsExactly("text \"ok\"", "stopped DONE");
            assertThat(server.requests()).as("status %d", status).hasSize(3);
            assertThat(waits).containsExactly(Duration.ofMillis(125), Duration.ofMillis(250));

            server.answering(WireAnswer.json(status, BODY));
            Requests.failure(backend);
            assertThat(server.requests()).as("status %d", status).hasSize(3);
        }
    }

    @Test
    void doesNotAskAgainWhatIsRefused() {
        for (int status : new int[] {302, 400, 401, 403, 404, 413, 422, 501}) {
            server.answering(WireAnswer.json(status, BODY));
            Requests.failure(backend);
            assertThat(server.requests()).as("status %d", status).hasSize(1);
        }
        assertThat(waits).isEmpty();
    }

    @Test
    void waitsAsLongAsItIsAskedToIfThatIsSoon() {
        server.answering(WireAnswer.json(429, BODY).withHeader("Retry-After", "2"), GOOD);
        assertThat(Requests.sample(backend, Requests.hello())).hasSize(2);
        assertThat(waits).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void passesOnALongWait() {
        server.answering(WireAnswer.json(429, BODY).withHeader("Retry-After", "3"));
        assertThat(Requests.failure(backend).retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(server.requests()).hasSize(1);
        assertThat(waits).isEmpty();
    }

    @Test
    void doesNotAskAgainOnceAnAnswerHasBegun() {
        server.answering(GOOD.cutAfter(0), GOOD);
        assertThat(Requests.failure(backend).kind()).isEqualTo(Kind.BROKEN);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void doesNotAskAgainWhomItHasWaitedFor() {
        CountDownLatch done = new CountDownLatch(1);
        server.answering(GOOD.waiting(piece -> {
            try {
                done.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        try (HttpTransport hasty = transport((time, cancellation) -> waits.add(time), Duration.ofMillis(300))) {
            ChatBackend impatient =
                    ChatBackend.builder(server.url()).transport(hasty).build();
            assertThat(Requests.failure(impatient).kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(server.requests()).hasSize(1);
        } finally {
            done.countDown();
        }
    }

    @Test
    void triesAgainToConnect() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        ChatBackend nobody = ChatBackend.builder("http://127.0.0.1:" + free)
                .transport(transport)
                .build();
        BackendException failure = Requests.failure(nobody);
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure.text()).doesNotContain("127.0.0.1", Integer.toString(free));
        assertThat(waits).hasSize(2);
    }

    @Test
    void stopsWaitingWhenCancelled() {
        Cancellation cancellation = new Cancellation();
        HttpTransport cancelling = transport((time, given) -> given.cancel());
        ChatBackend slow =
                ChatBackend.builder(server.url()).transport(cancelling).build();
        server.answering(WireAnswer.json(503, BODY));

        Throwable thrown =
                Assertions.catchThrowable(() -> slow.sample(Requests.hello(), new BackendRecorder(), cancellation));
        assertThat(((BackendException) thrown).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(server.requests()).hasSize(1);
        cancelling.close();
    }

    @Test
    void sendsKeyAndHeaders() {
        server.answering(GOOD);
        ChatBackend keyed = ChatBackend.builder(server.url())
                .apiKey("k1")
                .header("X-Team", "t1")
                .transport(transport)
                .build();
        Requests.sample(keyed, Requests.hello());
        var request = server.requests().get(0);
        assertThat(request.getTarget()).isEqualTo("/v1/chat/completions");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer k1");
        assertThat(request.getHeaders().get("X-Team")).isEqualTo("t1");
        assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void refusesAKeyThatIsNoHeader() {
        Throwable thrown = Assertions.catchThrowable(
                () -> ChatBackend.builder(server.url()).apiKey("k\n1").build());
        assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
        assertThat(String.valueOf(thrown.getMessage())).doesNotContain("k\n1");
    }

    @Test
    void listsModels() {
        server.answering(WireAnswer.json(200, "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"));
        assertThat(backend.models()).containsExactly("a", "b");
        assertThat(server.requests().get(0).getTarget()).isEqualTo("/v1/models");
    }

    @Test
    void aBareAddressMeansItsFirstVersion() {
        assertThat(Upstream.baseOf("http://a.example")).hasToString("http://a.example/v1");
        assertThat(Upstream.baseOf("http://a.example/")).hasToString("http://a.example/v1");
        assertThat(Upstream.baseOf("http://a.example/api/v3")).hasToString("http://a.example/api/v3");
    }
}
