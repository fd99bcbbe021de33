package io.github.responses4j.response;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ConversationId;
import java.time.Instant;
import java.util.Objects;

/**
 * A conversation, without its items (OpenAI Responses API, {@code /conversations}). Immutable and kept whole.
 *
 * @param json the conversation as on the wire; has an id
 */
public record Conversation(JsonObject json) {
    /** Checks the id. */
    public Conversation {
        json.requireString("id");
    }

    /**
     * A conversation.
     *
     * @param id its id
     * @param createdAt when it was created
     * @param metadata what its owner has noted on it
     */
    public static Conversation of(ConversationId id, Instant createdAt, JsonObject metadata) {
        return new Conversation(JsonObject.builder()
                .put("id", id.value())
                .put("object", "conversation")
                .put("created_at", createdAt.getEpochSecond())
                .put("metadata", metadata)
                .build());
    }

    /** The conversation's id. */
    public ConversationId id() {
        return new ConversationId(json.requireString("id"));
    }

    /** When the conversation was created, to the second. */
    public Instant createdAt() {
        Long seconds = json.integer("created_at");
        return Instant.ofEpochSecond(seconds == null ? 0 : seconds);
    }

    /** What its owner has noted on it; empty if there is nothing. */
    public JsonObject metadata() {
        return Objects.requireNonNullElse(json.object("metadata"), JsonObject.EMPTY);
    }
}
