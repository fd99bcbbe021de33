package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is done one after the other and what at the same time, and how much of it. */
class SocketLanesTest {
    /** Says its input once before and once after it is let go on; each input has a gate of its own. */
    private static final class GatedBackend implements Backend {
        private final Map<String, Semaphore> gates = new ConcurrentHashMap<>();
        private final Queue<String> begun = new ConcurrentLinkedQueue<>();

        @Override
        public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
            String input = input(request);
            begun.add(input);
            sink.accept(new TextDelta(input));
            sink.flush();
            acquire(gate(input));
            sink.accept(new TextDelta(input));
            sink.accept(new Stopped(StopReason.DONE));
        }

        private static String input(BackendRequest request) {
            return Json.read(request.context().get(0).json().toBytes())
                    .at("/content/0/text")
                    .asText();
        }

        void let(String... inputs) {
            for (String input : inputs) {
                gate(input).release();
            }
        }

        private Semaphore gate(String input) {
            return gates.computeIfAbsent(input, name -> new Semaphore(0));
        }

        private static void acquire(Semaphore gate) {
            try {
                assertThat(gate.tryAcquire(SocketClient.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void ask(SocketClient client, String input, String lane) {
        String name = lane == null ? "" : ",'stream_id':'" + lane + "'";
        client.create("'model':'m','input':'" + input + "'" + name);
    }

    /** Reads up to the first piece of text, and gives it. */
    private static String firstDelta(SocketClient client, List<String> messages) {
        while (true) {
            String message = client.next();
            messages.add(message);
            if (SocketClient.type(message).equals("response.output_text.delta")) {
                return Json.read(message).get("delta").asText();
            }
        }
    }

    /** Waits until the server has taken what was sent so far: a lane of its own answers at once. */
    private static void untilTaken(SocketClient client, GatedBackend backend) {
        backend.let("taken");
        ask(client, "taken", "taken");
        assertThat(client.end().get("stream_id").asText()).isEqualTo("taken");
    }

    @Test
    void withoutLanesOneThingIsDoneAfterTheOther() {
        GatedBackend backend = new GatedBackend();
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> messages = new ArrayList<>();
            ask(client, "one", null);
            ask(client, "two", null);
            ask(client, "three", null);
            // A refusal waits for its turn as well.
            client.send("no json");
            ask(client, "four", null);
            assertThat(firstDelta(client, messages)).isEqualTo("one");
            assertThat(backend.begun).containsExactly("one");
            backend.let("four", "three", "two", "one");
            messages.addAll(client.turn());
            StreamInvariants.checkJson(messages, StreamOptions.strict());

            for (String input : List.of("two", "three")) {
                List<String> turn = client.turn();
                StreamInvariants.checkJson(turn, StreamOptions.strict());
                assertThat(turn.get(turn.size() - 1)).contains(input + input);
            }
            assertThat(client.refusal()).isEqualTo("400|invalid_request_error|invalid_json|null");
            assertThat(client.end().at("/response/output/0/content/0/text").asText())
                    .isEqualTo("fourfour");
            assertThat(backend.begun).containsExactly("one", "two", "three", "four");
        }
    }

    @Test
    void lanesDoNotWaitForEachOther() {
        GatedBackend backend = new GatedBackend();
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            List<String> messages = new ArrayList<>();
            ask(client, "a1", "a");
            assertThat(firstDelta(client, messages)).isEqualTo("a1");
            ask(client, "a2", "a");
            ask(client, "b1", "b");
            assertThat(firstDelta(client, messages)).isEqualTo("b1");
            ask(client, "c1", null);
            assertThat(firstDelta(client, messages)).isEqualTo("c1");
            assertThat(backend.begun).containsExactly("a1", "b1", "c1");
            backend.let("b1");
            messages.addAll(client.turn());
            backend.let("c1");
            messages.addAll(client.turn());
            backend.let("a1", "a2");
            messages.addAll(client.turn());
            messages.addAll(client.turn());

            assertThat(texts(messages)).containsExactly("b1b1", "c1c1", "a1a1", "a2a2");
            assertThat(lane(messages, "b")).hasSize(10);
            assertThat(lane(messages, null)).hasSize(10);
            assertThat(lane(messages, "a")).hasSize(20);
            StreamInvariants.checkJson(lane(messages, "b"), StreamOptions.strict());
            StreamInvariants.checkJson(lane(messages, null), StreamOptions.strict());
            StreamInvariants.checkJson(lane(messages, "a").subList(0, 10), StreamOptions.strict());
            StreamInvariants.checkJson(lane(messages, "a").subList(10, 20), StreamOptions.strict());
        }
    }

    private static List<String> lane(List<String> messages, String lane) {
        return messages.stream()
                .filter(message ->
                        Json.read(message).path("stream_id").asText("").equals(lane == null ? "" : lane))
                .toList();
    }

    private static List<String> texts(List<String> messages) {
        return messages.stream()
                .map(message -> Json.read(message))
                .filter(message -> message.get("type").asText().equals("response.completed"))
                .map(message -> message.at("/response/output/0/content/0/text").asText())
                .toList();
    }

    @Test
    void soManyLanesAndNoMore() {
        GatedBackend backend = new GatedBackend();
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            for (int i = 0; i < SocketLanes.MAX_LANES; i++) {
                ask(client, "in" + i, "lane" + i);
                assertThat(firstDelta(client, new ArrayList<>())).isEqualTo("in" + i);
            }
            ask(client, "late", "late");
            String refused = client.next();
            assertThat(refused).contains("\"status\":429", "\"rate_limit_exceeded\"", "\"stream_id\":\"late\"");
            // A lane that is there may be used all the same.
            ask(client, "in0", "lane0");
            backend.let("in0", "in0");
            assertThat(client.end().get("stream_id").asText()).isEqualTo("lane0");
            assertThat(client.end().get("stream_id").asText()).isEqualTo("lane0");
            // And where one has come to its end, there is room for another.
            backend.let("late");
            while (true) {
                ask(client, "late", "late");
                JsonNode end = client.end();
                if (end.get("type").asText().equals("response.completed")) {
                    break;
                }
                assertThat(end.at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
            }
            for (int i = 1; i < SocketLanes.MAX_LANES; i++) {
                backend.let("in" + i);
                assertThat(client.end().get("stream_id").asText()).isEqualTo("lane" + i);
            }
        }
    }

    @Test
    void soManyWaitAndNoMore() {
        GatedBackend backend = new GatedBackend();
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client, "in", null);
            assertThat(firstDelta(client, new ArrayList<>())).isEqualTo("in");
            for (int i = 0; i < SocketLanes.MAX_WAITING; i++) {
                ask(client, "in", null);
            }
            for (int i = 0; i < SocketLanes.MAX_REFUSED; i++) {
                ask(client, "in", null);
            }
            untilTaken(client, backend);
            for (int i = 0; i <= SocketLanes.MAX_WAITING; i++) {
                backend.let("in");
                assertThat(client.end().get("type").asText()).isEqualTo("response.completed");
            }
            for (int i = 0; i < SocketLanes.MAX_REFUSED; i++) {
                assertThat(client.refusal()).isEqualTo("429|rate_limit_error|rate_limit_exceeded|null");
            }
            assertThat(client.isSilent()).isTrue();
        }
    }

    @Test
    void whoGoesOnWithoutRoomIsLeft() {
        GatedBackend backend = new GatedBackend();
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            ask(client, "in", null);
            assertThat(firstDelta(client, new ArrayList<>())).isEqualTo("in");
            for (int i = 0; i <= SocketLanes.MAX_WAITING + SocketLanes.MAX_REFUSED; i++) {
                ask(client, "in", null);
            }
            assertThat(client.closeCode()).isEqualTo(1008);
            backend.let("in");
        }
    }

    @Test
    void whatIsContinuedWithoutRoomIsForgotten() {
        GatedBackend backend = new GatedBackend();
        try (TestServer server = TestServer.of(backend);
                SocketClient client = SocketClient.connect(server.port())) {
            backend.let("first");
            String first = client.create("'model':'m','store':false,'input':'first'")
                    .end()
                    .at("/response/id")
                    .asText();
            String goOn = "'model':'m','store':false,'input':'in','previous_response_id':'" + first + "'";
            ask(client, "in", null);
            assertThat(firstDelta(client, new ArrayList<>())).isEqualTo("in");
            for (int i = 0; i < SocketLanes.MAX_WAITING; i++) {
                ask(client, "in", null);
            }
            client.create(goOn).create(goOn);
            untilTaken(client, backend);
            for (int i = 0; i <= SocketLanes.MAX_WAITING; i++) {
                backend.let("in");
                assertThat(client.end().get("type").asText()).isEqualTo("response.completed");
            }
            assertThat(client.refusal()).isEqualTo("429|rate_limit_error|rate_limit_exceeded|null");
            assertThat(client.refusal()).isEqualTo("429|rate_limit_error|rate_limit_exceeded|null");
            assertThat(client.create(goOn).refusal())
                    .isEqualTo("400|invalid_request_error|previous_response_not_found|previous_response_id");
        }
    }

    @Test
    void soManyBytesWaitAndNoMore() {
        GatedBackend backend = new GatedBackend();
        String members = "'model':'m','input':'in','metadata':{'fill':'" + "x".repeat(400) + "'}";
        int size = ("{'type':'response.create'," + members + "}").length();
        try (TestServer server = TestServer.of(backend, handler -> handler.maxBodyBytes(2 * size));
                SocketClient client = SocketClient.connect(server.port())) {
            client.create(members);
            assertThat(firstDelta(client, new ArrayList<>())).isEqualTo("in");
            client.create(members).create(members).create(members);
            untilTaken(client, backend);
            backend.let("in", "in", "in");
            for (int i = 0; i < 3; i++) {
                assertThat(client.end().get("type").asText()).isEqualTo("response.completed");
            }
            assertThat(client.refusal()).isEqualTo("429|rate_limit_error|rate_limit_exceeded|null");
        }
    }
}
