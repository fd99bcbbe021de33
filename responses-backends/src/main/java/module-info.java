/** Adapters from the engine to inference servers over HTTP, and a model for demonstrations. */
module io.github.responses4j.backends {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.core;
    requires transitive okhttp3;
    requires okio;

    exports io.github.responses4j.backends;
}
