package io.github.responses4j.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The command line as it was typed; what was left out is null or empty. */
@Command(
        name = "serve",
        description =
                "Serves /v1/responses over the backends of your choice; without any option, over a built-in demo model.",
        footer = {
            "",
            "Every option can also be given by the environment (RESPONSES_PORT for --port and so on; lists with commas) or",
            "in the YAML file of --config, under its own name. The command line wins over the environment, that over the file.",
            "A duration is a number with s, m, h or d, such as 90s or 30d, or ISO-8601, such as PT1H30M.",
            "The key for chat and responses backends is taken from OPENAI_API_KEY; the secret that seals what callers keep for the",
            "server from RESPONSES_SECRET; the password of the database from RESPONSES_STORE_PASSWORD."
        },
        versionProvider = Arguments.Version.class,
        sortOptions = false)
final class Arguments {
    @Option(names = "--host", paramLabel = "<address>", description = "address to listen on (127.0.0.1)")
    @Nullable
    String host;

    @Option(names = "--port", paramLabel = "<port>", description = "port to listen on (8080); 0 picks a free one")
    @Nullable
    String port;

    @Option(
            names = "--store",
            paramLabel = "memory|<jdbc url>",
            description =
                    "where responses are kept: memory, or a database of H2, SQLite, PostgreSQL, MariaDB or MySQL (a file of H2"
                            + " in the data directory)")
    @Nullable
    String store;

    @Option(
            names = "--data",
            paramLabel = "<folder>",
            description = "the data directory, used unless --store says otherwise (" + SettingsReader.DATA + ")")
    @Nullable
    String data;

    @Option(names = "--store-user", paramLabel = "<name>", description = "who opens the database (the URL says it)")
    @Nullable
    String storeUser;

    @Option(
            names = "--store-connections",
            paramLabel = "<number>",
            description = "how many connections to the database there are at most (H2 8, SQLite 4, others 16)")
    @Nullable
    String storeConnections;

    @Option(
            names = "--durability",
            paramLabel = "strict|relaxed",
            description = "whether a database that may lose what it has committed is refused (strict)")
    @Nullable
    String durability;

    @Option(
            names = "--lease",
            paramLabel = "<duration>",
            description =
                    "after how long other servers on the same database take over the runs of one that is gone (30s; 1s to 1h)")
    @Nullable
    String lease;

    @Option(
            names = "--keep",
            paramLabel = "[<tenant>=]<duration>",
            description =
                    "how long responses are kept after their end, of all tenants or of one; may be repeated (30d, in memory 24h)")
    List<String> keep = new ArrayList<>();

    @Option(
            names = "--restore-window",
            paramLabel = "<duration>",
            description = "how long a deleted response can be restored (0s)")
    @Nullable
    String restoreWindow;

    @Option(names = "--keep-usage", description = "keep what a response has used when it is gone")
    boolean keepUsage;

    @Option(
            names = "--restore",
            paramLabel = "<response id>",
            description =
                    "restore a deleted response and end, instead of serving; may be repeated; on the command line only")
    List<String> restore = new ArrayList<>();

    @Option(names = "--tenant", paramLabel = "<tenant>", description = "whose response --restore restores (default)")
    @Nullable
    String tenant;

    @Option(
            names = "--backend",
            paramLabel = "<pattern>=<kind>:<base url>",
            description = {
                "what serves the models that a glob matches, such as 'gpt-*=chat:https://api.example.com/v1'; may be repeated, the"
                        + " first match wins (*=demo)",
                "kinds: chat, responses, demo (without base url)"
            })
    List<String> backends = new ArrayList<>();

    @Option(
            names = "--api-key",
            paramLabel = "<key>[=<tenant>]",
            description = "a key that callers must send, and whose responses it opens; may be repeated (none)")
    List<String> apiKeys = new ArrayList<>();

    @Option(
            names = "--profile",
            paramLabel = "<profile>",
            description =
                    "whose API answers look like: default, openai, open-responses, aleph-alpha, elixir, gateway or bud;"
                            + " <profile>+strict refuses what is not honoured (default)")
    @Nullable
    String profile;

    @Option(names = "--config", paramLabel = "<file>", description = "a YAML file with these options")
    @Nullable
    Path config;

    @Option(names = "--insecure", description = "listen on any address without API keys")
    boolean insecure;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "print the version")
    boolean version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this")
    boolean help;

    /** A parser that fills this object. */
    CommandLine commandLine() {
        return new CommandLine(this).setOverwrittenOptionsAllowed(false);
    }

    /** The version that the jar says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"responses-server " + (version == null ? "(unpacked)" : version)};
        }
    }
}
