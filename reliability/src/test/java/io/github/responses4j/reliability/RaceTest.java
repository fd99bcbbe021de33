package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** C1–C5, C9, C10: callers of two nodes on one PostgreSQL want the same thing at the same time. */
class RaceTest {
    private static final int CALLERS = 32;
    private static final String STREAMED = ",\"background\":true,\"stream\":true";

    private static List<ServerProcess> nodes;
    private final AtomicInteger next = new AtomicInteger();

    @BeforeAll
    static void start() {
        String url = Database.POSTGRES.create();
        nodes = List.of(
                ServerProcess.start("db=" + url, "lease=PT30S", "poll=PT0.2S", "workers=24"),
                ServerProcess.start("db=" + url, "lease=PT30S", "poll=PT0.2S", "workers=24"));
    }

    @AfterAll
    static void stop() {
        nodes.forEach(ServerProcess::close);
    }

    private static Client node(int number) {
        return nodes.get(Math.floorMod(number, nodes.size())).client();
    }

    /** All of them at the same moment, half of them on each node; each has asked its node something before. */
    private static List<Client.Reply> together(java.util.function.Function<Integer, Client.Reply> ask) {
        CyclicBarrier barrier = new CyclicBarrier(CALLERS);
        List<Callable<Client.Reply>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            int number = i;
            callers.add(() -> {
                assertThat(node(number).get("resp_nobody").status()).isEqualTo(404);
                barrier.await();
                return ask.apply(number);
            });
        }
        return Timing.all(callers);
    }

    @Test
    void c1_oneTurnHoldsAConversation() {
        String conversation = node(0).send("POST", "/v1/conversations", "{}").id();
        String in = ",\"conversation\":\"" + conversation + "\"";
        // The turn that wins lasts until all the others have come: one that came after its end would be right to be
        // carried out.
        List<Client.Reply> replies = together(number -> node(number).create(Client.body("text:4:1500:c" + number, in)));
        List<Client.Reply> won =
                replies.stream().filter(reply -> reply.status() == 200).toList();
        assertThat(won).hasSize(1);
        assertThat(won.get(0).json().path("status").asText()).isEqualTo("completed");
        assertThat(replies.stream().filter(reply -> reply.status() != 200).map(Client.Reply::error))
                .hasSize(CALLERS - 1)
                .containsOnly("400|invalid_request_error|conversation_locked|conversation");
        // The end has freed it, and is in it.
        assertThat(node(1).create(Client.body("text:1:0:d", in)).status()).isEqualTo(200);
        assertThat(node(0).send("GET", "/v1/conversations/" + conversation + "/items?limit=100", "")
                        .json()
                        .path("data"))
                .hasSize(4);
    }

    @Test
    void c2_aResponseIsContinuedByAny() {
        String parent = node(0).create(Client.body("text:2:0:parent", "")).id();
        List<Client.Reply> children = together(number -> node(number)
                .create(Client.body("text:2:0:child" + number, ",\"previous_response_id\":\"" + parent + "\"")));
        for (int i = 0; i < CALLERS; i++) {
            Client.Reply child = children.get(i);
            assertThat(child.status()).as(child.body()).isEqualTo(200);
            String context = node(i + 1)
                    .send("GET", "/v1/responses/" + child.id() + "/input_items?scope=context&order=asc", "")
                    .body();
            assertThat(context).contains("parent-1", "text:2:0:child" + i + "\"");
            assertThat(context.split("text:2:0:child", -1))
                    .as("of one child alone")
                    .hasSize(2);
        }
    }

    @Test
    void c3_whatCannotBeContinuedIsNotFoundOrNotFinished() {
        String deleted = node(0).create(Client.body("text:1:0:e", "")).id();
        assertThat(node(1).delete(deleted).status()).isEqualTo(200);
        String running = node(0).createStream(Client.body("hold:2:f", STREAMED), some -> true)
                .id();
        for (int i = 0; i < 2; i++) {
            for (String gone : List.of(deleted, "resp_nobody")) {
                Client.Reply reply = node(i).create(Client.body("text:1:0:g", previous(gone)));
                assertThat(reply.error())
                        .isEqualTo("400|invalid_request_error|previous_response_not_found|previous_response_id");
            }
            assertThat(node(i).create(Client.body("text:1:0:g", previous(running)))
                            .error())
                    .isEqualTo("400|invalid_request_error|previous_response_not_finished|previous_response_id");
        }
        assertThat(node(1).cancel(running).status()).isEqualTo(200);
    }

    private static String previous(String id) {
        return ",\"previous_response_id\":\"" + id + "\"";
    }

    @Test
    void c4_aCancelIsWhatTheStateSaysOnEitherNode() {
        for (int i = 0; i < 2; i++) {
            Client one = node(i);
            Client other = node(i + 1);
            String running = one.createStream(Client.body("hold:2:h", STREAMED), some -> true)
                    .id();
            Client.Reply first = other.cancel(running);
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.json().path("status").asText()).isEqualTo("cancelled");
            for (Client node : List.of(one, other)) {
                assertThat(node.cancel(running).body()).isEqualTo(first.body());
                assertThat(node.get(running).body()).isEqualTo(first.body());
            }
            String finished = one.create(Client.body("text:1:0:i", ",\"background\":true"))
                    .id();
            JsonNode ended = History.ended(one, finished);
            Client.Reply late = other.cancel(finished);
            assertThat(late.status()).isEqualTo(200);
            assertThat(late.json()).isEqualTo(ended);
            String foreground = one.create(Client.body("text:1:0:j", "")).id();
            assertThat(other.cancel(foreground).status()).isEqualTo(400);
            assertThat(other.cancel("resp_nobody").status()).isEqualTo(404);
        }
    }

    @Test
    void c5_aCancelAndAnEndHaveOneWinner() {
        Random random = new Random(Column.seed());
        int races = Math.max(50, Column.of("races") / 50);
        int cancelled = 0;
        for (int i = 0; i < races; i++) {
            Client one = node(i);
            Client other = node(i + 1);
            String id = one.createStream(Client.body("text:2:3:k" + i, STREAMED), some -> true)
                    .id();
            Timing.pause(random.nextInt(0, 14));
            JsonNode answer = other.cancel(id).json();
            assertThat(answer.path("status").asText()).isIn("cancelled", "completed");
            JsonNode later = History.ended(one, id);
            assertThat(later).as("what has ended stays as it is").isEqualTo(answer);
            Heard log = one.follow(id, -1);
            History.checkWhole(log.events(), later);
            assertThat(log.has("response.completed"))
                    .isEqualTo(later.path("status").asText().equals("completed"));
            cancelled += later.path("status").asText().equals("cancelled") ? 1 : 0;
        }
        Column.report("C5 over two nodes: " + races + " races, " + cancelled + " won by the cancel");
        assertThat(cancelled).isBetween(1, races - 1);
    }

    @Test
    void c9_whatIsDeletedWhileItRunsIsGoneForAll() {
        Random random = new Random(Column.seed());
        for (int i = 0; i < 8; i++) {
            String id = node(i).createStream(
                            Client.body("hold:4:l", STREAMED), some -> some.has("response.output_text.delta"))
                    .id();
            List<Future<Heard>> readers = new ArrayList<>();
            for (int reader = 0; reader < 4; reader++) {
                Client client = node(reader);
                readers.add(Timing.later(() -> client.follow(id, -1)));
            }
            Timing.pause(random.nextInt(0, 60));
            assertThat(node(i + 1).delete(id).status()).isEqualTo(200);
            for (Future<Heard> reader : readers) {
                Heard heard = Timing.result(reader);
                assertThat(heard.isEnded() || heard.status() == 404).isTrue();
                assertThat(heard.terminal().isMissingNode()).isTrue();
            }
            for (int n = 0; n < 2; n++) {
                assertThat(node(n).get(id).status()).isEqualTo(404);
                assertThat(node(n).cancel(id).status()).isEqualTo(404);
                assertThat(node(n).delete(id).status()).isEqualTo(404);
                assertThat(node(n).send("GET", "/v1/responses/" + id + "/input_items", "")
                                .status())
                        .isEqualTo(404);
                assertThat(node(n).follow(id, -1).status()).isEqualTo(404);
                assertThat(node(n).create(Client.body("text:1:0:m", previous(id)))
                                .error())
                        .isEqualTo("400|invalid_request_error|previous_response_not_found|previous_response_id");
            }
        }
    }

    @Test
    void c10_oneKeyIsOneRun() {
        for (String more : List.of("", ",\"background\":true")) {
            String key = "key-" + next.incrementAndGet();
            String body = Client.body("text:3:100:o", more);
            List<Client.Reply> replies = together(number -> node(number).create(body, "Idempotency-Key", key));
            List<String> ids = replies.stream()
                    .filter(reply -> reply.status() == 200)
                    .map(Client.Reply::id)
                    .distinct()
                    .toList();
            assertThat(ids).hasSize(1);
            assertThat(replies.stream().filter(reply -> reply.status() != 200).map(Client.Reply::error))
                    .allMatch("409|invalid_request_error|idempotency_in_progress|Idempotency-Key"::equals);
            JsonNode ended = History.ended(node(0), ids.get(0));
            assertThat(node(1).create(body, "Idempotency-Key", key).json()).isEqualTo(ended);
            assertThat(node(0).create(Client.body("text:1:0:p", more), "Idempotency-Key", key)
                            .error())
                    .isEqualTo("422|invalid_request_error|idempotency_key_reused|Idempotency-Key");
        }
    }
}
