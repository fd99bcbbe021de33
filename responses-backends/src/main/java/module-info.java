/** Adapters from the engine to inference servers over HTTP. */
module io.github.responses4j.backends {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.core;
    requires transitive okhttp3;
    requires okhttp3.sse;
    requires org.slf4j;
}
