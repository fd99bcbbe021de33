package io.github.responses4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server whose store is a file: what was answered is there after any end, and a file that is not right is left as it is. */
class KeptTest {
    private static final Pattern ID = Pattern.compile("\"id\":\"(resp_[^\"]*)\"");
    private static final String DEFAULT = "responses-data/responses.mv.db";

    @TempDir
    Path folder;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static String ask(URI server) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(server.resolve("/v1/responses"))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"demo\",\"input\":\"What is the capital of Norway?\"}"))
                                .header("Content-Type", "application/json")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String read(URI server, String answer) throws Exception {
        Matcher id = ID.matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        return CLIENT.send(
                        HttpRequest.newBuilder(server.resolve("/v1/responses/" + id.group(1)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private ServerProcess start(String store) {
        return store.isEmpty()
                ? ServerProcess.startIn(folder, "--port=0")
                : ServerProcess.startIn(folder, "--port=0", "--store=" + store);
    }

    /** Starts it to see it fail, and gives its one line. */
    private String refusal(String store) throws InterruptedException {
        try (ServerProcess server = start(store)) {
            List<String> errors = server.errors();
            assertThat(errors).hasSize(1);
            assertThat(server.lines()).isEmpty();
            assertThat(server.exitStatus()).isEqualTo(1);
            return errors.get(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"''," + DEFAULT, "jdbc:sqlite:some.db,some.db"})
    void whatWasAnsweredIsThereAfterAKill(String store, String file) throws Exception {
        String answer;
        try (ServerProcess server = start(store)) {
            URI uri = server.uri();
            assertThat(server.line()).startsWith("Kept in: ").endsWith(file);
            answer = ask(uri);
            server.kill();
        }
        assertThat(folder.resolve(file)).exists();
        try (ServerProcess server = start(store)) {
            URI uri = server.uri();

            assertThat(read(uri, answer)).isEqualTo(answer);
            server.terminate();
            assertThat(server.exitStatus()).isZero();
            assertThat(server.errors()).isEmpty();
        }
    }

    @Test
    void theDataDirectoryIsNobodyElses() throws Exception {
        try (ServerProcess server = start("")) {
            server.uri();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("responses-data"))))
                    .isEqualTo("rwx------");
        }
    }

    @ParameterizedTest
    @CsvSource({"''," + DEFAULT, "jdbc:sqlite:some.db,some.db"})
    void aFileBelongsToOneProcess(String store, String file) throws Exception {
        try (ServerProcess first = start(store)) {
            URI uri = first.uri();
            String answer = ask(uri);

            assertThat(refusal(store))
                    .contains(file + " is used by another process: a file belongs to one server at a time");
            assertThat(read(uri, answer)).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "''," + DEFAULT + ",100",
        "''," + DEFAULT + ",5000",
        "''," + DEFAULT + ",-1",
        "''," + DEFAULT + ",-5000",
        "jdbc:sqlite:some.db,some.db,50",
        "jdbc:sqlite:some.db,some.db,5000",
        "jdbc:sqlite:some.db,some.db,-1"
    })
    void aTornFileIsRefusedAndLeftAsItIs(String store, String name, long length) throws Exception {
        Path file = closed(store, name);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length < 0 ? bytes.length() + length : length);
        }
        byte[] torn = Files.readAllBytes(file);

        assertThat(refusal(store)).startsWith("responses-server: the store ").contains(name);
        assertThat(Files.readAllBytes(file)).isEqualTo(torn);
    }

    @ParameterizedTest
    @CsvSource({"''," + DEFAULT, "jdbc:sqlite:some.db,some.db"})
    void aForeignFileIsRefusedAndLeftAsItIs(String store, String name) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        byte[] foreign = "Dear diary, today a server was started in my folder.".getBytes(UTF_8);
        Files.write(file, foreign);

        assertThat(refusal(store)).contains(name + " is damaged: it is no database of ");
        assertThat(Files.readAllBytes(file)).isEqualTo(foreign);
    }

    @ParameterizedTest
    @CsvSource({
        "''," + DEFAULT + ",jdbc:h2:%s/responses-data/responses",
        "jdbc:sqlite:some.db,some.db,jdbc:sqlite:%s/some.db"
    })
    void aNewerSchemaIsRefusedAndLeftAsItIs(String store, String name, String url) throws Exception {
        Path file = closed(store, name);
        try (Connection connection = DriverManager.getConnection(url.formatted(folder))) {
            connection.createStatement().execute("INSERT INTO r4j_schema (version) VALUES (4711)");
        }
        byte[] newer = Files.readAllBytes(file);

        assertThat(refusal(store)).contains("the database has schema 4711, this program knows up to ");
        assertThat(Files.readAllBytes(file)).isEqualTo(newer);
    }

    /** A file with something in it, and nobody who has it open. */
    private Path closed(String store, String name) throws Exception {
        try (ServerProcess server = start(store)) {
            ask(server.uri());
            server.terminate();
            assertThat(server.exitStatus()).isZero();
        }
        return folder.resolve(name);
    }

    @Test
    void aFolderThatCannotBeMadeIsToldInOneLine() throws Exception {
        Files.writeString(folder.resolve("responses-data"), "in the way");

        assertThat(refusal("")).startsWith("responses-server: the store in ").contains(" cannot be opened: ");
    }
}
