package io.github.responses4j.http;

import io.github.responses4j.engine.ResponsesEngine;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.WebSocketConstants;
import org.eclipse.jetty.websocket.core.server.Handshaker;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/** Makes WebSocket connections of HTTP requests that ask for it. */
final class SocketUpgrade {
    /** Where it can be asked for. */
    static final String PATH = "/v1/responses";

    private static final int OUTPUT_BUFFER = 16 * 1024;

    private final ResponsesEngine engine;
    private final OpenSockets sockets;
    private final WebSocketComponents components;
    private final Handshaker handshaker = Handshaker.newInstance();

    SocketUpgrade(ResponsesEngine engine, OpenSockets sockets, Server server) {
        this.engine = engine;
        this.sockets = sockets;
        this.components = WebSocketServerComponents.ensureWebSocketComponents(server);
    }

    /** Whether a request wants to become a WebSocket connection; without that, a GET on the same path is just a GET. */
    static boolean isWanted(Exchange exchange, String path) {
        return path.equals(PATH)
                && exchange.method().equals("GET")
                && exchange.request().getHeaders().contains(HttpHeader.UPGRADE, "websocket");
    }

    /** Answers a request that wants it, and whose caller is known. */
    void upgrade(Exchange exchange) {
        Request request = exchange.request();
        SocketConnection socket = new SocketConnection(sockets, new SocketCaller(engine, exchange));
        boolean upgraded;
        try {
            upgraded = handshaker.upgradeRequest(
                    (asked, answer, callback) -> {
                        // Compressed messages could be far larger than they seem.
                        answer.setExtensions(List.of());
                        return socket;
                    },
                    request,
                    exchange.response(),
                    exchange.callback(),
                    components,
                    SocketUpgrade::configure);
        } catch (HttpException.RuntimeException e) {
            throw HttpError.plain(e.getCode(), "The WebSocket handshake is not valid.")
                    .exception();
        }
        if (!upgraded) {
            throw HttpError.plain(
                            426,
                            "The WebSocket handshake is not valid: version " + WebSocketConstants.SPEC_VERSION_STRING
                                    + " over HTTP/1.1 is needed.")
                    .with("Sec-WebSocket-Version", WebSocketConstants.SPEC_VERSION_STRING)
                    .exception();
        }
    }

    private static void configure(Configuration configuration) {
        // Silence is looked after by heartbeats, and a connection between two requests may be silent for long.
        configuration.setIdleTimeout(Duration.ZERO);
        configuration.setOutputBufferSize(OUTPUT_BUFFER);
    }
}
