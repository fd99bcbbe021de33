package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** R1, G1: a node is killed again and again while clients are served, and nothing that was acknowledged is lost. */
class KillTest {
    private static final int CLIENTS = 16;
    private static final int CYCLES_PER_DATABASE = 100;

    /** How many responses are acknowledged before a kill, at the least: with fewer it would show little. */
    private static final int ACKNOWLEDGED_PER_CYCLE = 11;

    private final Random random = new Random(Column.seed());
    private final AtomicInteger marks = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(Database.class)
    void nothingThatWasAcknowledgedIsLost(Database kind) {
        int cycles = Column.of("cycles");
        long acknowledged = 0;
        for (int done = 0; done < cycles; done += CYCLES_PER_DATABASE) {
            acknowledged += cycles(kind.create(), Math.min(CYCLES_PER_DATABASE, cycles - done));
        }
        // Each cycle waits for as many: with fewer a node has ended before it was killed.
        assertThat(acknowledged).isGreaterThanOrEqualTo((long) ACKNOWLEDGED_PER_CYCLE * cycles);
        Column.report("R1 " + kind + ": " + cycles + " kill -9 cycles, " + acknowledged
                + " acknowledged responses, 0 lost, 0 gaps, 0 duplicates");
    }

    /** G13: where commits are acknowledged before they are on the disk, the same check finds that they are lost. */
    @Test
    void aDurabilityThatIsOffIsMissed() {
        String url = Database.H2.create() + ";WRITE_DELAY=60000";
        History history = new History();
        try (ServerProcess node = ServerProcess.start("db=" + url, "durability=RELAXED")) {
            for (int i = 0; i < 20; i++) {
                Client.Reply reply = node.client().create(Client.body("text:6:0:l" + i, ""));
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                history.finished(reply.id(), reply.json());
            }
            node.kill();
        }
        try (ServerProcess node = ServerProcess.start("db=" + url, "durability=RELAXED")) {
            assertThatThrownBy(() -> history.ids().forEach(id -> history.check(node.client(), id)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("acknowledged and lost");
        }
    }

    private long cycles(String url, int cycles) {
        History history = new History();
        Set<String> checked = new HashSet<>();
        ConcurrentLinkedQueue<String> parents = new ConcurrentLinkedQueue<>();
        for (int cycle = 0; cycle < cycles; cycle++) {
            try (ServerProcess node = start(url)) {
                // What was acknowledged last is what a crash would lose; all are read again at the end.
                check(node.client(), history, history.finishedIds(), checked);
                int enough = history.size() + ACKNOWLEDGED_PER_CYCLE;
                List<Callable<Void>> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    Random choices = new Random(random.nextLong());
                    clients.add(() -> {
                        serve(node.client(), choices, history, parents);
                        return null;
                    });
                }
                Future<List<Void>> traffic = Timing.later(() -> Timing.all(clients));
                Timing.until("clients are served", () -> history.size() >= enough || traffic.isDone());
                Timing.pause(random.nextInt(500));
                node.kill();
                Timing.result(traffic);
            }
        }
        try (ServerProcess node = start(url)) {
            check(node.client(), history, history.ids(), new HashSet<>());
        }
        return history.size();
    }

    private static ServerProcess start(String url) {
        // Long enough for a busy machine: a run that loses its lease while its node lives would be no loss by a kill.
        return ServerProcess.start("db=" + url, "lease=PT2S", "poll=PT0.1S", "workers=32");
    }

    private static void check(Client client, History history, Set<String> some, Set<String> checked) {
        ConcurrentLinkedQueue<String> ids = new ConcurrentLinkedQueue<>(some);
        ids.removeIf(id -> !checked.add(id));
        Timing.atOnce(CLIENTS, () -> {
            for (String id = ids.poll(); id != null; id = ids.poll()) {
                history.check(client, id);
            }
            return null;
        });
    }

    /** Asks for one thing after the other until the node is gone. */
    private void serve(Client client, Random choices, History history, ConcurrentLinkedQueue<String> parents) {
        try {
            while (true) {
                ask(client, choices, history, parents);
            }
        } catch (UncheckedIOException gone) {
            // It was killed; what it had not acknowledged does not count.
        }
    }

    private void ask(Client client, Random choices, History history, ConcurrentLinkedQueue<String> parents) {
        String mark = "m" + marks.incrementAndGet();
        int choice = choices.nextInt(10);
        if (choice < 5) {
            String parent = choice < 2 ? parents.poll() : null;
            String more = parent == null ? "" : ",\"previous_response_id\":\"" + parent + "\"";
            Client.Reply reply = client.create(Client.body("text:6:0:" + mark, more));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.json().path("status").asText()).as(reply.body()).isEqualTo("completed");
            assertThat(reply.body()).contains(mark + "-5 ");
            history.finished(reply.id(), reply.json());
            parents.add(reply.id());
        } else if (choice < 7) {
            Heard heard = client.createStream(Client.body("text:6:1:" + mark, ",\"stream\":true"), some -> false);
            if (heard.isEnded()) {
                assertThat(heard.terminal().path("type").asText())
                        .as("status %s, told %s", heard.status(), heard.events())
                        .isEqualTo("response.completed");
                history.finished(heard.id(), heard.terminal().path("response"));
            }
        } else if (choice < 9) {
            Heard heard = client.createStream(
                    Client.body("text:10:5:" + mark, ",\"stream\":true,\"background\":true"), some -> false);
            if (!heard.events().isEmpty()) {
                history.accepted(heard.id(), heard.events());
            }
        } else {
            Client.Reply reply = client.create(Client.body("text:10:5:" + mark, ",\"background\":true"));
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            history.accepted(reply.id(), List.of());
        }
    }
}
