/** Fakes, checkers and contracts for tests of programs, stores and backends. */
module io.github.responses4j.testkit {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.core;
    requires transitive org.junit.jupiter.api;
    requires transitive org.assertj.core;
    requires java.logging;
    requires java.net.http;

    exports io.github.responses4j.testkit;

    // JUnit finds and calls the tests of a contract by reflection.
    opens io.github.responses4j.testkit to
            org.junit.platform.commons;
}
