package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.testkit.StreamInvariants;
import io.github.responses4j.testkit.StreamOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What clients were told, to be compared with what is there after the faults have stopped. The checks are these:
 *
 * <ul>
 *   <li>I1 a response that was acknowledged can be read, and is the same;
 *   <li>I2 the numbers of a log run from 0 without gap or repetition;
 *   <li>I3 every event that was delivered is in the log, the same;
 *   <li>I4 exactly one terminal event, and nothing after it;
 *   <li>I5 a status that has been seen is followed by none that it cannot lead to;
 *   <li>I6 the response is what its events make.
 * </ul>
 *
 * <p>Safe from any thread.
 */
final class History {
    private static final Set<String> TERMINAL = Set.of("completed", "incomplete", "failed", "cancelled");

    private final Map<String, String> finished = new ConcurrentHashMap<>();
    private final Map<String, List<String>> accepted = new ConcurrentHashMap<>();

    /** A response was acknowledged as it ended: it will never be another one. */
    void finished(String id, JsonNode response) {
        assertThat(finished.put(id, digest(response.toString()))).isNull();
    }

    /** A background response was acknowledged, and these events of it were delivered. */
    void accepted(String id, List<String> events) {
        assertThat(accepted.put(id, List.copyOf(events))).isNull();
    }

    Set<String> ids() {
        Set<String> all = ConcurrentHashMap.newKeySet();
        all.addAll(finished.keySet());
        all.addAll(accepted.keySet());
        return all;
    }

    /** Those that were acknowledged as they ended. */
    Set<String> finishedIds() {
        return Set.copyOf(finished.keySet());
    }

    int size() {
        return finished.size() + accepted.size();
    }

    /** I1 of a response that was acknowledged as it ended. */
    void check(Client client, String id) {
        if (finished.containsKey(id)) {
            Client.Reply reply = client.get(id);
            assertThat(reply.status()).as("acknowledged and lost: %s", id).isEqualTo(200);
            assertThat(digest(reply.json().toString()))
                    .as("acknowledged and changed: %s", reply.body())
                    .isEqualTo(finished.get(id));
        } else {
            checkEnded(client, id, accepted.get(id));
        }
    }

    /** I1–I4 and I6 of a background response, once it has ended. */
    static JsonNode checkEnded(Client client, String id, List<String> delivered) {
        JsonNode response = ended(client, id);
        if (!delivered.isEmpty()) {
            checkLog(client, response, delivered);
        }
        return response;
    }

    /** The log of a response that was created to be streamed. */
    static Heard checkLog(Client client, JsonNode response, List<String> delivered) {
        Heard log = client.follow(response.path("id").asText(), -1);
        assertThat(log.isEnded()).as("the log is read to its end").isTrue();
        checkWhole(log.events(), response);
        assertThat(log.events()
                        .subList(0, Math.min(delivered.size(), log.events().size())))
                .as("what was delivered is what the log begins with")
                .isEqualTo(delivered);
        return log;
    }

    /** The whole log of a response: its numbers, its grammar, its one end, and what it makes. */
    static void checkWhole(List<String> events, JsonNode response) {
        List<JsonNode> nodes = events.stream().map(Client::json).toList();
        for (int i = 0; i < nodes.size(); i++) {
            assertThat(nodes.get(i).path("sequence_number").asLong()).isEqualTo(i);
        }
        boolean cancelled = response.path("status").asText().equals("cancelled");
        StreamOptions options = StreamOptions.strict().tolerating(StreamOptions.Tolerance.OPEN_ITEM_IN_FAILURE);
        StreamInvariants.check(nodes, cancelled ? options.tolerating(StreamOptions.Tolerance.CUT_OFF) : options);
        if (!cancelled) {
            StreamInvariants.assertFoldEquals(nodes, response);
        }
    }

    /** Reads until a response has ended. */
    static JsonNode ended(Client client, String id) {
        return ended(client, id, Column.PATIENCE);
    }

    /** Reads until a response has ended, for not longer than it may take. */
    static JsonNode ended(Client client, String id, Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        List<String> seen = new ArrayList<>();
        while (true) {
            Client.Reply reply = client.get(id);
            assertThat(reply.status()).as("accepted and lost: %s", id).isEqualTo(200);
            String status = reply.json().path("status").asText();
            if (!seen.contains(status)) {
                seen.add(status);
            }
            if (TERMINAL.contains(status)) {
                // I5: queued is never seen again after in_progress.
                assertThat(List.of(
                                List.of(status),
                                List.of("queued", status),
                                List.of("in_progress", status),
                                List.of("queued", "in_progress", status)))
                        .contains(seen);
                return reply.json();
            }
            assertThat(System.nanoTime())
                    .as("%s is stuck: %s", id, reply.body())
                    .isLessThan(deadline);
            Timing.pause(20);
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
