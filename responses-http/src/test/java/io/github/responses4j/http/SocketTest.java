package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent.ReasoningDelta;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.response.Warning;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a response looks like over WebSocket. */
class SocketTest {
    private static final String ASK = "'model':'m','input':'Hi'";

    /** What the same request gets as server-sent events. */
    private static List<String> overHttp(Backend backend, String... headers) {
        try (TestServer server = TestServer.of(backend)) {
            String body = server.post("{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}", headers)
                    .text();
            return Arrays.stream(body.split("\n", -1))
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> line.substring("data: ".length()))
                    .toList();
        }
    }

    @Test
    void theMessagesAreTheEventsOfAStream() {
        try (TestServer server = TestServer.of(TestServer.saying("Hello", " there"));
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> turn = client.create(ASK).turn();

            assertThat(turn).isEqualTo(overHttp(TestServer.saying("Hello", " there")));
            StreamInvariants.checkJson(turn, StreamOptions.strict());
            assertThat(turn.stream().map(SocketClient::type))
                    .containsExactly(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.output_text.delta",
                            "response.output_text.delta",
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.completed");
            assertThat(client.isSilent()).isTrue();
        }
    }

    @Test
    void theProfileIsTheOneOfTheHandshake() {
        Backend thinking = (request, sink, cancellation) -> {
            sink.accept(new ReasoningDelta("Hm"));
            TestServer.say(sink, "Hi");
        };
        try (TestServer server = TestServer.of(thinking);
                SocketClient client = SocketClient.connect(server.port(), "X-Responses-Profile: open-responses")) {
            List<String> turn = client.create(ASK).turn();

            assertThat(turn)
                    .isEqualTo(overHttp(thinking, "X-Responses-Profile: open-responses"))
                    .anyMatch(message -> message.startsWith("{\"type\":\"response.reasoning.delta\""));
        }
    }

    @Test
    void eachMessageNamesItsLane() {
        try (TestServer server = TestServer.of(TestServer.saying("Hello", " there"));
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> turn = client.create(ASK + ",'stream_id':'a.B-9_'").turn();

            assertThat(turn)
                    .isEqualTo(overHttp(TestServer.saying("Hello", " there")).stream()
                            .map(event -> event.substring(0, event.length() - 1) + ",\"stream_id\":\"a.B-9_\"}")
                            .toList());
            StreamInvariants.checkJson(turn, StreamOptions.strict());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'response.create','response':{'model':'m','input':'Hi'}}",
                "{'type':'response.create','response':{'input':'Hi'},'model':'m'}",
                "{'model':'m','input':'Hi','type':'response.create','stream':null,'background':null,'stream_options':null}",
                "{'model':'m','input':'Hi','type':'response.create','stream':true,'background':false,'stream_id':null}",
            })
    void theBodyMayBeSaidInOtherWays(String message) {
        try (TestServer server = TestServer.of(TestServer.saying("Hello"));
                SocketClient client = SocketClient.connect(server.port())) {
            assertThat(client.send(message).turn()).isEqualTo(overHttp(TestServer.saying("Hello")));
        }
    }

    @Test
    void whatIsLongIsOneMessage() {
        String text = "0123456789".repeat(50_000);
        try (TestServer server = TestServer.of(TestServer.saying(text));
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> turn =
                    client.create("'model':'m','input':'" + text + "'").turn();

            StreamInvariants.checkJson(turn, StreamOptions.strict());
            assertThat(turn.get(turn.size() - 1)).contains(text);
        }
    }

    @Test
    void whatIsNotHonouredIsToldWithTheFirstEvent() {
        Backend picky = new Backend() {
            @Override
            public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
                TestServer.say(sink, "Hello");
            }

            @Override
            public List<Warning> unsupported(BackendRequest request) {
                return List.of(new Warning("top_k", "not \"there\""));
            }
        };
        try (TestServer server = TestServer.of(picky);
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> turn = client.create(ASK + ",'stream_id':'x'").turn();

            assertThat(turn.get(0))
                    .endsWith(
                            ",\"warnings\":[{\"param\":\"top_k\",\"message\":\"not \\\"there\\\"\"}],\"stream_id\":\"x\"}");
            assertThat(turn.subList(1, turn.size())).noneMatch(message -> message.contains("\"warnings\""));
            StreamInvariants.checkJson(turn, StreamOptions.strict());
        }
    }

    @Test
    void aFailureBeforeAnyOutputIsAnErrorAlone() {
        Backend failing = (request, sink, cancellation) -> {
            throw new BackendException(BackendException.Kind.TIMED_OUT, "It took too long.", null);
        };
        try (TestServer server = TestServer.of(failing);
                SocketClient client = SocketClient.connect(server.port())) {
            client.create(ASK + ",'stream_id':'x'");
            String message = client.next();

            assertThat(message).startsWith("{\"type\":\"error\",\"status\":504,\"error\":{\"type\":");
            assertThat(message).endsWith(",\"stream_id\":\"x\"}");
            client.create(ASK);
            assertThat(client.refusal()).startsWith("504|");
        }
    }

    @Test
    void aFailureAfterOutputIsAFailedResponseAlone() {
        Backend failing = (request, sink, cancellation) -> {
            sink.accept(new TextDelta("half"));
            sink.flush();
            throw new BackendException(BackendException.Kind.TIMED_OUT, "It took too long.", null);
        };
        try (TestServer server = TestServer.of(failing);
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> turn = client.create(ASK).turn();

            assertThat(turn.stream().map(SocketClient::type))
                    .startsWith("response.created", "response.in_progress", "response.output_item.added")
                    .endsWith("response.failed")
                    .doesNotContain("error");
            // The number of the event that is left out stays its own.
            List<String> streamed = overHttp(failing);
            assertThat(turn).isEqualTo(without(streamed, "error"));
        }
    }

    private static List<String> without(List<String> events, String type) {
        return events.stream()
                .filter(event -> !SocketClient.type(event).equals(type))
                .toList();
    }

    @Test
    void aClientThatHearsNothingForLongIsToldWhatThereIs() {
        CountDownLatch goOn = new CountDownLatch(1);
        Backend slow = (request, sink, cancellation) -> {
            sink.flush();
            StreamTest.await(goOn);
            throw new BackendException(BackendException.Kind.TIMED_OUT, "It took too long.", null);
        };
        try (TestServer server = TestServer.of(slow, handler -> handler.heartbeat(Duration.ofMillis(10)));
                SocketClient client = SocketClient.connect(server.port())) {
            client.create(ASK);
            List<String> turn = new ArrayList<>(List.of(client.next(), client.next()));
            client.ping();
            goOn.countDown();
            turn.addAll(client.turn());

            assertThat(turn.stream().map(SocketClient::type))
                    .containsExactly("response.created", "response.in_progress", "response.failed");
        }
    }

    @Test
    void okHttpIsAClientToo() throws InterruptedException {
        OkHttpClient http = new OkHttpClient();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (TestServer server = TestServer.of(TestServer.saying("Hello", " there"))) {
            WebSocket socket = http.newWebSocket(
                    new Request.Builder()
                            .url("http://127.0.0.1:" + server.port() + "/v1/responses")
                            .build(),
                    new WebSocketListener() {
                        @Override
                        public void onMessage(WebSocket from, String text) {
                            heard.add(text);
                        }

                        @Override
                        public void onFailure(WebSocket from, Throwable t, Response response) {
                            heard.add(t.toString());
                        }

                        @Override
                        public void onClosed(WebSocket from, int code, String reason) {
                            heard.add("closed " + code);
                        }
                    });
            socket.send("{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"Hi\"}");
            List<String> turn = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                turn.add(heard.poll(SocketClient.PATIENCE_SECONDS, TimeUnit.SECONDS));
            }
            assertThat(turn).isEqualTo(overHttp(TestServer.saying("Hello", " there")));

            socket.close(1000, "done");
            assertThat(heard.poll(SocketClient.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("closed 1000");
        } finally {
            http.dispatcher().executorService().shutdown();
            http.connectionPool().evictAll();
        }
    }
}
