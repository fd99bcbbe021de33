package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server as a process: what it prints, and how it ends. */
class MainTest {
    private static final Pattern READY = Pattern.compile(
            "Ready: curl -s (http://127\\.0\\.0\\.1:[1-9][0-9]*)/v1/responses -H 'Content-Type: application/json' -d '(\\{.*})'");

    @Test
    void itPrintsACommandThatWorksAndStopsWithoutAFuss() throws Exception {
        try (ServerProcess server = ServerProcess.start("--port", "0")) {
            Matcher ready = READY.matcher(server.line());
            assertThat(ready.matches()).isTrue();
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(ready.group(1) + "/v1/responses"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(ready.group(2)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            server.terminate();

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("The capital of France is Paris.");
            assertThat(server.exitStatus()).isZero();
            assertThat(server.lines()).containsExactly("Kept in: memory, until the server stops");
            assertThat(server.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--port=x; responses-server: 'x' is no port: 0 to 65535 (see --help)",
                "--nonsense; responses-server: Unknown option: '--nonsense' (see --help)",
                "serve; responses-server: Unmatched argument at index 1: 'serve' (see --help)",
                "--port; responses-server: Missing required parameter for option '--port' (<port>) (see --help)",
                "--tenant=a; responses-server: --tenant says whose response is to be restored: --restore is missing (see --help)",
                "--restore=resp_1; responses-server: a store in memory has nothing to restore",
                "--backend=*=chat:nonsense; responses-server: backend '*'",
                "--host=0.0.0.0; responses-server: listening on 0.0.0.0 would let anybody in"
            },
            quoteCharacter = '`')
    void badOptionsAreToldInOneLine(String argument, String message) throws Exception {
        try (ServerProcess server = ServerProcess.start(argument)) {
            List<String> errors = server.errors();

            assertThat(errors).hasSize(1);
            assertThat(server.folder()).isEmptyDirectory();
            assertThat(errors.get(0)).startsWith(message);
            assertThat(server.exitStatus()).isEqualTo(2);
            assertThat(server.lines()).isEmpty();
        }
    }

    @Test
    void aTakenPortIsToldInOneLine() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerProcess server = ServerProcess.start("--port", Integer.toString(taken.getLocalPort()))) {
            assertThat(server.errors())
                    .containsExactly("responses-server: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": Address already in use");
            assertThat(server.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void helpAndVersionAreNoFailure() throws InterruptedException {
        try (ServerProcess help = ServerProcess.start("--help");
                ServerProcess version = ServerProcess.start("--version")) {
            assertThat(String.join("\n", help.lines()))
                    .contains(
                            "--host",
                            "--port",
                            "--store",
                            "--data",
                            "--store-user",
                            "--store-connections",
                            "--durability",
                            "--lease",
                            "--keep",
                            "--restore-window",
                            "--keep-usage",
                            "--restore",
                            "--tenant",
                            "--backend",
                            "--api-key",
                            "--profile",
                            "--config",
                            "--insecure");
            assertThat(help.exitStatus()).isZero();
            assertThat(version.lines()).singleElement().asString().startsWith("responses-server ");
            assertThat(version.exitStatus()).isZero();
        }
    }

    @Test
    void theReadyLineTellsOfAKeyButNotTheKey() throws InterruptedException {
        try (ServerProcess server = ServerProcess.start("--port=0", "--api-key=secret-1", "--backend=my-model=demo")) {
            assertThat(server.line())
                    .contains(" -H 'Authorization: Bearer <key>' ", "\"model\":\"my-model\"")
                    .doesNotContain("secret-1");
            server.terminate();
            assertThat(server.exitStatus()).isZero();
        }
    }
}
