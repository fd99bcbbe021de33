import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A chat completions server with a deterministic model behind it, for tests. It binds the loopback address on
 * {@code --port} (0, the default, takes a free one) and prints {@code listening on port N}. What the model can do stands
 * in {@code ../README.md}.
 *
 * <p>It uses the JDK alone: it must stay independent of the software that is tested against it.
 */
public final class ChatUpstream {
    private ChatUpstream() {}

    public static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int port = args.length == 2 && args[0].equals("--port") ? Integer.parseInt(args[1]) : 0;
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        server.createContext("/v1/chat/completions", ChatUpstream::complete);
        server.createContext("/v1/models", ChatUpstream::models);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("listening on port " + server.getAddress().getPort());
    }

    private static void models(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = "{\"object\":\"list\",\"data\":[{\"id\":\"interop\",\"object\":\"model\"}]}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void complete(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                refuse(exchange, 405, "Only POST is allowed here.");
                return;
            }
            Map<String, Object> request;
            try {
                request = Json.object(
                        Json.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException malformed) {
                refuse(exchange, 400, malformed.getMessage());
                return;
            }
            String violation = Rules.violation(request);
            if (!violation.isEmpty()) {
                refuse(exchange, 400, violation);
                return;
            }
            Wire wire = new Wire(request, new Model(request).answer());
            if (Boolean.TRUE.equals(request.get("stream"))) {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
                exchange.sendResponseHeaders(200, 0);
                wire.stream(exchange.getResponseBody());
            } else {
                send(exchange, 200, wire.completion());
            }
        }
    }

    /** Answers with the error and says it on standard error too: the server under test does not pass it on. */
    private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
        System.err.println("refused with " + status + ": " + message);
        Object error = Json.of("message", message, "type", "invalid_request_error", "param", null, "code", null);
        send(exchange, status, Json.of("error", error));
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
