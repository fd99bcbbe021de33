package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket on which one turn after the other is asked for. */
final class ConformanceSocket implements WebSocket.Listener, AutoCloseable {
    private static final Set<String> ENDS =
            Set.of(EventKind.COMPLETED, EventKind.INCOMPLETE, EventKind.FAILED, "error");

    /** A whole message, or why there are no more. */
    private record Heard(boolean end, String text) {}

    /**
     * One turn.
     *
     * @param messages everything that was said, as it was said
     * @param end the last of them, which ends the turn
     */
    record Turn(List<String> messages, JsonNode end) {
        boolean isError() {
            return end.path("type").asText().equals("error");
        }

        JsonNode response() {
            return end.path("response");
        }

        /** The code of what went wrong; empty if nothing did. */
        String errorCode() {
            return (isError() ? end : response()).path("error").path("code").asText("");
        }
    }

    private final Duration patience;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    ConformanceSocket(Duration patience) {
        this.patience = patience;
    }

    void opened(WebSocket open) {
        socket = open;
    }

    /** Sends a message, and waits for the end of the turn that it asks for. */
    Turn turn(JsonNode message) {
        send(message);
        return turn();
    }

    void send(JsonNode message) {
        ConformanceClient.await("send", open().sendText(message.toString(), true), patience.toMillis());
    }

    /** Waits for the end of a turn. */
    Turn turn() {
        List<String> messages = new ArrayList<>();
        while (true) {
            String text = next(messages);
            messages.add(text);
            JsonNode json = Json.read(text);
            if (!json.isObject()) {
                throw new AssertionError("a message is not one JSON object: " + Json.brief(text));
            }
            if (ENDS.contains(json.path("type").asText())) {
                return new Turn(List.copyOf(messages), json);
            }
        }
    }

    private String next(List<String> before) {
        Heard next;
        try {
            next = heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (next == null || next.end) {
            String why = next == null ? "nothing came for " + patience : next.text;
            throw new AssertionError("the turn did not end: " + why + "; so far: " + before);
        }
        return next.text;
    }

    private WebSocket open() {
        return Objects.requireNonNull(socket, "opened");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(new Heard(false, partial.toString()));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add(new Heard(true, "the server closed with " + code + " " + reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        heard.add(new Heard(true, error.toString()));
    }

    @Override
    public void close() {
        open().abort();
    }
}
