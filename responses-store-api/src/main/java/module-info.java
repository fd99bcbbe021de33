/** The storage contract of the engine: documents, ids and leases, on the JDK alone. */
module io.github.responses4j.store {
    requires static transitive org.jspecify;

    exports io.github.responses4j.store;
}
