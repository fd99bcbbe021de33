/** Contracts, a scripted backend and recorders for tests of and with the engine. */
module io.github.responses4j.testkit {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.core;
    requires transitive io.github.responses4j.store;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports io.github.responses4j.testkit;

    // JUnit finds and calls the tests of a contract by reflection.
    opens io.github.responses4j.testkit to
            org.junit.platform.commons;
}
