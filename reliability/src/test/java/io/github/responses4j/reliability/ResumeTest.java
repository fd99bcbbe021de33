package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S1–S3, S6, G5: readers that drop their stream and go on with it elsewhere, and slow ones. */
class ResumeTest {
    private static final String STREAMED = ",\"background\":true,\"stream\":true";
    private static final int READERS = 16;
    private static final int DROPS = 5;

    private static List<ServerProcess> nodes;

    @BeforeAll
    static void start() {
        String url = Database.POSTGRES.create();
        nodes = List.of(
                ServerProcess.start("db=" + url, "lease=PT30S", "poll=PT1S", "workers=24"),
                ServerProcess.start("db=" + url, "lease=PT30S", "poll=PT1S", "workers=24"));
    }

    @AfterAll
    static void stop() {
        nodes.forEach(ServerProcess::close);
    }

    private static Client any(Random random) {
        return nodes.get(random.nextInt(nodes.size())).client();
    }

    @Test
    void s1_everyEventComesOnce() {
        int streams = Column.of("streams");
        AtomicInteger next = new AtomicInteger();
        AtomicInteger reconnects = new AtomicInteger();
        List<Callable<Void>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(Column.seed() + i);
            readers.add(() -> {
                for (int n = next.getAndIncrement(); n < streams; n = next.getAndIncrement()) {
                    reconnects.addAndGet(read(random, n));
                }
                return null;
            });
        }
        Timing.all(readers);
        Column.report("S1/G5: " + streams + " streams, " + reconnects
                + " reconnects over two nodes, 0 events missing, 0 twice");
    }

    /** Follows one stream, dropping it on the way; says how often. */
    private static int read(Random random, int number) {
        List<String> events = new ArrayList<>();
        int first = random.nextInt(1, 4);
        Heard heard = any(random)
                .createStream(
                        Client.body("text:30:" + random.nextInt(1, 20) + ":s" + number, STREAMED),
                        some -> some.events().size() >= first);
        String id = heard.id();
        events.addAll(heard.events());
        int drops = 0;
        while (heard.terminal().isMissingNode()) {
            boolean drop = drops < DROPS;
            int more = random.nextInt(1, 8);
            heard = any(random)
                    .follow(id, events.size() - 1, some -> drop && some.events().size() >= more);
            events.addAll(heard.events());
            drops++;
            assertThat(drops).as("it ends").isLessThan(100);
        }
        JsonNode response = any(random).get(id).json();
        assertThat(response.path("status").asText()).isEqualTo("completed");
        History.checkWhole(events, response);
        assertThat(any(random).follow(id, -1).events()).isEqualTo(events);
        return drops;
    }

    @Test
    void s2_whoComesJustWhenItEndsIsToldTheEnd() {
        Random random = new Random(Column.seed());
        int races = Math.max(50, Column.of("streams") / 5);
        for (int i = 0; i < races; i++) {
            Client client = any(random);
            // Followed from another node, from its last event but some on, while it ends.
            String id = client.createStream(
                            Client.body("text:3:" + random.nextInt(0, 4) + ":t" + i, STREAMED), some -> true)
                    .id();
            Timing.pause(random.nextInt(0, 15));
            int after = random.nextInt(0, 10);
            Heard heard = any(random).follow(id, after);
            assertThat(heard.isEnded()).isTrue();
            assertThat(heard.terminal().path("type").asText()).isEqualTo("response.completed");
            assertThat(heard.seqs().get(0)).isEqualTo(after + 1);
        }
        Column.report("S2: " + races + " races, the end was always told");
    }

    @ParameterizedTest
    @CsvSource({"-1", "-5", "x", "1.5", "99999999999999999999"})
    void s3_whatIsNoNumberIsRefused(String after) {
        Client client = nodes.get(0).client();
        Heard heard = client.createStream(Client.body("text:2:0:u", STREAMED), some -> false);
        Client.Reply reply =
                client.send("GET", "/v1/responses/" + heard.id() + "?stream=true&starting_after=" + after, "");
        assertThat(reply.error()).startsWith("400|invalid_request_error|").endsWith("|starting_after");
    }

    @Test
    void s3_afterTheEndThereIsNothingAndBeforeItOneWaits() {
        Client client = nodes.get(0).client();
        Heard all = client.createStream(Client.body("text:2:0:v", STREAMED), some -> false);
        for (long after : new long[] {all.lastSeq(), all.lastSeq() + 1, all.lastSeq() + 1_000}) {
            for (ServerProcess node : nodes) {
                Heard none = node.client().follow(all.id(), after);
                assertThat(none.status()).isEqualTo(200);
                assertThat(none.events()).isEmpty();
                assertThat(none.isEnded()).isTrue();
            }
        }
        Heard running = client.createStream(Client.body("text:3:300:w", STREAMED), some -> true);
        Heard rest = nodes.get(1).client().follow(running.id(), 4);
        assertThat(rest.seqs().get(0)).isEqualTo(5);
        assertThat(rest.terminal().path("type").asText()).isEqualTo("response.completed");
    }

    @Test
    void s6_whoTakesAKilobyteASecondIsToldEverything() {
        Heard all = nodes.get(0).client().createStream(Client.body("text:50:0:x", STREAMED), some -> false);
        List<Callable<List<String>>> readers = new ArrayList<>();
        for (ServerProcess node : nodes) {
            for (int i = 0; i < 4; i++) {
                readers.add(() -> throttled(node.client().port(), all.id()));
            }
        }
        long begun = System.nanoTime();
        assertThat(Timing.all(readers)).allSatisfy(heard -> assertThat(heard).isEqualTo(all.events()));
        Column.report("S6: " + readers.size() + " readers of a kilobyte a second were told "
                + all.events().size() + " events in " + Timing.millisSince(begun) / 1_000 + " s");
    }

    /** The events of a response, taken slowly through as small a window as there is. */
    private static List<String> throttled(int port, String id) throws IOException {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1024);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            // An answer to an old client comes in one piece.
            String request = "GET /v1/responses/" + id + "?stream=true HTTP/1.0\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] kilobyte = new byte[1024];
            int count = socket.getInputStream().readNBytes(kilobyte, 0, kilobyte.length);
            while (count > 0) {
                taken.write(kilobyte, 0, count);
                Timing.pause(1_000);
                count = socket.getInputStream().readNBytes(kilobyte, 0, kilobyte.length);
            }
        }
        return taken.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("data: ") && !line.equals("data: [DONE]"))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }
}
