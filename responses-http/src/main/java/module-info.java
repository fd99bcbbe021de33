/** The engine as HTTP, server-sent events and WebSocket, embeddable in any JVM process. */
module io.github.responses4j.http {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.core;
    requires transitive org.eclipse.jetty.server;
    requires org.eclipse.jetty.websocket.core.server;
    requires org.slf4j;

    exports io.github.responses4j.http;
}
