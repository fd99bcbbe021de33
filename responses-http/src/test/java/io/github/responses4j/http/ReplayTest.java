package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.testkit.ScriptedBackend;
import io.github.responses4j.testkit.SettableClock;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.tool.HostedTool;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are told again, or picked up while they run. */
class ReplayTest {
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true,\"background\":true}";
    private static final StreamOptions DONE = StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED);

    private static TestServer server(Paused model) {
        return TestServer.of(model, handler -> handler.heartbeat(Duration.ZERO));
    }

    private static String rest(Wire wire) {
        StringBuilder text = new StringBuilder();
        for (byte[] chunk = wire.chunk(); chunk.length > 0; chunk = wire.chunk()) {
            text.append(new String(chunk, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** The frames of a stream, each with its end. */
    private static List<String> frames(String stream) {
        List<String> frames = new ArrayList<>();
        for (String frame : stream.split("(?<=\n\n)", -1)) {
            if (!frame.isEmpty()) {
                frames.add(frame);
            }
        }
        return frames;
    }

    private static String from(List<String> frames, int first) {
        return first >= frames.size() - 1 ? "" : String.join("", frames.subList(first, frames.size()));
    }

    @Test
    void readersOfARunningResponseEachGetEveryEventOnce() {
        Paused model = new Paused();
        try (TestServer server = server(model);
                Wire creator = server.connect()) {
            creator.request("POST", "/v1/responses", STREAM);
            assertThat(creator.head().status()).isEqualTo(200);
            String begun = creator.chunksUntil("\"delta\":\" two\"");
            String id = Json.read(begun.substring(begun.indexOf("data: ") + 6, begun.indexOf("\n\n"))
                            .getBytes(StandardCharsets.UTF_8))
                    .get("response")
                    .get("id")
                    .asText();
            int known = frames(begun).size();
            List<Wire> readers = new ArrayList<>();
            List<String> heard = new ArrayList<>();
            try {
                for (int i = 0; i < 2 * (known + 3); i++) {
                    Wire reader = server.connect()
                            .request("GET", "/v1/responses/" + id + "?stream=true&starting_after=" + i / 2, "");
                    readers.add(reader);
                    // Those that have something to hear hear it while the response runs.
                    boolean behind = i / 2 < known - 1;
                    if (behind) {
                        assertThat(reader.head().status()).isEqualTo(200);
                    }
                    heard.add(behind ? reader.chunksUntil("\"delta\":\" two\"") : "");
                }
                model.goOn();
                String whole = begun + rest(creator);
                List<String> frames = frames(whole);
                StreamInvariants.checkSse(whole.getBytes(StandardCharsets.UTF_8), DONE);
                assertThat(frames.get(1)).contains("response.queued");
                assertThat(whole).doesNotContain("\nid:");
                for (int i = 0; i < readers.size(); i++) {
                    String all = i / 2 < known - 1
                            ? heard.get(i) + rest(readers.get(i))
                            : readers.get(i).answer().text();
                    assertThat(all).as("after %s", i / 2).isEqualTo(from(frames, i / 2 + 1));
                }
                for (int after = -1; after < frames.size() + 2; after++) {
                    String query = after < 0 ? "?stream=true" : "?stream=true&starting_after=" + after;
                    assertThat(server.get("/v1/responses/" + id + query).text())
                            .as("after %s", after)
                            .isEqualTo(from(frames, after + 1));
                }
                assertThat(server.get("/v1/responses/" + id + "?stream=true", "Last-Event-ID: 4")
                                .text())
                        .isEqualTo(from(frames, 5));
                assertThat(server.get("/v1/responses/" + id + "?stream=true&starting_after=6", "Last-Event-ID: 4")
                                .text())
                        .isEqualTo(from(frames, 7));
            } finally {
                readers.forEach(Wire::close);
            }
        }
    }

    @Test
    void aResponseThatWasNoStreamIsToldByItsItems() {
        try (TestServer server = TestServer.of(TestServer.saying("Hello", " you"))) {
            JsonNode response =
                    server.post("{\"model\":\"m\",\"input\":\"Hi\"}").json();
            Answer replay = server.get("/v1/responses/" + response.get("id").asText() + "?stream=true&include[]=x");

            assertThat(replay.status()).isEqualTo(200);
            assertThat(replay.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
            StreamInvariants.checkSse(replay.body(), DONE);
            List<JsonNode> events = replay.frames().stream()
                    .filter(frame -> frame.data() != null && !frame.isDone())
                    .map(frame -> Json.read(frame.data()))
                    .toList();
            StreamInvariants.assertFoldEquals(events, response);
            assertThat(server.get("/v1/responses/" + response.get("id").asText() + "?stream=true")
                            .text())
                    .isEqualTo(replay.text());
            int last = events.size() - 1;
            assertThat(server.get("/v1/responses/" + response.get("id").asText() + "?stream=true&starting_after="
                                    + (last - 1))
                            .eventTypes())
                    .containsExactly("response.completed", "[DONE]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, integer_below_min_value",
        "one, invalid_type",
        "1.5, invalid_type",
        "99999999999999999999, invalid_type"
    })
    void aPlaceThatCannotBeIsRefused(String after, String code) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            String path = "/v1/responses/"
                    + server.post("{\"model\":\"m\",\"input\":\"Hi\"}")
                            .json()
                            .get("id")
                            .asText();
            Answer answer = server.get(path + "?stream=true&starting_after=" + after);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|" + code + "|starting_after");
            Answer header = server.get(path + "?stream=true", "Last-Event-ID: " + after);
            assertThat(header.status()).isEqualTo(400);
            assertThat(header.errorSummary()).isEqualTo("invalid_request_error|" + code + "|Last-Event-ID");
            assertThat(server.get(path + "?stream=false&starting_after=" + after)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatRunsWithoutAStreamCannotBePickedUp() {
        Paused model = new Paused();
        try (TestServer server = server(model)) {
            String id = server.post(STREAM.replace("\"stream\":true", "\"stream\":false"))
                    .json()
                    .get("id")
                    .asText();
            StreamTest.await(model.started);
            Answer refused = server.get("/v1/responses/" + id + "?stream=true");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.errorSummary()).isEqualTo("invalid_request_error|null|stream");
            model.goOn();
            JsonNode ended = server.ended(id);
            assertThat(ended.get("status").asText()).isEqualTo("completed");
            Answer replay = server.get("/v1/responses/" + id + "?stream=true");
            StreamInvariants.checkSse(replay.body(), DONE);
            assertThat(server.get("/v1/responses/resp_nobody?stream=true").status())
                    .isEqualTo(404);
        }
    }

    /** S4: events are kept for as long as their response. */
    @Test
    void whatHasExpiredIsUnknown() {
        SettableClock clock = new SettableClock();
        ResponsesEngine engine = TestServer.engine(TestServer.saying("Hi"))
                .store(ResponseStore.inMemory(clock, Duration.ofDays(1), 10))
                .build();
        try (TestServer server = TestServer.of(engine, handler -> handler, http -> http)) {
            String id = Json.read(server.post(STREAM).frames().get(0).data())
                    .get("response")
                    .get("id")
                    .asText();
            String path = "/v1/responses/" + id + "?stream=true";
            assertThat(server.get(path).eventTypes()).endsWith("response.completed", "[DONE]");
            clock.advance(Duration.ofDays(1).plusSeconds(1));

            Answer gone = server.get(path);
            Answer unknown = server.get("/v1/responses/resp_nobody?stream=true");

            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.text().replace(id, "resp_nobody")).isEqualTo(unknown.text());
        }
    }

    /** R14: whoever follows a response that another process will go on with is left in good order, and not told that it has ended. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoFollowsIsLeftWithoutAnEndWhenTheServerDrains(boolean creates) {
        Paused model = new Paused();
        try (TestServer server = server(model);
                Wire creator = server.connect();
                Wire follower = server.connect()) {
            creator.request("POST", "/v1/responses", STREAM).head();
            String begun = creator.chunksUntil("\"delta\":\" two\"");
            String id = Json.read(begun.substring(begun.indexOf("data: ") + 6, begun.indexOf("\n\n")))
                    .get("response")
                    .get("id")
                    .asText();
            Wire reader = creates ? creator : follower;
            if (!creates) {
                reader.request("GET", "/v1/responses/" + id + "?stream=true", "")
                        .head();
                reader.chunksUntil("\"delta\":\" two\"");
            }

            server.engine().drain(Duration.ZERO);

            assertThat(rest(reader)).doesNotContain("response.completed", "[DONE]", "event: error");
            // The connection serves on.
            assertThat(reader.request("GET", "/v1/responses/" + id, "").answer().status())
                    .isEqualTo(200);
            model.goOn();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"include[]=reasoning.encrypted_content", "include=x&include=reasoning.encrypted_content"})
    void encryptedContentIsNotGivenLater(String query) {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            String id = server.post("{\"model\":\"m\",\"input\":\"Hi\"}")
                    .json()
                    .get("id")
                    .asText();
            for (String stream : List.of("", "&stream=true", "&stream=false")) {
                Answer answer = server.get("/v1/responses/" + id + "?" + query + stream);
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.text())
                        .isEqualTo("{\"error\":{\"message\":\"Encrypted content cannot be requested for persisted"
                                + " responses.\",\"type\":\"invalid_request_error\",\"param\":\"include\","
                                + "\"code\":null}}");
            }
        }
    }

    @Test
    void aFlagIsABoolean() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            Answer answer = server.get("/v1/responses/resp_nobody?stream=perhaps");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|invalid_type|stream");
        }
    }

    @Test
    void paddingIsThereWhenItIsAskedFor() {
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            String path = "/v1/responses/"
                    + server.post("{\"model\":\"m\",\"input\":\"Hi\"}")
                            .json()
                            .get("id")
                            .asText() + "?stream=true";
            assertThat(server.get(path + "&include_obfuscation=true").text()).contains("\"obfuscation\":");
            assertThat(server.get(path + "&include_obfuscation=false").text()).doesNotContain("\"obfuscation\":");
        }
    }

    @Test
    void aReaderThatLeavesDoesNotStopABackgroundResponse() {
        Paused model = new Paused();
        try (TestServer server = server(model)) {
            String begun;
            try (Wire creator = server.connect()) {
                creator.request("POST", "/v1/responses", STREAM).head();
                begun = creator.chunksUntil("\"delta\":\" two\"");
                creator.reset();
            }
            String id = begun.substring(begun.indexOf("resp_"), begun.indexOf('"', begun.indexOf("resp_")));
            model.goOn();
            assertThat(server.ended(id).get("status").asText()).isEqualTo("completed");
        }
    }

    @Test
    void whatIsHiddenIsHiddenInAReplayToo() {
        Profile hiding = Profile.DEFAULT.toBuilder().showHostedTools(false).build();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("Let me see.").call("call_1", "clock", "{}"))
                .sample(model -> model.text("It is noon."));
        ResponsesEngine engine = TestServer.engine(backend)
                .tool(HostedTool.of("clock", "Tells the time.", JsonObject.EMPTY, arguments -> "noon"))
                .build();
        try (TestServer server =
                TestServer.of(engine, handler -> handler.profile(hiding).heartbeat(Duration.ZERO), http -> http)) {
            Answer live = server.post(STREAM.replace("}", ",\"tools\":[{\"type\":\"function\",\"name\":\"clock\"}]}"));
            StreamInvariants.checkSse(live.body(), DONE);
            assertThat(live.text()).doesNotContain("\"function_call\"");
            String id = Json.read(live.frames().get(0).data())
                    .get("response")
                    .get("id")
                    .asText();
            List<String> frames = frames(live.text());
            for (int after = 0; after < frames.size(); after++) {
                assertThat(server.get("/v1/responses/" + id + "?stream=true&starting_after=" + after)
                                .text())
                        .isEqualTo(from(frames, after + 1));
            }
            assertThat(server.get("/v1/responses/" + id).text()).doesNotContain("\"function_call\"");
            assertThat(server.get("/v1/responses").text()).doesNotContain("\"function_call\"");
        }
    }
}
