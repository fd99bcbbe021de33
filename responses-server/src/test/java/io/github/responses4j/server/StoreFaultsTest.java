package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R2, R11, R13: files of databases that are set up badly, full, torn or somebody else's, as the server opens them. */
class StoreFaultsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern ID = Pattern.compile("\"id\":\"(resp_[^\"]*)\"");

    @TempDir
    Path folder;

    private static Running start(String store) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs("--store=" + store);
        arguments.port = "0";
        return Running.start(SettingsReader.read(arguments, Map.of()));
    }

    private String url(String kind) {
        return kind.equals("h2") ? "jdbc:h2:" + folder.resolve("kept") : "jdbc:sqlite:" + folder.resolve("kept.db");
    }

    private Path file(String kind) {
        return folder.resolve(kind.equals("h2") ? "kept.mv.db" : "kept.db");
    }

    private static HttpResponse<String> send(Running server, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Content-Type", "application/json");
        return CLIENT.send(
                (body.isEmpty() ? request : request.POST(HttpRequest.BodyPublishers.ofString(body))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> create(Running server, String more) throws Exception {
        return send(
                server,
                "/v1/responses",
                "{\"model\":\"demo\",\"input\":\"What is the capital of Norway?\"" + more + "}");
    }

    private static String id(HttpResponse<String> answer) {
        Matcher id = ID.matcher(answer.body());
        assertThat(id.find()).as(answer.body()).isTrue();
        return id.group(1);
    }

    @Test
    void r11_aFullH2RecoversWithoutARestart() throws Exception {
        FullDisk.install();
        Map<String, String> acknowledged = new LinkedHashMap<>();
        try (Running server = start(url("h2"))) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 3; i++) {
                    HttpResponse<String> answer = create(server, "");
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    acknowledged.put(id(answer), answer.body());
                }
                FullDisk.FULL.set(true);
                for (String more : new String[] {"", ",\"background\":true", ",\"stream\":true"}) {
                    HttpResponse<String> refused = create(server, more);
                    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
                    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
                    assertThat(refused.body()).contains("\"type\":\"server_error\"");
                }
                // H2 has closed the database: what is read is right, or there is nothing to read for now.
                HttpResponse<String> read = send(
                        server,
                        "/v1/responses/" + acknowledged.keySet().iterator().next(),
                        "");
                assertThat(read.statusCode()).isIn(200, 503);
                FullDisk.FULL.set(false);
                assertThat(create(server, "").statusCode()).isEqualTo(200);
                for (Map.Entry<String, String> kept : acknowledged.entrySet()) {
                    assertThat(send(server, "/v1/responses/" + kept.getKey(), "")
                                    .body())
                            .isEqualTo(kept.getValue());
                }
                assertThat(send(server, "/ready", "").statusCode()).isEqualTo(200);
            }
        } finally {
            FullDisk.uninstall();
        }
        try (Running again = start(url("h2"))) {
            for (Map.Entry<String, String> kept : acknowledged.entrySet()) {
                assertThat(send(again, "/v1/responses/" + kept.getKey(), "").body())
                        .isEqualTo(kept.getValue());
            }
        }
    }

    /** What can be put right is put right: nothing is acknowledged that is not on the disk. */
    @ParameterizedTest
    @CsvSource({"h2,;WRITE_DELAY=500", "sqlite,?synchronous=OFF", "sqlite,?journal_mode=DELETE"})
    void r2_aFileThatWouldForgetIsSetRight(String kind, String option) throws Exception {
        try (Running server = start(url(kind) + option)) {
            assertThat(create(server, "").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void r13_aFileThatWasCutAnywhereIsRefusedAndLeftAsItIs(String kind) throws Exception {
        try (Running server = start(url(kind))) {
            for (int i = 0; i < 3; i++) {
                assertThat(create(server, "").statusCode()).isEqualTo(200);
            }
        }
        Path file = file(kind);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            byte[] torn = Arrays.copyOf(whole, random.nextInt(1, whole.length));
            Files.write(file, torn);
            assertThatThrownBy(() -> start(url(kind)).close())
                    .as("%s of %s bytes", torn.length, whole.length)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining(file.getFileName().toString());
            assertThat(Files.readAllBytes(file)).isEqualTo(torn);
        }
        Files.write(file, whole);
        try (Running server = start(url(kind))) {
            assertThat(create(server, "").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void r13_aDatabaseOfAnotherProgramIsRefusedAndLeftAsItIs(String kind) throws Exception {
        try (Connection connection = DriverManager.getConnection(url(kind));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE diary (page INTEGER PRIMARY KEY, entry VARCHAR(100))");
            statement.execute("INSERT INTO diary VALUES (1, 'a server was started')");
        }
        byte[] foreign = Files.readAllBytes(file(kind));

        assertThatThrownBy(() -> start(url(kind)).close())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("it has the tables of another program");
        assertThat(Files.readAllBytes(file(kind))).isEqualTo(foreign);
    }
}
