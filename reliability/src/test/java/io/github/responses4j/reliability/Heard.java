package io.github.responses4j.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a reader of a stream was sent: whole events, in order. For one thread at a time. */
final class Heard {
    private final List<String> events = new ArrayList<>();
    private int status;
    private String id = "";
    private boolean ended;
    private boolean done;

    void status(int code) {
        status = code;
    }

    void add(String event) {
        if (event.equals("[DONE]")) {
            done = true;
            return;
        }
        if (events.isEmpty()) {
            id = Client.json(event).path("response").path("id").asText();
        }
        events.add(event);
    }

    void ended() {
        ended = true;
    }

    void broken() {
        ended = false;
    }

    int status() {
        return status;
    }

    /** The id that the first event gave; empty if there was none. */
    String id() {
        return id;
    }

    /** The events as they came, as JSON texts. */
    List<String> events() {
        return events;
    }

    /** Whether the server ended the stream in good order. */
    boolean isEnded() {
        return ended || done;
    }

    /** The number of the last event, −1 if there was none. */
    long lastSeq() {
        return events.isEmpty()
                ? -1
                : Client.json(events.get(events.size() - 1))
                        .path("sequence_number")
                        .asLong();
    }

    List<Long> seqs() {
        return events.stream()
                .map(event -> Client.json(event).path("sequence_number").asLong())
                .toList();
    }

    List<String> types() {
        return events.stream()
                .map(event -> Client.json(event).path("type").asText())
                .toList();
    }

    boolean has(String type) {
        return events.stream().anyMatch(event -> event.contains("\"type\":\"" + type + "\""));
    }

    /** The last event, if it is a terminal one; otherwise a missing node. */
    JsonNode terminal() {
        JsonNode last = Client.json(events.isEmpty() ? "{}" : events.get(events.size() - 1));
        return switch (last.path("type").asText()) {
            case "response.completed", "response.incomplete", "response.failed" -> last;
            default -> com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        };
    }
}
