package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server whose store is PostgreSQL: credentials, settings that lose what they have, and a database that goes away. */
class PostgresStoreTest {
    private static final String PASSWORD = "canary&1 +%";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static Running start(Map<String, String> environment, String... options) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(options);
        arguments.port = "0";
        return Running.start(SettingsReader.read(arguments, environment));
    }

    private static HttpResponse<String> send(int port, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json");
        return CLIENT.send(
                (body.isEmpty() ? request : request.POST(HttpRequest.BodyPublishers.ofString(body))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** How long it takes until somebody is told that there is no database. */
    private static Duration refused(int port, String body) throws Exception {
        long asked = System.nanoTime();
        HttpResponse<String> refused = send(port, "/v1/responses", body);
        Duration waited = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains("\"type\":\"server_error\"");
        return waited;
    }

    @Test
    void aDatabaseThatGoesAwayIsToldWithinTwoSeconds() throws Exception {
        String hello = "{\"model\":\"demo\",\"input\":\"What is the capital of Norway?\"}";
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .setServerConfig("fsync", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                Running server = start(Map.of(), "--store=" + database.getJdbcUrl("postgres", "postgres"))) {
            assertThat(send(server.port(), "/v1/responses", hello).statusCode()).isEqualTo(200);
            assertThat(send(server.port(), "/ready", "").statusCode()).isEqualTo(200);
            database.close();

            // The shorter of two: what a busy machine does meanwhile seldom meets both.
            Duration first = refused(server.port(), hello);
            Duration second = refused(server.port(), hello);
            assertThat(first.compareTo(second) < 0 ? first : second).isLessThan(Duration.ofSeconds(2));
            assertThat(send(server.port(), "/ready", "").statusCode()).isEqualTo(503);
            assertThat(send(server.port(), "/health", "").statusCode()).isEqualTo(200);
        }
    }

    /** R2: the process ends, and says why. */
    @Test
    void r2_aServerThatForgetsIsRefused() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            String url = "jdbc:postgresql://127.0.0.1:" + database.getPort() + "/postgres?user=postgres";
            for (String option : List.of("", "&options=-c%20synchronous_commit=off")) {
                try (Connection connection = database.getPostgresDatabase().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute(
                            option.isEmpty()
                                    ? "ALTER DATABASE postgres SET synchronous_commit = off"
                                    : "ALTER DATABASE postgres RESET synchronous_commit");
                }
                try (ServerProcess server = ServerProcess.start("--port=0", "--store=" + url + option)) {
                    assertThat(server.errors())
                            .singleElement()
                            .asString()
                            .endsWith(" cannot be opened: commits would not be lasting: synchronous_commit is off;"
                                    + " --durability relaxed takes it as it is");
                    assertThat(server.lines()).isEmpty();
                    assertThat(server.exitStatus()).isEqualTo(1);
                }
            }
            String forgetting = "--store=" + url + "&options=-c%20synchronous_commit=off";
            try (Running server = start(Map.of(), forgetting, "--durability=relaxed")) {
                assertThat(send(server.port(), "/ready", "").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void theBundledDriverAndTheCredentialsWork() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("password_encryption", "scram-sha-256")
                .start()) {
            try (Connection connection = database.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE keeper LOGIN PASSWORD '" + PASSWORD + "'");
                statement.execute("CREATE DATABASE kept OWNER keeper");
            }
            String url = "jdbc:postgresql://127.0.0.1:" + database.getPort() + "/kept";

            assertThatThrownBy(() -> start(Map.of(), "--store=" + url, "--store-user=keeper"))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessage("the store " + url + " cannot be opened: commits would not be lasting: fsync is off;"
                            + " --durability relaxed takes it as it is");
            try (Running server = start(
                    Map.of("RESPONSES_STORE_PASSWORD", PASSWORD),
                    "--store=" + url,
                    "--store-user=keeper",
                    "--durability=relaxed")) {
                assertThat(send(server.port(), "/ready", "").statusCode()).isEqualTo(200);
                assertThat(server.storeLine()).isEqualTo("Kept in: " + url);
            }
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsToldWithoutThePassword() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/d";

        assertThatThrownBy(() -> start(Map.of(), "--store=" + url + "?user=u&password=canary"))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("the store " + url + " cannot be opened: Connection to 127.0.0.1:" + port)
                .hasMessageNotContaining("canary")
                .hasNoCause();
    }
}
