package io.github.responses4j.response;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A context made shorter (OpenAI Responses API, {@code /responses/compact}): a window to go on from, by handing {@link #output()} back as
 * input. It is not kept, so its id cannot be continued. Immutable and kept whole.
 *
 * @param json the object as on the wire; has an id
 */
public record CompactedResponse(JsonObject json) {
    /** Checks the id. */
    public CompactedResponse {
        json.requireString("id");
    }

    /**
     * A compacted context.
     *
     * @param id its id
     * @param createdAt when it was made
     * @param output the user's messages, then one compaction
     * @param usage the tokens that making it took
     */
    public static CompactedResponse of(ResponseId id, Instant createdAt, List<Item> output, Usage usage) {
        return new CompactedResponse(JsonObject.builder()
                .put("id", id.value())
                .put("object", "response.compaction")
                .put("created_at", createdAt.getEpochSecond())
                .put("output", output.stream().map(Item::json).toList())
                .put("usage", usage.json())
                .build());
    }

    /** Its id; names nothing that is kept. */
    public ResponseId id() {
        return new ResponseId(json.requireString("id"));
    }

    /** When it was made, to the second. */
    public Instant createdAt() {
        Long seconds = json.integer("created_at");
        return Instant.ofEpochSecond(seconds == null ? 0 : seconds);
    }

    /** The user's messages, oldest first, then one {@code compaction} that stands for everything else. */
    public List<Item> output() {
        List<Item> items = new ArrayList<>();
        for (JsonObject item : json.objects("output")) {
            items.add(Item.of(item));
        }
        return List.copyOf(items);
    }

    /** The tokens that making it took. */
    public Usage usage() {
        return Objects.requireNonNullElse(Usage.ofWire(json.object("usage")), Usage.NONE);
    }
}
