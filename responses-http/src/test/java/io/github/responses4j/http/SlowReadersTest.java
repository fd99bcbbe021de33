package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent.ItemEnded;
import io.github.responses4j.backend.ModelEvent.Stopped;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** S5, S6, S10, S11: readers of a background stream that are slow, stop reading, break off, or have nothing to read for long. */
class SlowReadersTest {
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true,\"background\":true}";
    private static final StreamOptions DONE = StreamOptions.strict().withDone(StreamOptions.DoneMarker.REQUIRED);
    private static final int ITEMS = 60;
    private static final int PATIENCE_SECONDS = 30;

    /** Far more than the operating system takes for a client that does not read: some 30 MB in events of 100 KB. */
    private static final Backend LONG = (request, sink, cancellation) -> {
        for (int i = 0; i < ITEMS; i++) {
            sink.accept(new TextDelta(Integer.toString(i % 10).repeat(100_000)));
            sink.accept(new ItemEnded());
            sink.flush();
        }
        sink.accept(new Stopped(StopReason.DONE));
        sink.flush();
    };

    /** Creates a background stream, and leaves it to itself. */
    static String begin(TestServer server) {
        try (Wire creator = server.connect()) {
            creator.request("POST", "/v1/responses", STREAM).head();
            String first = creator.chunksUntil("event: response.created\n");
            String data = first.substring(first.indexOf("data: ") + 6, first.indexOf("\n\n"));
            return Json.read(data).get("response").get("id").asText();
        }
    }

    private static Wire follow(TestServer server, String id) {
        return server.connect().request("GET", "/v1/responses/" + id + "?stream=true", "");
    }

    @Test
    void s5_whoNeverReadsIsLeftAndNobodyElseIsDisturbed() throws Exception {
        try (TestServer server = TestServer.of(LONG, handler -> handler.writeTimeout(Duration.ofMillis(300)))) {
            String id = begin(server);
            try (Wire silent = follow(server, id)) {
                Answer other = server.get("/v1/responses/" + id + "?stream=true");
                StreamInvariants.checkSse(other.body(), DONE);
                assertThat(server.ended(id).get("status").asText()).isEqualTo("completed");
                // Nobody is served any more: the one that does not read has been left.
                server.handler().shutdown().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(silent.untilClosed())
                        .startsWith("HTTP/1.1 200 OK")
                        .doesNotContain("response.completed")
                        .doesNotContain("[DONE]");
            }
        }
    }

    @Test
    void s6_aSlowReaderCostsNoMemoryAndIsToldEverything() {
        try (TestServer server = TestServer.of(LONG)) {
            String id = begin(server);
            assertThat(server.ended(id).get("status").asText()).isEqualTo("completed");
            List<Wire> readers = new ArrayList<>();
            try {
                long before = used();
                for (int i = 0; i < 8; i++) {
                    Wire reader = follow(server, id);
                    assertThat(reader.head().status()).isEqualTo(200);
                    assertThat(reader.chunk()).isNotEmpty();
                    readers.add(reader);
                }
                // Each of them waits for 25 MB more. What nobody holds may take more than one collection to go.
                long allowed = 32L * 1024 * 1024;
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                for (long held = used() - before; held >= allowed; held = used() - before) {
                    assertThat(System.nanoTime()).as("%s bytes held", held).isLessThan(deadline);
                }
                for (Wire reader : readers.subList(0, 2)) {
                    String last = "";
                    for (byte[] chunk = reader.chunk(); chunk.length > 0; chunk = reader.chunk()) {
                        last = new String(chunk, StandardCharsets.US_ASCII);
                    }
                    assertThat(last).contains("event: response.completed\n").endsWith("data: [DONE]\n\n");
                }
            } finally {
                readers.forEach(Wire::close);
            }
        }
    }

    static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void s10_whoeverBreaksOffWithinAnEventGoesOnBehindTheLastWholeOne() {
        try (TestServer server = TestServer.of(TestServer.saying("one", "two"))) {
            String id = begin(server);
            server.ended(id);
            String path = "/v1/responses/" + id + "?stream=true";
            String all = server.get(path).text();
            int first = all.indexOf("event: response.output_text.delta");
            int end = all.indexOf("\n\n", all.indexOf("\"delta\":\"two\"")) + 2;
            assertThat(end - first).isGreaterThan(300);
            for (int cut = first; cut <= end; cut++) {
                String read;
                try (Wire client = server.connect()) {
                    client.request("GET", path, "");
                    read = client.some(client.head(), cut);
                    client.reset();
                }
                String whole = read.substring(0, read.lastIndexOf("\n\n") + 2);
                int known = whole.split("\n\n", -1).length - 2;
                String rest = server.get(path + "&starting_after=" + known).text();
                assertThat(whole + rest).as("cut after %s characters", cut).isEqualTo(all);
            }
        }
    }

    @Test
    void s11_manyWaitForOneResponseAndHearThatItLives() {
        int tails = 100;
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model, handler -> handler.heartbeat(Duration.ofMillis(50)))) {
            String id = begin(server);
            StreamTest.await(model.started);
            List<Wire> readers = new ArrayList<>();
            try {
                for (int i = 0; i < tails; i++) {
                    readers.add(server.connect().request("GET", "/v1/responses/" + id + "?stream=true", ""));
                }
                List<String> heard = new ArrayList<>();
                for (Wire reader : readers) {
                    assertThat(reader.head().status()).isEqualTo(200);
                    heard.add(reader.chunksUntil(": keepalive\n\n"));
                }
                model.goOn();
                server.ended(id);
                String log = server.get("/v1/responses/" + id + "?stream=true").text();
                for (int i = 0; i < tails; i++) {
                    String all = heard.get(i) + readers.get(i).chunksUntil("data: [DONE]\n\n");
                    assertThat(all.replace(": keepalive\n\n", "")).isEqualTo(log.replace(": keepalive\n\n", ""));
                    assertThat(readers.get(i).chunk()).isEmpty();
                }
            } finally {
                readers.forEach(Wire::close);
            }
        }
    }
}
