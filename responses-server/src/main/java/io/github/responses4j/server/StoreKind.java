package io.github.responses4j.server;

import java.util.Arrays;

/** A kind of store, with what its driver is to be told. */
enum StoreKind {
    MEMORY("memory", 0),
    /** Several connections read at once; one writes. */
    H2("jdbc:h2:", 8),
    /** Each connection has a cache of its own. */
    SQLITE("jdbc:sqlite:", 4),
    POSTGRESQL("jdbc:postgresql:", 16),
    MARIADB("jdbc:mariadb:", 16),
    MYSQL("jdbc:mysql:", 16);

    private final String prefix;
    private final int connections;

    StoreKind(String prefix, int connections) {
        this.prefix = prefix;
        this.connections = connections;
    }

    /** What a URL of this kind begins with. */
    String prefix() {
        return prefix;
    }

    /** How many connections there are at most if nobody says so. */
    int connections() {
        return connections;
    }

    /** Whether the options of its URLs stand behind semicolons rather than a question mark. */
    boolean hasSemicolons() {
        return this == H2;
    }

    /**
     * The kind that a URL names.
     *
     * @throws BadSettingsException if there is no such kind
     */
    static StoreKind of(String url) {
        return Arrays.stream(values())
                .filter(kind -> kind == MEMORY ? url.equals(kind.prefix) : url.startsWith(kind.prefix))
                .findFirst()
                // The URL is not repeated: it may hold a password.
                .orElseThrow(() -> new BadSettingsException("the store is memory or a URL that begins with jdbc:h2:,"
                        + " jdbc:sqlite:, jdbc:postgresql:, jdbc:mariadb: or jdbc:mysql:"));
    }
}
