package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.jdbc.Durability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line, the environment and the file amount to. */
class SettingsTest {
    @TempDir
    Path folder;

    private static Settings read(Map<String, String> environment, String... args) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(args);
        return SettingsReader.read(arguments, environment);
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), yaml, StandardCharsets.UTF_8);
    }

    @Test
    void withoutAnythingThereIsADemo() {
        assertThat(read(Map.of()))
                .isEqualTo(new Settings(
                        "127.0.0.1",
                        8080,
                        StoreSpec.within(Path.of("responses-data")),
                        List.of(new BackendSpec("*", "demo", "", null)),
                        Map.of(),
                        Profile.DEFAULT,
                        false,
                        null,
                        new Keeping(null, Map.of(), Duration.ZERO, false),
                        Duration.ofSeconds(30)));
    }

    @Test
    void theCommandLineSaysItAll() {
        Settings settings = read(
                Map.of("OPENAI_API_KEY", "sk-1"),
                "--host=0.0.0.0",
                "--port",
                "0",
                "--store=memory",
                "--backend",
                "gpt-*=responses:https://api.example.com/v1",
                "--backend",
                "local/a=chat:http://127.0.0.1:9/v1",
                "--backend=demo=demo",
                "--api-key",
                "one",
                "--api-key=two=tenant-2",
                "--profile=openai",
                "--insecure");

        assertThat(settings.host()).isEqualTo("0.0.0.0");
        assertThat(settings.port()).isZero();
        assertThat(settings.backends())
                .containsExactly(
                        new BackendSpec("gpt-*", "responses", "https://api.example.com/v1", "sk-1"),
                        new BackendSpec("local/a", "chat", "http://127.0.0.1:9/v1", "sk-1"),
                        new BackendSpec("demo", "demo", "", null));
        assertThat(settings.apiKeys()).isEqualTo(Map.of("one", Tenant.SINGLE, "two", new Tenant("tenant-2")));
        assertThat(settings.profile()).isEqualTo(Profile.OPENAI);
        assertThat(settings.insecure()).isTrue();
        assertThat(settings.toString() + settings.backends()).doesNotContain("sk-1", "one", "two");
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path config = file("""
                host: 127.0.0.3
                port: 3
                profile: open-responses
                backend:
                  - a=demo
                  - b=demo
                api-key: filed
                insecure: true
                openai-api-key: sk-filed
                """);
        Map<String, String> environment = Map.of(
                "RESPONSES_CONFIG", config.toString(),
                "RESPONSES_HOST", "127.0.0.2",
                "RESPONSES_PORT", "2",
                "RESPONSES_API_KEY", "e1=t1, e2",
                "RESPONSES_PROFILE", " ");
        Settings settings = read(environment, "--port=1");

        assertThat(settings.port()).isEqualTo(1);
        assertThat(settings.host()).isEqualTo("127.0.0.2");
        assertThat(settings.profile()).isEqualTo(Profile.OPEN_RESPONSES);
        assertThat(settings.backends()).extracting(BackendSpec::pattern).containsExactly("a", "b");
        assertThat(settings.apiKeys()).containsOnlyKeys("e1", "e2");
        assertThat(settings.insecure()).isTrue();
        assertThat(read(environment, "--backend=*=chat:http://127.0.0.1:9").backends())
                .extracting(BackendSpec::apiKey)
                .containsExactly("sk-filed");
    }

    @Test
    void aBackendInTheFileMayHaveItsPartsByName() throws IOException {
        String config = file("""
                backend:
                  - a=demo
                  - pattern: "b*"
                    kind: chat
                    url: http://127.0.0.1:8000/v1
                    context_window: 32768
                  - {pattern: "*", kind: demo, context_window: "1"}
                  - {pattern: c, kind: demo}
                """).toString();
        assertThat(read(Map.of(), "--config", config).backends())
                .containsExactly(
                        new BackendSpec("a", "demo", "", null),
                        new BackendSpec("b*", "chat", "http://127.0.0.1:8000/v1", null, 32_768L),
                        new BackendSpec("*", "demo", "", null, 1L),
                        new BackendSpec("c", "demo", "", null));
        // Other backends have other windows.
        assertThat(read(Map.of(), "--config", config, "--backend=a=demo", "--backend=*=demo")
                        .backends())
                .extracting(BackendSpec::contextWindow)
                .containsOnlyNulls();
    }

    @Test
    void theSecretComesFromTheEnvironmentOrTheFileAndIsNeverShown() throws IOException {
        String one = "0123456789abcdef0123456789abcdef";
        String two = "fedcba9876543210fedcba9876543210";
        String config = file("secret: " + one + "\n").toString();
        assertThat(read(Map.of()).secret()).isNull();
        assertThat(read(Map.of(), "--config", config).secret()).isEqualTo(one);
        Settings both = read(Map.of("RESPONSES_SECRET", two), "--config", config);
        assertThat(both.secret()).isEqualTo(two);
        assertThat(both.toString()).doesNotContain(two);
        assertThatThrownBy(() -> read(Map.of("RESPONSES_SECRET", "canary-secret")))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("the secret must have at least 32 bytes");
        assertThatThrownBy(() -> read(Map.of(), "--secret=" + one)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void theStoreIsAFileInTheDataDirectoryUnlessOneIsNamed() throws IOException {
        String config = file("""
                store: jdbc:postgresql://db/responses
                store-user: filed
                store-password: canary-1
                store-connections: 3
                durability: relaxed
                """).toString();
        StoreSpec filed = read(Map.of(), "--config", config).store();
        StoreSpec other = read(
                        Map.of("RESPONSES_STORE_PASSWORD", "canary-2", "RESPONSES_STORE", "jdbc:mariadb://db/x"),
                        "--config",
                        config,
                        "--store-user=typed")
                .store();

        assertThat(filed)
                .isEqualTo(new StoreSpec(
                        StoreKind.POSTGRESQL,
                        "jdbc:postgresql://db/responses",
                        "filed",
                        "canary-1",
                        Durability.RELAXED,
                        3));
        assertThat(other)
                .isEqualTo(new StoreSpec(
                        StoreKind.MARIADB, "jdbc:mariadb://db/x", "typed", "canary-2", Durability.RELAXED, 3));
        assertThat(filed.toString() + other).doesNotContain("canary");
        assertThat(read(Map.of(), "--data=here").store().file())
                .isEqualTo(Path.of("here/responses.mv.db").toAbsolutePath());
        assertThatThrownBy(() -> read(Map.of("RESPONSES_DATA", "here"), "--store=memory"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("there is either a store or a data directory to keep one in");
    }

    @ParameterizedTest
    @CsvSource({"1s,1", "5s,5", "2m,120", "1h,3600", "PT1M30S,90", "PT1S,1", "60m,3600"})
    void aLeaseIsADuration(String written, long seconds) throws IOException {
        assertThat(read(Map.of(), "--lease=" + written).lease()).hasSeconds(seconds);
        assertThat(read(Map.of("RESPONSES_LEASE", written)).lease()).hasSeconds(seconds);
        assertThat(read(Map.of(), "--config", file("lease: " + written).toString())
                        .lease())
                .hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0s",
                "PT0.999S",
                "3601s",
                "61m",
                "1d",
                "5",
                "-5s",
                "5 s",
                "1.5h",
                "999999999999d",
                "soon",
                "P1M",
                "PT",
                ""
            })
    void aLeaseIsBetweenASecondAndAnHour(String written) {
        assertThatThrownBy(() -> read(Map.of(), "--lease=" + written))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("lease is a duration from 1s to 1h, such as 90s, 15m, 12h, 30d or PT1H30M, not '" + written
                        + "'");
    }

    @Test
    void responsesAreKeptForATimeOfEachTenant() throws IOException {
        String config = file("""
                keep:
                  - 7d
                  - team=a=PT12H
                restore-window: 24h
                keep-usage: true
                api-key: key=team=a
                """).toString();
        Keeping filed = read(Map.of(), "--config", config).keeping();
        Keeping typed = read(
                        Map.of("RESPONSES_KEEP", "1s, default=36500d", "RESPONSES_RESTORE_WINDOW", "36500d"),
                        "--config",
                        config,
                        "--api-key=key")
                .keeping();

        assertThat(filed)
                .isEqualTo(new Keeping(
                        Duration.ofDays(7),
                        Map.of(new Tenant("team=a"), Duration.ofHours(12)),
                        Duration.ofHours(24),
                        true));
        assertThat(typed)
                .isEqualTo(new Keeping(
                        Duration.ofSeconds(1),
                        Map.of(Tenant.SINGLE, Duration.ofDays(36_500)),
                        Duration.ofDays(36_500),
                        true));
        assertThat(read(Map.of(), "--keep=default=1h").keeping().tenants())
                .isEqualTo(Map.of(Tenant.SINGLE, Duration.ofHours(1)));
        assertThat(read(Map.of("RESPONSES_KEEP_USAGE", "1")).keeping().keepsUsage())
                .isTrue();
        assertThat(read(Map.of(), "--keep-usage").keeping().keepsUsage()).isTrue();
        assertThat(filed.retention(Duration.ofDays(30)))
                .isEqualTo(new Retention(Duration.ofDays(7), Duration.ofHours(24), true));
        assertThat(Keeping.DEFAULT.retention(Duration.ofDays(30))).isEqualTo(Retention.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--keep=0s|keep is a duration from 1s to 36500d, such as 90s, 15m, 12h, 30d or PT1H30M, not '0s'",
                "--keep=36501d|keep is a duration from 1s to 36500d, such as 90s, 15m, 12h, 30d or PT1H30M, not '36501d'",
                "--keep=default=for ever|keep is a duration from 1s to 36500d, such as 90s, 15m, 12h, 30d or PT1H30M, not 'for ever'",
                "--keep==1d|keep: a tenant id has 1 to 128 characters, was 0",
                "--keep=team-a=1d|keep names the tenant 'team-a', which no API key opens",
                "--restore-window=36501d|restore-window is a duration from 0s to 36500d, such as 90s, 15m, 12h, 30d or PT1H30M, not '36501d'",
                "--restore-window=-1s|restore-window is a duration from 0s to 36500d, such as 90s, 15m, 12h, 30d or PT1H30M, not '-1s'",
            })
    void whatCannotBeKeptIsToldInOneLine(String argument, String message) {
        assertThatThrownBy(() -> read(Map.of(), argument))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "memory,--keep-usage,keep-usage",
        "memory,--restore-window=1s,restore-window",
        "jdbc:h2:mem:some,--keep-usage,keep-usage",
        "jdbc:h2:mem:some,--restore-window=1s,restore-window"
    })
    void nothingIsKeptInMemoryOfWhatIsGone(String store, String argument, String option) {
        assertThatThrownBy(() -> read(Map.of(), "--store=" + store, argument))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage(option
                        + " needs a store that is not in memory: what is kept in memory is gone with the server");
        // What says the same as nothing is no contradiction.
        assertThat(read(Map.of("RESPONSES_KEEP_USAGE", "false"), "--store=" + store, "--restore-window=0s")
                        .keeping())
                .isEqualTo(Keeping.DEFAULT);
    }

    @Test
    void oneTimeForEach() {
        assertThatThrownBy(() -> read(Map.of(), "--keep=1d", "--keep=2d"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("keep says two times for the same responses: '2d'");
        assertThatThrownBy(() -> read(Map.of(), "--keep=default=1d", "--keep=default=2d"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("keep says two times for the same responses: 'default=2d'");
        assertThatThrownBy(() -> read(Map.of(), "--api-key=k=a", "--keep=default=1d"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("keep names the tenant 'default', which no API key opens");
    }

    @Test
    void anEmptyFileSaysNothing() throws IOException {
        assertThat(read(Map.of(), "--config", file("# nothing\n").toString())).isEqualTo(read(Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=x| 'x' is no port: 0 to 65535",
                "--port=65536| '65536' is no port: 0 to 65535",
                "--port=-1| '-1' is no port: 0 to 65535",
                "--store=disk| the store is memory or a URL that begins with jdbc:h2:, jdbc:sqlite:, jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:",
                "--store=jdbc:sqlite::memory:| a store in SQLite is in a file; one in memory is --store memory",
                "--data=a;b| a data directory has no ';' in its name",
                "--durability=none| durability is strict or relaxed, not 'none'",
                "--store-connections=0| '0' is no number of connections: 1 to 1000",
                "--store-connections=x| 'x' is no number of connections: 1 to 1000",
                "--profile=x| no profile 'x'; there are default, openai, open-responses, aleph-alpha, elixir, gateway, bud, each also with +strict",
                "--backend=x| backend 'x' is not <pattern>=<kind>:<base url>",
                "--backend==demo| backend '=demo' is not <pattern>=<kind>:<base url>",
                "--backend=*=x:y| there is no backend kind 'x'; there are chat, responses and demo",
                "--backend=*=anthropic:https://x| backend kind 'anthropic' is not available yet; there are chat, responses and demo",
                "--backend=*=gemini:https://x| backend kind 'gemini' is not available yet; there are chat, responses and demo",
                "--backend=*=ollama:https://x| backend kind 'ollama' is not available yet; there are chat, responses and demo",
                "--backend=*=chat| backend '*=chat' needs a base url: '*=chat:<base url>'",
                "--backend=*=demo:http://x| the demo backend takes no base url",
                "--api-key=| an API key is <key> or <key>=<tenant>, neither of them empty",
                "--api-key=k=| an API key is <key> or <key>=<tenant>, neither of them empty",
                "--config=missing.yaml| missing.yaml cannot be read"
            },
            quoteCharacter = '`')
    void whatCannotBeIsToldInOneLine(String argument, String message) {
        assertThatThrownBy(() -> read(Map.of(), argument))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hots: x| there is no option 'hots'",
                "host: [a, b]| 'host' has only one value",
                "backend: {a: b}| a backend has no 'a'",
                "backend: [{pattern: a, kind: demo, context_window: [1]}]| 'context_window' of a backend must be a value",
                "backend: [{pattern: a, kind: demo, context_window: 0}]| '0' is no context_window: a number of tokens",
                "backend: {pattern: a, kind: demo, context_window: many}| 'many' is no context_window: a number of tokens",
                "backend: {kind: demo}| backend '=demo' is not <pattern>=<kind>:<base url>",
                "backend: [a=demo, ~]| 'backend' must be a value or a list of values",
                "secret: 0123456789012345678901234567890| the secret must have at least 32 bytes",
                "secret: [a, b]| 'secret' has only one value",
                "backend: [[a]]| 'backend' must be a value or a list of values",
                "insecure: maybe| 'insecure' is true or false, not 'maybe'",
                "keep-usage: maybe| 'keep-usage' is true or false, not 'maybe'",
                "restore-window: [1s, 2s]| 'restore-window' has only one value",
                "keep: {a: 1d}| 'keep' must be a value or a list of values",
                "- host| must hold names and values",
                "host: [| is not valid YAML, line 1"
            },
            quoteCharacter = '`')
    void aFileThatCannotBeIsRefused(String yaml, String message) throws IOException {
        Path config = file(yaml);

        assertThatThrownBy(() -> read(Map.of(), "--config", config.toString()))
                .isInstanceOf(BadSettingsException.class)
                .hasMessageEndingWith(message);
    }

    @Test
    void aKeyGivenTwiceIsRefusedWithoutBeingRepeated() {
        assertThatThrownBy(() -> read(Map.of(), "--api-key=secret", "--api-key=secret=t"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("an API key is given twice");
    }
}
