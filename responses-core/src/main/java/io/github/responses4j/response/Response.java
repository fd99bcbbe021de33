package io.github.responses4j.response;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request, finished or not. Immutable and kept whole.
 *
 * @param json the response as on the wire; has an id and a status
 */
public record Response(JsonObject json) {
    /** Checks id and status. */
    public Response {
        json.requireString("id");
        json.requireString("status");
    }

    /** The response's id. */
    public ResponseId id() {
        return new ResponseId(json.requireString("id"));
    }

    /** Where the response stands. */
    public ResponseStatus status() {
        return ResponseStatus.ofWire(json.requireString("status"));
    }

    /** The model that the request asked for. */
    public String model() {
        return json.string("model", "");
    }

    /** When the response was created, to the second. */
    public Instant createdAt() {
        Long seconds = json.integer("created_at");
        return Instant.ofEpochSecond(seconds == null ? 0 : seconds);
    }

    /** The instructions in force, inherited ones included; null if there are none. */
    public @Nullable String instructions() {
        return json.string("instructions");
    }

    /** The response that this one continues, if any. */
    public @Nullable ResponseId previousResponseId() {
        String id = json.string("previous_response_id");
        return id == null ? null : new ResponseId(id);
    }

    /** What the model and the hosted tools produced, in order. */
    public List<Item> output() {
        List<Item> items = new ArrayList<>();
        for (JsonObject item : json.objects("output")) {
            items.add(Item.of(item));
        }
        return List.copyOf(items);
    }

    /** The texts of all messages in the output put together; empty if there are none. */
    public String outputText() {
        StringBuilder text = new StringBuilder();
        for (Item item : output()) {
            if (item instanceof Message message) {
                message.content().stream()
                        .filter(OutputText.class::isInstance)
                        .forEach(part -> text.append(part.plainText()));
            }
        }
        return text.toString();
    }

    /** The tokens used, all samples together; null until the response has ended. */
    public @Nullable Usage usage() {
        return Usage.ofWire(json.object("usage"));
    }

    /** Why the response failed; null unless it did. */
    public @Nullable ResponseError error() {
        JsonObject error = json.object("error");
        return error == null
                ? null
                : new ResponseError(error.string("code", ResponseError.SERVER_ERROR), error.string("message", ""));
    }

    /** Why the response is incomplete, such as {@code max_output_tokens}; null unless it is. */
    public @Nullable String incompleteReason() {
        JsonObject details = json.object("incomplete_details");
        return details == null ? null : details.string("reason");
    }
}
