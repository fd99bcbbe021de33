package io.github.responses4j.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.item.ToolCallOutput;
import io.github.responses4j.json.JsonObject;
import java.util.List;

/**
 * Items as a list of them shows them: a caller may leave out what the wire demands of an item that a server gives (OpenAI Responses API,
 * item resources). What the model sees is the item as it came.
 */
final class ListedItems {
    private ListedItems() {}

    static Item of(Item item) {
        if (item instanceof Message message) {
            return new Message(withStatus(message.json())
                    .put("type", Message.TYPE)
                    .put(
                            "content",
                            message.content().stream().map(ListedItems::part).toList())
                    .build());
        }
        boolean hasStatus = item instanceof ToolCall || item instanceof ToolCallOutput;
        return hasStatus ? Item.of(withStatus(item.json()).build()) : item;
    }

    private static JsonObject.Builder withStatus(JsonObject json) {
        JsonObject.Builder whole = json.toBuilder();
        return json.isAbsentOrNull("status") ? whole.put("status", ItemStatus.COMPLETED.wire()) : whole;
    }

    private static JsonObject part(Content part) {
        JsonObject json = part.json();
        if (part instanceof InputImage image) {
            return json.with("detail", image.detail());
        }
        if (part instanceof OutputText) {
            return withList(withList(json, "annotations"), "logprobs");
        }
        return json;
    }

    private static JsonObject withList(JsonObject json, String name) {
        JsonNode value = json.get(name);
        return value != null && value.isArray()
                ? json
                : json.toBuilder().put(name, List.<JsonObject>of()).build();
    }
}
