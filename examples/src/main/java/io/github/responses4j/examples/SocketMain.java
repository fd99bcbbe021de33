package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks two questions over one WebSocket connection; neither answer is kept anywhere else. */
public final class SocketMain {
    private SocketMain() {}

    /** Starts a server, asks it, and stops it. */
    public static void main(String[] args) {
        try (ResponsesEngine engine =
                        ResponsesEngine.builder().backend(DemoBackend.create()).build();
                ResponsesHttpServer server =
                        ResponsesHttpServer.builder(engine).port(0).build().start()) {
            Events events = new Events();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/v1/responses"), events)
                    .join();

            String first = events.ask(
                    socket,
                    "{'type':'response.create','model':'demo','store':false,"
                            + "'input':'What is the capital of Norway?'}");
            // Only this connection can go on with an answer that is not kept.
            events.ask(
                    socket,
                    "{'type':'response.create','model':'demo','store':false," + "'previous_response_id':'" + first
                            + "','input':'What is 5 + 3?'}");

            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
    }

    /** Prints the text of answers as it comes. */
    private static final class Events implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();
        private volatile CompletableFuture<String> answer = new CompletableFuture<>();

        /** Asks, with single quotes for double ones, and waits for the end of the answer; gives its id. */
        String ask(WebSocket socket, String request) {
            answer = new CompletableFuture<>();
            socket.sendText(request.replace('\'', '"'), true).join();
            return answer.join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                event(JsonObject.parse(message.toString()));
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void event(JsonObject event) {
            switch (event.requireString("type")) {
                case "response.output_text.delta" -> System.out.print(event.string("delta"));
                case "response.completed" -> {
                    System.out.println();
                    JsonObject response = event.object("response");
                    answer.complete(response == null ? "" : response.requireString("id"));
                }
                case "error", "response.failed", "response.incomplete" ->
                    answer.completeExceptionally(new IllegalStateException(event.toString()));
                default -> {
                    // Items and parts, as they begin and end.
                }
            }
        }
    }
}
