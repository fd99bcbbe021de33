package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that speaks WebSocket as the JDK does it. */
final class SocketClient implements WebSocket.Listener, AutoCloseable {
    static final int PATIENCE_SECONDS = 20;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Set<String> ENDS =
            Set.of("response.completed", "response.incomplete", "response.failed", "error");

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final BlockingQueue<Integer> pings = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> pongs = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private SocketClient(int port, String... headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (String header : headers) {
            int colon = header.indexOf(':');
            builder.header(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        socket = await(builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/responses"), this));
    }

    static SocketClient connect(int port, String... headers) {
        return new SocketClient(port, headers);
    }

    /** Asks for a response; single quotes stand for double ones. */
    SocketClient create(String members) {
        return send("{'type':'response.create'," + members + "}");
    }

    SocketClient send(String json) {
        await(socket.sendText(json.replace('\'', '"'), true));
        return this;
    }

    WebSocket socket() {
        return socket;
    }

    /** The next message. */
    String next() {
        return await(heard, "a message");
    }

    /** All messages up to the one that ends a turn. */
    List<String> turn() {
        List<String> messages = new ArrayList<>();
        do {
            messages.add(next());
        } while (!ENDS.contains(type(messages.get(messages.size() - 1))));
        return messages;
    }

    /** The last message of a turn. */
    JsonNode end() {
        List<String> turn = turn();
        return Json.read(turn.get(turn.size() - 1));
    }

    /** A turn that is nothing but an error, as {@code status|type|code|param}. */
    String refusal() {
        String message = next();
        JsonNode json = Json.read(message);
        assertThat(type(message)).as(message).isEqualTo("error");
        JsonNode error = json.get("error");
        assertThat(error.get("message").asText()).isNotEmpty();
        return json.get("status").asInt() + "|" + error.get("type").asText() + "|"
                + error.get("code").asText() + "|" + error.get("param").asText();
    }

    static String type(String message) {
        return Json.read(message).get("type").asText();
    }

    /** Whether nothing has come that was not asked after yet. */
    boolean isSilent() {
        return heard.isEmpty();
    }

    /** Waits for a ping. */
    void ping() {
        await(pings, "a ping");
    }

    /**
     * Waits until the server, whose heart beats fast, has looked at the connection once more: a look ends with a ping, and of two that
     * were sent later than now the second belongs to a look that has begun later than now.
     */
    void awaitLook() {
        await(socket.sendPing(ByteBuffer.allocate(0)));
        await(pongs, "a pong");
        ping();
        ping();
    }

    private static <T> T await(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as(what).isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the server closes, and gives the code. */
    int closeCode() {
        return await(closed);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings.add(1);
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        // Those were sent before.
        pings.clear();
        pongs.add(1);
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
