package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.json.Json;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --restore} brings a response back that was deleted. */
class RestoringTest {
    private static final String HELLO = "{\"model\":\"demo\",\"input\":\"What is the capital of Norway?\"}";

    @TempDir
    Path folder;

    private static String createAndDelete(Served server, String key) throws Exception {
        String id = Json.read(server.post(key, HELLO).body()).path("id").asText();
        assertThat(server.delete(key, id).statusCode()).isEqualTo(200);
        assertThat(server.get(key, id).statusCode()).isEqualTo(404);
        return id;
    }

    private static String restore(String store, String tenant, List<String> ids) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs("--store=" + store);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Restoring.run(
                SettingsReader.read(arguments, Map.of()),
                tenant,
                ids,
                new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aServerWithAFileIsStoppedForIt() throws Exception {
        String one;
        String two;
        try (Served server = Served.start(Map.of(), "--data=" + folder.resolve("data"), "--restore-window=1h")) {
            one = createAndDelete(server, "");
            two = createAndDelete(server, "");
            try (ServerProcess early =
                    ServerProcess.startIn(folder, "--data=data", "--restore=" + one, "--restore=" + two)) {
                assertThat(early.errors()).singleElement().asString().contains(" is used by another process");
                assertThat(early.exitStatus()).isEqualTo(1);
            }
        }
        try (ServerProcess restoring =
                ServerProcess.startIn(folder, "--data=data", "--restore=" + one, "--restore=" + two)) {
            assertThat(restoring.lines()).containsExactly("Restored: " + one, "Restored: " + two);
            assertThat(restoring.errors()).isEmpty();
            assertThat(restoring.exitStatus()).isZero();
        }
        try (Served server = Served.start(Map.of(), "--data=" + folder.resolve("data"))) {
            assertThat(server.get("", one).body()).contains("The capital of Norway is Oslo.");
            assertThat(server.get("", two).body()).contains("The capital of Norway is Oslo.");
        }
    }

    @Test
    void aServerWithPostgresGoesOn() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .setServerConfig("fsync", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                Served server = Served.start(
                        Map.of(),
                        "--store=" + database.getJdbcUrl("postgres", "postgres"),
                        "--restore-window=1h",
                        "--api-key=key-1=one",
                        "--api-key=key-2=two")) {
            String store = database.getJdbcUrl("postgres", "postgres");
            String id = createAndDelete(server, "key-1");

            assertThatThrownBy(() -> restore(store, "two", List.of(id)))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessage("the tenant 'two' has no deleted response " + id + " that could still be restored");
            assertThat(server.get("key-1", id).statusCode()).isEqualTo(404);
            assertThat(restore(store, "one", List.of(id))).isEqualTo("Restored: " + id + System.lineSeparator());
            assertThat(server.get("key-1", id).statusCode()).isEqualTo(200);
            assertThat(server.get("key-2", id).statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--data=%s/data,data/responses.mv.db",
        "--store=jdbc:h2:%s/data/some,data/some.mv.db",
        "--store=jdbc:sqlite:%s/data/some.db,data/some.db",
        "--store=jdbc:sqlite:%s/some.db,some.db"
    })
    void whereThereIsNoStoreNoneIsMade(String option, String file) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(option.formatted(folder));
        Settings settings = SettingsReader.read(arguments, Map.of());

        assertThatThrownBy(() -> Restoring.run(settings, "default", List.of("resp_1"), System.out))
                .isInstanceOf(CannotStartException.class)
                .hasMessage("there is no store in " + folder.resolve(file));
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "jdbc:h2:mem:some"})
    void aStoreInMemoryHasNothingToRestore(String store) {
        assertThatThrownBy(() -> restore(store, "default", List.of("resp_1")))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("a store in memory has nothing to restore");
    }

    @Test
    void whatCannotBeRestoredIsTold() throws Exception {
        String store = "jdbc:sqlite:" + folder.resolve("some.db");
        String gone;
        try (Served server = Served.start(Map.of(), "--store=" + store)) {
            gone = createAndDelete(server, "");
        }
        String there;
        try (Served server = Served.start(Map.of(), "--store=" + store, "--restore-window=1h")) {
            there = createAndDelete(server, "");
        }

        assertThatThrownBy(() -> restore(store, "default", List.of(gone, there, "resp_never")))
                .isInstanceOf(CannotStartException.class)
                .hasMessage("the tenant 'default' has no deleted response " + gone
                        + ", resp_never that could still be restored");
        assertThatThrownBy(() -> restore(store, "", List.of(gone)))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("restore: a tenant id has 1 to 128 characters, was 0");
        try (Served server = Served.start(Map.of(), "--store=" + store)) {
            assertThat(server.get("", there).statusCode()).isEqualTo(200);
            assertThat(server.get("", gone).statusCode()).isEqualTo(404);
        }
    }
}
