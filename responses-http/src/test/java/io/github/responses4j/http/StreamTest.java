package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.SseFrame;
import io.github.responses4j.testkit.SseReader;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream looks like on the wire. */
class StreamTest {
    private static final String HELLO = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";
    private static final StreamOptions STRICT = StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED);

    @Test
    void oneAnswerIsExactlyThisText() {
        try (TestServer server = TestServer.of(TestServer.saying("Hel", "lo"))) {
            Answer answer = server.post(HELLO);

            List<String> frames = List.of(answer.text().split("(?<=\n\n)"));
            String created = data(frames.get(0));
            JsonNode response = Json.read(created).get("response");
            assertThat(response.get("status").asText()).isEqualTo("in_progress");
            assertThat(response.get("created_at").asLong()).isEqualTo(TestServer.NOW.getEpochSecond());
            String completed = data(frames.get(frames.size() - 2));
            assertThat(Json.read(completed).get("response").get("output")).hasSize(1);
            String id = response.get("id").asText();
            String item = Json.read(data(frames.get(2))).get("item").get("id").asText();
            assertThat(frames)
                    .containsExactly(
                            "event: response.created\ndata: " + created + "\n\n",
                            "event: response.in_progress\ndata: "
                                    + created.replace("response.created", "response.in_progress")
                                            .replace("\"sequence_number\":0", "\"sequence_number\":1")
                                    + "\n\n",
                            "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":2,"
                                    + "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"" + item
                                    + "\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}}\n\n",
                            "event: response.content_part.added\ndata: {\"type\":\"response.content_part.added\",\"sequence_number\":3,"
                                    + "\"item_id\":\"" + item + "\",\"output_index\":0,\"content_index\":0,\"part\":"
                                    + "{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[],\"logprobs\":[]}}\n\n",
                            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":4,"
                                    + "\"item_id\":\"" + item
                                    + "\",\"output_index\":0,\"content_index\":0,\"delta\":\"Hel\",\"logprobs\":[]}\n\n",
                            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":5,"
                                    + "\"item_id\":\"" + item
                                    + "\",\"output_index\":0,\"content_index\":0,\"delta\":\"lo\",\"logprobs\":[]}\n\n",
                            "event: response.output_text.done\ndata: {\"type\":\"response.output_text.done\",\"sequence_number\":6,"
                                    + "\"item_id\":\"" + item
                                    + "\",\"output_index\":0,\"content_index\":0,\"logprobs\":[],\"text\":\"Hello\"}\n\n",
                            "event: response.content_part.done\ndata: {\"type\":\"response.content_part.done\",\"sequence_number\":7,"
                                    + "\"item_id\":\"" + item + "\",\"output_index\":0,\"content_index\":0,\"part\":"
                                    + "{\"type\":\"output_text\",\"text\":\"Hello\",\"annotations\":[],\"logprobs\":[]}}\n\n",
                            "event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"sequence_number\":8,"
                                    + "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"" + item
                                    + "\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
                                    + "\"text\":\"Hello\",\"annotations\":[],\"logprobs\":[]}]}}\n\n",
                            "event: response.completed\ndata: " + completed + "\n\n",
                            "data: [DONE]\n\n");
            StreamInvariants.checkSse(answer.body(), STRICT);
            assertThat(server.get("/v1/responses/" + id).json())
                    .isEqualTo(Json.read(completed).get("response"));
        }
    }

    private static String data(String frame) {
        return frame.substring(frame.indexOf("data: ") + 6, frame.length() - 2);
    }

    @Test
    void aStreamHasTheHeadersThatProxiesNeed() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.post(HELLO, "Accept-Encoding: gzip", "x-request-id: mine-1");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().keySet())
                    .containsExactlyInAnyOrder(
                            "date",
                            "x-request-id",
                            "content-type",
                            "openai-processing-ms",
                            "cache-control",
                            "x-accel-buffering",
                            "transfer-encoding");
            assertThat(answer.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(answer.header("cache-control")).isEqualTo("no-cache");
            assertThat(answer.header("x-accel-buffering")).isEqualTo("no");
            assertThat(answer.header("x-request-id")).isEqualTo("mine-1");
        }
    }

    @Test
    void theFirstPieceIsOnTheWireBeforeTheModelHasFinished() throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        try (TestServer server = TestServer.of((request, sink, cancellation) -> {
                    sink.accept(new TextDelta("first"));
                    sink.flush();
                    await(seen);
                    sink.accept(new TextDelta(" second"));
                    sink.accept(new Stopped(StopReason.DONE));
                });
                Wire client = server.connect()) {
            client.request("POST", "/v1/responses", HELLO).head();
            String before = client.chunksUntil("\"delta\":\"first\"");
            seen.countDown();
            String after = client.chunksUntil("data: [DONE]\n\n");

            assertThat(before).doesNotContain("second");
            assertThat(after).contains("\"delta\":\" second\"").contains("event: response.completed\n");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void aTerminalEventMeansThatTheResponseIsStored() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire first = server.connect()) {
            first.request("POST", "/v1/responses", HELLO).head();
            String stream = first.chunksUntil("event: response.completed\n");
            String id = stream.replaceAll("(?s).*?\"id\":\"(resp_[0-9]+)\".*", "$1");

            Answer next = server.post("{\"model\":\"m\",\"input\":\"more\",\"previous_response_id\":\"" + id + "\"}");

            assertThat(next.status()).isEqualTo(200);
            assertThat(next.json().get("previous_response_id").asText()).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\nevent: x\ndata: y\n\n",
                "a\rb\nc\u2028d\u2029e",
                "data: [DONE]",
                "\u0000\u0001\u007f\ud83d\ude00\ud800",
                ": comment"
            })
    void nothingInATextBreaksAFrame(String text) {
        try (TestServer server = TestServer.of(TestServer.saying(text, text))) {
            Answer answer = server.post(HELLO);

            StreamInvariants.checkSse(answer.body(), STRICT);
            List<SseFrame> frames = SseReader.frames(answer.body());
            assertThat(frames).hasSize(11);
            assertThat(frames.get(4).values("data")).hasSize(1);
            assertThat(Json.read(String.valueOf(frames.get(4).data()))
                            .get("delta")
                            .asText())
                    .isEqualTo(text);
        }
    }

    /** S9: a thousand pieces of text made of all that means something to a reader of frames. */
    @Test
    void noPieceOfAnyTextBreaksAFrame() {
        String[] parts = {
            "\r", "\n", "\r\n", "\n\n", "\u2028", "\u2029", "\u0085", "\u0000", "\ufeff", "data:", "data: [DONE]",
                    "event: x",
            "id: 1", "retry: 1", ": comment", "\ud83d", "\ude00", "\ud83d\ude00", "\"", "\\", "\\n", "\u001b",
                    "</script>", " "
        };
        Random random = new Random(1);
        for (int stream = 0; stream < 100; stream++) {
            String[] texts = new String[10];
            for (int i = 0; i < texts.length; i++) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(1, 8); n > 0; n--) {
                    text.append(parts[random.nextInt(parts.length)]);
                }
                texts[i] = text.toString();
            }
            try (TestServer server = TestServer.of(TestServer.saying(texts))) {
                Answer answer = server.post(HELLO);

                StreamInvariants.checkSse(answer.body(), STRICT);
                List<String> said = new ArrayList<>();
                for (SseFrame frame : SseReader.frames(answer.body())) {
                    assertThat(frame.values("data")).hasSize(1);
                    JsonNode delta =
                            frame.isDone() ? null : Json.read(frame.data()).get("delta");
                    if (delta != null) {
                        said.add(delta.asText());
                    }
                }
                assertThat(said).containsExactly(texts);
            }
        }
    }

    @Test
    void aFailureAfterTheFirstPieceIsPartOfTheStream() {
        try (TestServer server = TestServer.of((request, sink, cancellation) -> {
            sink.accept(new TextDelta("half"));
            sink.flush();
            throw new BackendException(BackendException.Kind.BROKEN, "The model broke off.", null);
        })) {
            Answer answer = server.post(HELLO);

            assertThat(answer.status()).isEqualTo(200);
            StreamInvariants.checkSse(answer.body(), STRICT);
            List<String> types = answer.eventTypes();
            assertThat(types.subList(types.size() - 3, types.size()))
                    .containsExactly("error", "response.failed", "[DONE]");
        }
    }

    @Test
    void manyStreamsShareOneConnectionOneAfterTheOther() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"));
                Wire client = server.connect()) {
            for (int i = 0; i < 20; i++) {
                Answer answer = client.request("POST", "/v1/responses", HELLO).answer();

                StreamInvariants.checkSse(answer.body(), STRICT);
            }
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
