package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R7–R11: the database goes away, hangs, breaks off in the middle of a commit, or is full; and comes back. */
class OutageTest {
    private static final String STREAMED = ",\"background\":true,\"stream\":true";

    /** A node whose database is behind a wire. */
    private record Scene(String url, ChaosProxy wire, FakeUpstream upstream, ServerProcess node)
            implements AutoCloseable {
        static Scene of(String... more) {
            String url = Database.POSTGRES.create();
            ChaosProxy wire = new ChaosProxy(Database.port(url));
            FakeUpstream upstream = new FakeUpstream();
            java.util.List<String> options = new java.util.ArrayList<>(java.util.List.of(
                    // A commit that is prepared would pass the wire under a name that the wire does not know.
                    "db=" + Database.through(url, wire.port())
                            + "&socketTimeout=20&connectTimeout=2&prepareThreshold=0",
                    "upstream=" + upstream.url(),
                    "poll=PT0.1S"));
            options.addAll(java.util.List.of(more));
            return new Scene(url, wire, upstream, ServerProcess.start(options.toArray(String[]::new)));
        }

        Client client() {
            return node.client();
        }

        @Override
        public void close() {
            node.close();
            wire.close();
            upstream.close();
        }
    }

    private static String up(String script, String more) {
        return Client.body(script, more).replace("\"m\"", "\"up\"");
    }

    @Test
    void r8_withoutADatabaseNothingIsBegun() {
        try (Scene scene = Scene.of()) {
            assertThat(scene.client().create(up("text:1:0:a", "")).status()).isEqualTo(200);
            int asked = scene.upstream().calls().size();
            scene.wire().set(ChaosProxy.Mode.DOWN);
            for (String more : new String[] {"", ",\"stream\":true", ",\"background\":true", STREAMED}) {
                // The shorter of two: what a busy machine does meanwhile seldom meets both.
                assertThat(Math.min(refused(scene, more), refused(scene, more))).isLessThan(2_000);
            }
            assertThat(scene.upstream().calls()).hasSize(asked);
            scene.wire().set(ChaosProxy.Mode.OPEN);
            assertThat(scene.client().create(up("text:1:0:c", "")).status()).isEqualTo(200);
        }
    }

    /** How many milliseconds it takes until somebody is told that there is no database. */
    private static long refused(Scene scene, String more) {
        long begun = System.nanoTime();
        Client.Reply reply = scene.client().create(up("text:1:0:b", more));
        long took = Timing.millisSince(begun);
        assertThat(reply.error()).isEqualTo("503|server_error|null|null");
        assertThat(reply.retryAfter()).isEqualTo("1");
        return took;
    }

    /** An append in whose commit the connection breaks: it has happened or not, and the run finds out. */
    @ParameterizedTest
    @CsvSource({
        "RESET_BEFORE_COMMIT,1",
        "RESET_AFTER_COMMIT,1",
        "RESET_BEFORE_COMMIT,3",
        "RESET_AFTER_COMMIT,3",
        "RESET_BEFORE_COMMIT,6",
        "RESET_AFTER_COMMIT,6"
    })
    void r7_aCommitWithoutAnAnswerIsLookedUp(ChaosProxy.Mode mode, int after) {
        try (Scene scene = Scene.of("lease=PT60S", "poll=PT60S")) {
            Heard heard = scene.client().createStream(Client.body("text:8:60:d", STREAMED), some -> {
                if (some.events().size() == 3 + after) {
                    scene.wire().set(mode);
                }
                return false;
            });
            assertThat(scene.wire().mode()).as("a commit was met").isEqualTo(ChaosProxy.Mode.OPEN);
            JsonNode response = History.checkEnded(scene.client(), heard.id(), heard.events());
            assertThat(response.path("status").asText()).isEqualTo("completed");
        }
    }

    /**
     * Whatever a run says to its database, the connection breaks at it once: it is said again, or looked up. Each pass does so in another
     * place of each message; after three of them there is none left.
     */
    @Test
    void r7_aConnectionMayBreakAtAnyMessage() {
        for (int pass = 0; pass < Column.of("passes"); pass++) {
            breakAtEachMessage(pass);
        }
    }

    private static void breakAtEachMessage(int pass) {
        ChaosProxy.Cut[] cuts = ChaosProxy.Cut.values();
        try (Scene scene = Scene.of("lease=PT60S", "poll=PT0.2S")) {
            assertThat(scene.client().create(Client.body("text:1:0:p", "")).status())
                    .isEqualTo(200);
            int met = 0;
            int unheard = 0;
            for (boolean isMet = true; isMet; ) {
                assertThat(met).as("a run has an end").isLessThan(200);
                ChaosProxy.Cut cut = cuts[(met + pass) % cuts.length];
                scene.wire().cut(met + 1, cut);
                Heard heard = scene.client().createStream(Client.body("text:2:30:q" + met, STREAMED), some -> false);
                isMet = !scene.wire().isAwaitingCut();
                scene.wire().cut(0, cut);
                if (heard.id().isEmpty()) {
                    unheard++;
                } else {
                    JsonNode response = History.checkEnded(scene.client(), heard.id(), heard.events());
                    assertThat(response.path("status").asText())
                            .as("%s at message %s: %s", cut, met + 1, response)
                            .isEqualTo("completed");
                }
                met += isMet ? 1 : 0;
            }
            nothingIsLeftUnfinished(scene);
            Column.report("R7: the connection was broken at each of " + met + " messages, " + unheard
                    + " of them before there was a response; nothing lost, nothing twice");
            assertThat(met).isGreaterThan(10);
        }
    }

    private static void nothingIsLeftUnfinished(Scene scene) {
        Timing.until(
                "nothing is left unfinished",
                () -> !scene.client()
                        .send("GET", "/v1/responses?limit=100", "")
                        .body()
                        .matches("(?s).*\"status\":\"(queued|in_progress)\".*"));
    }

    @Test
    void r7_aCreateWithoutAnAnswerLeavesNothingUnfinished() {
        try (Scene scene = Scene.of("lease=PT1S")) {
            for (ChaosProxy.Mode mode :
                    new ChaosProxy.Mode[] {ChaosProxy.Mode.RESET_BEFORE_COMMIT, ChaosProxy.Mode.RESET_AFTER_COMMIT}) {
                for (String more : new String[] {"", STREAMED}) {
                    scene.wire().set(mode);
                    Client.Reply reply = scene.client().create(up("text:1:0:e", more));
                    assertThat(reply.status()).as(reply.body()).isIn(200, 503);
                    scene.wire().set(ChaosProxy.Mode.OPEN);
                }
            }
            nothingIsLeftUnfinished(scene);
        }
    }

    /** Shorter than the lease: the run bridges it. */
    @Test
    void r9_aBackgroundStreamBridgesAnOutage() {
        try (Scene scene = Scene.of("lease=PT60S")) {
            Future<Heard> reader =
                    Timing.later(() -> scene.client().createStream(up("text:120:100:f", STREAMED), some -> false));
            FakeUpstream.Call call = scene.upstream().await("text:120:100:f");
            Timing.pause(500);
            scene.wire().set(ChaosProxy.Mode.STALLED);
            Timing.pause(10_000);
            assertThat(call.isHungUp()).isFalse();
            scene.wire().set(ChaosProxy.Mode.OPEN);
            Heard heard = Timing.result(reader);
            JsonNode response = History.checkEnded(scene.client(), heard.id(), heard.events());
            assertThat(response.path("status").asText()).isEqualTo("completed");
            Heard rest = scene.client().follow(heard.id(), heard.lastSeq());
            assertThat(heard.events().size() + rest.events().size())
                    .isEqualTo(scene.client().follow(heard.id(), -1).events().size());
            assertThat(scene.upstream().calls()).hasSize(1);
        }
    }

    /** Longer than the lease: the run may be another's by now, so it is given up and nothing more is written. */
    @ParameterizedTest
    @ValueSource(strings = {"STALLED", "DOWN"})
    void r9_aRunWhoseLeaseMayBeLostIsGivenUp(ChaosProxy.Mode mode) {
        try (Scene scene = Scene.of("lease=PT3S", "poll=PT60S")) {
            Heard heard = scene.client()
                    .createStream(up("hold:5:g", STREAMED), some -> some.has("response.output_text.delta"));
            FakeUpstream.Call call = scene.upstream().await("hold:5:g");
            scene.wire().set(mode);
            long cut = System.nanoTime();
            long hungUp = call.awaitHungUp();
            assertThat((hungUp - cut) / 1_000_000).isLessThan(10_000);
            scene.wire().set(ChaosProxy.Mode.OPEN);
            try (ServerProcess other = ServerProcess.start("db=" + scene.url(), "lease=PT3S", "poll=PT0.1S")) {
                JsonNode response = History.checkEnded(other.client(), heard.id(), heard.events());
                assertThat(response.path("status").asText()).isEqualTo("failed");
                assertThat(response.path("error").path("code").asText()).isEqualTo("server_error");
                assertThat(scene.client().get(heard.id()).json()).isEqualTo(response);
            }
            assertThat(scene.upstream().calls()).hasSize(1);
        }
    }

    /** As long as the scenario says, with the lease that everybody has. */
    @Test
    void r9_anOutageOfAMinuteEndsTheRun() {
        try (Scene scene = Scene.of("lease=PT30S")) {
            Future<Heard> reader =
                    Timing.later(() -> scene.client().createStream(up("hold:5:m", STREAMED), some -> false));
            FakeUpstream.Call call = scene.upstream().await("hold:5:m");
            Timing.pause(500);
            long cut = System.nanoTime();
            scene.wire().set(ChaosProxy.Mode.STALLED);
            assertThat((call.awaitHungUp() - cut) / 1_000_000).isLessThan(31_000);
            Heard heard = Timing.result(reader);
            Timing.pause(60_000 - Timing.millisSince(cut));
            scene.wire().set(ChaosProxy.Mode.OPEN);
            assertThat(heard.types()).contains("response.output_text.delta");
            assertThat(heard.terminal().isMissingNode()).isTrue();
            JsonNode response = History.checkEnded(scene.client(), heard.id(), heard.events());
            assertThat(response.path("status").asText()).isEqualTo("failed");
            Heard rest = scene.client().follow(heard.id(), heard.lastSeq());
            assertThat(rest.terminal().path("type").asText()).isEqualTo("response.failed");
            assertThat(scene.upstream().calls()).hasSize(1);
        }
    }

    @Test
    void r10_aForegroundStreamWhoseEndCannotBeStoredFails() {
        try (Scene scene = Scene.of("lease=PT60S")) {
            Heard heard = scene.client().createStream(Client.body("text:5:100:h", ",\"stream\":true"), some -> {
                if (some.has("response.output_text.delta")) {
                    scene.wire().set(ChaosProxy.Mode.DOWN);
                }
                return false;
            });
            assertThat(heard.types()).endsWith("error", "response.failed");
            assertThat(heard.terminal()
                            .path("response")
                            .path("error")
                            .path("code")
                            .asText())
                    .isEqualTo("server_error");
            assertThat(heard.types()).contains("response.output_text.delta");
            scene.wire().set(ChaosProxy.Mode.OPEN);
            try (ServerProcess other = ServerProcess.start("db=" + scene.url())) {
                assertThat(scene.client().get(heard.id()).status()).isEqualTo(200);
                assertThat(other.isAlive()).isTrue();
            }
        }
    }

    /** The server has no room: what is written fails, what is read is there, and with room all is well again. */
    @Test
    void r11_aFullPostgresRecoversWithoutARestart() {
        String url = Database.POSTGRES.create();
        try (ServerProcess node = ServerProcess.start("db=" + url)) {
            Client client = node.client();
            Client.Reply kept = client.create(Client.body("text:2:0:i", ""));
            Database.execute(
                    url,
                    "CREATE FUNCTION no_space() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'No space left on device'"
                            + " USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql;"
                            + "CREATE TRIGGER no_space BEFORE INSERT OR UPDATE ON r4j_response"
                            + " FOR EACH ROW EXECUTE FUNCTION no_space()");
            full(client, kept);
            Database.execute(url, "DROP TRIGGER no_space ON r4j_response");
            empty(client, kept);
        }
    }

    @Test
    void r11_aFullSqliteRecoversWithoutARestart() {
        String url = Database.SQLITE.create();
        try (ServerProcess node = ServerProcess.start("db=" + url)) {
            Client client = node.client();
            Client.Reply kept = client.create(Client.body("text:2:0:i", ""));
            assertThat(kept.status()).isEqualTo(200);
        }
        // Each connection has its own bound; these have hardly room for more than there is.
        try (ServerProcess node = ServerProcess.start("db=" + url + "&max_page_count=60")) {
            Client client = node.client();
            Client.Reply last = client.create(Client.body("text:2:0:j", ""));
            int created = 0;
            for (Client.Reply next = last; isCompleted(next); created++) {
                last = next;
                next = client.create(Client.body("text:200:0:k", ""));
                assertThat(created).as("it is never full").isLessThan(1_000);
            }
            full(client, last);
            // Room is made.
            for (JsonNode old :
                    client.send("GET", "/v1/responses?limit=100", "").json().path("data")) {
                if (!old.path("id").asText().equals(last.id())) {
                    assertThat(client.delete(old.path("id").asText()).status()).isEqualTo(200);
                }
            }
            empty(client, last);
        }
    }

    private static boolean isCompleted(Client.Reply reply) {
        return reply.status() == 200 && reply.json().path("status").asText().equals("completed");
    }

    private static void full(Client client, Client.Reply kept) {
        for (String more : new String[] {"", ",\"background\":true"}) {
            Client.Reply refused = client.create(Client.body("text:200:0:l", more));
            assertThat(refused.error()).isEqualTo("503|server_error|null|null");
        }
        Client.Reply read = client.get(kept.id());
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(kept.body());
    }

    private static void empty(Client client, Client.Reply kept) {
        assertThat(client.create(Client.body("text:2:0:m", "")).status()).isEqualTo(200);
        String id =
                client.create(Client.body("text:2:0:n", ",\"background\":true")).id();
        assertThat(History.ended(client, id).path("status").asText()).isEqualTo("completed");
        assertThat(client.get(kept.id()).body()).isEqualTo(kept.body());
    }
}
