package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.Json;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose store is a file keeps its secret beside it: what it has sealed it can read after a restart. */
class SecretFileTest {
    private static final String GIVEN = "0123456789abcdef0123456789abcdef";
    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    Path folder;

    private Served start(Map<String, String> environment, String file) {
        return Served.start(
                environment,
                file.endsWith(".db")
                        ? "--store=jdbc:sqlite:" + folder.resolve(file)
                        : "--data=" + folder.resolve(file));
    }

    private Path secret() {
        return folder.resolve("data/responses.secret");
    }

    /** Begins a talk, and gives a request that goes on behind its summary, which the server has sealed. */
    private static String sealed(Served server) throws Exception {
        HttpResponse<String> compacted = server.post(
                "",
                "{\"model\":\"demo\",\"input\":[{\"role\":\"user\",\"content\":\"My name is Alice.\"},"
                        + "{\"type\":\"compaction_trigger\"}]}");
        JsonNode compaction = Json.read(compacted.body()).path("output").path(0);
        assertThat(compaction.path("type").textValue()).isEqualTo("compaction");
        return "{\"model\":\"demo\",\"input\":[" + compaction
                + ",{\"role\":\"user\",\"content\":\"What is my name?\"}]}";
    }

    private static void assertReads(Served server, String next) throws Exception {
        assertThat(server.post("", next).body()).contains("Your name is Alice.");
    }

    private static void assertRefuses(Served server, String next) throws Exception {
        HttpResponse<String> refused = server.post("", next);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("invalid_encrypted_content");
    }

    @ParameterizedTest
    @CsvSource({"data,data/responses.secret", "some.db,some.db.secret"})
    void whatWasSealedCanBeReadAfterARestart(String file, String secret) throws Exception {
        String next;
        try (Served server = start(NOTHING, file)) {
            next = sealed(server);
        }
        try (Served server = start(NOTHING, file)) {
            assertReads(server, next);
        }
        // It is this file that does it.
        Files.move(folder.resolve(secret), folder.resolve("elsewhere"));
        try (Served server = start(NOTHING, file)) {
            assertRefuses(server, next);
        }
        Files.delete(folder.resolve(secret));
        Files.move(folder.resolve("elsewhere"), folder.resolve(secret));
        try (Served server = start(NOTHING, file)) {
            assertReads(server, next);
        }
    }

    @Test
    void itIsNobodyElses() throws Exception {
        start(NOTHING, "data").close();

        assertThat(secret()).content().matches("[0-9a-f]{64}\\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("responses.mv.db", "responses.secret");
        }
    }

    @Test
    void aSecretThatIsGivenGoesFirst() throws Exception {
        String given;
        try (Served server = start(Map.of("RESPONSES_SECRET", GIVEN), "data")) {
            given = sealed(server);
        }
        assertThat(secret()).doesNotExist();
        String own;
        try (Served server = start(NOTHING, "data")) {
            assertRefuses(server, given);
            own = sealed(server);
        }
        // The file's is as good as any other for a server elsewhere.
        String moved = Files.readString(secret()).strip();
        try (Served server = Served.start(Map.of("RESPONSES_SECRET", moved), "--store=memory")) {
            assertReads(server, own);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcdef",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeX",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n\n"
            })
    void oneThatIsNotWholeIsRefusedAndLeftAsItIs(String text) throws Exception {
        start(NOTHING, "data").close();
        Files.writeString(secret(), text);

        assertThatThrownBy(() -> start(NOTHING, "data"))
                .isInstanceOf(CannotStartException.class)
                .hasMessage("the secret in " + secret() + " is damaged: it should be 64 hexadecimal digits."
                        + " Restore it, or remove it: then what was sealed with it cannot be read");
        assertThat(secret()).hasContent(text);
        // Nothing of the server that did not start is left; a secret that is given makes this one needless.
        start(Map.of("RESPONSES_SECRET", GIVEN), "data").close();
    }

    @Test
    void oneThatCannotBeReadIsRefused() throws Exception {
        Files.createDirectories(secret());
        Files.createFile(secret().resolve("something"));

        assertThatThrownBy(() -> start(NOTHING, "data"))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("the secret in " + secret() + " ");
    }

    @Test
    void aLinkThatLeadsNowhereIsRefusedAndLeftAsItIs() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Path nowhere = folder.resolve("unmounted/secret");
        Files.createSymbolicLink(secret(), nowhere);

        assertThatThrownBy(() -> start(NOTHING, "data"))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("the secret in " + secret() + " cannot be read");
        assertThat(Files.readSymbolicLink(secret())).isEqualTo(nowhere);
        assertThat(nowhere.getParent()).doesNotExist();
    }

    @Test
    void aNewSecretOfAnOlderStoreIsTold() {
        Path store = folder.resolve("some.db");
        List<String> told = new ArrayList<>();

        String first = SecretFile.beside(store, true, told::add);
        assertThat(told)
                .containsExactly(
                        "there was no secret beside the store " + store + ", which is older: the server has made "
                                + SecretFile.of(store) + ", and cannot read what was sealed before");
        assertThat(SecretFile.beside(store, true, told::add)).isEqualTo(first);
        SecretFile.beside(folder.resolve("other.db"), false, told::add);
        assertThat(told).hasSize(1);
    }

    @Test
    void aServerTellsOfItOnce() throws Exception {
        List<List<String>> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            if (i == 1) {
                Files.delete(folder.resolve("data/responses.secret"));
            }
            try (ServerProcess server = ServerProcess.startIn(folder, "--port=0", "--data=data")) {
                server.uri();
                server.terminate();
                told.add(server.errors());
            }
        }

        assertThat(told.get(0)).isEmpty();
        assertThat(told.get(1))
                .singleElement()
                .asString()
                .contains("WARN ", " there was no secret beside the store ", "responses.secret");
        assertThat(told.get(2)).isEmpty();
    }

    @Test
    void aFileThatIsNoStoreYetHasLostNoSecret() throws Exception {
        Files.createFile(folder.resolve("some.db"));
        try (ServerProcess server = ServerProcess.startIn(folder, "--port=0", "--store=jdbc:sqlite:some.db")) {
            server.uri();
            server.terminate();
            assertThat(server.errors()).isEmpty();
        }
        assertThat(folder.resolve("some.db.secret")).exists();
    }

    @Test
    void aStartThatFailsBehindTheStoreLeavesTheSecretToo() {
        assertThatThrownBy(() -> Served.start(NOTHING, "--data=" + folder.resolve("data"), "--backend=*=chat:nonsense"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessageStartingWith("backend '*'");

        assertThat(folder.resolve("data/responses.mv.db")).exists();
        assertThat(secret()).exists();
    }

    @ParameterizedTest
    @CsvSource({
        "rw-------,false",
        "r--------,false",
        "rw--w--w-,false",
        "rw-r-----,true",
        "rw----r--,true",
        "rw-r--r--,true"
    })
    void oneThatOthersMayReadIsTold(String permissions, boolean read) throws Exception {
        Path store = folder.resolve("some.db");
        List<String> told = new ArrayList<>();
        String secret = SecretFile.beside(store, false, told::add);
        Files.setPosixFilePermissions(SecretFile.of(store), PosixFilePermissions.fromString(permissions));

        assertThat(SecretFile.beside(store, true, told::add)).isEqualTo(secret);
        assertThat(told)
                .isEqualTo(
                        read
                                ? List.of("others may read the secret in " + SecretFile.of(store)
                                        + ": it should be its owner's alone (chmod 600)")
                                : List.of());
    }

    @Test
    void oneThatWasBegunIsNone() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/responses.secret.new"), "0123");

        start(NOTHING, "data").close();

        assertThat(secret()).content().matches("[0-9a-f]{64}\\n");
        assertThat(folder.resolve("data/responses.secret.new")).doesNotExist();
    }

    @Test
    void aStoreThatIsNoFileNeedsOneFromOutside() throws Exception {
        Path config = Files.writeString(folder.resolve("config.yaml"), "secret: " + GIVEN + "\n");
        try (ServerProcess without = ServerProcess.start("--port=0", "--store=jdbc:h2:mem:some");
                ServerProcess with =
                        ServerProcess.start("--port=0", "--store=jdbc:h2:mem:some", "--config=" + config)) {
            without.uri();
            with.uri();
            without.terminate();
            with.terminate();
            List<String> told = without.errors();

            assertThat(told).hasSize(1);
            assertThat(told.get(0)).contains("there is no RESPONSES_SECRET: ");
            assertThat(with.errors()).isEmpty();
        }
    }
}
