package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A unit of context: something said, called, returned or thought. Immutable, and kept whole: what the wire brought beside the
 * members that a kind knows stays in {@link #json()}.
 *
 * <p>The set of kinds grows with the wire. What this version does not know is an {@link ExtensionItem}; code that looks at kinds
 * must let others pass.
 */
public sealed interface Item
        permits Message,
                FunctionCall,
                FunctionCallOutput,
                CustomToolCall,
                CustomToolCallOutput,
                Reasoning,
                Compaction,
                ItemReference,
                McpListTools,
                McpCall,
                McpApprovalRequest,
                McpApprovalResponse,
                ExtensionItem {
    /** The item as on the wire. */
    JsonObject json();

    /** The kind's name on the wire, such as {@code function_call}. */
    String type();

    /** The item's id, or null if it has none yet. */
    default @Nullable String id() {
        return json().string("id");
    }

    /** The item's state, or null if it says none that is known. */
    default @Nullable ItemStatus status() {
        return ItemStatus.ofWire(json().string("status"));
    }

    /** The same item with another id. */
    default Item withId(String id) {
        return of(json().with("id", id));
    }

    /**
     * The item of a wire object. An object without a type is a message if it has a role, and a reference if it has only an id
     * (OpenAI Responses API, input items).
     *
     * @throws JsonShapeException if a member that the kind needs is missing or of the wrong type
     */
    static Item of(JsonObject json) {
        String type = json.string("type");
        if (type == null && json.isAbsentOrNull("type")) {
            return json.has("role") || !json.has("id") ? new Message(json) : new ItemReference(json);
        }
        Function<JsonObject, Item> kind = Kinds.BY_TYPE.get(type == null ? json.requireString("type") : type);
        return kind == null ? new ExtensionItem(json) : kind.apply(json);
    }

    /** The kinds by their wire names. */
    final class Kinds {
        private static final Map<String, Function<JsonObject, Item>> BY_TYPE = Map.ofEntries(
                Map.entry(Message.TYPE, Message::new),
                Map.entry(FunctionCall.TYPE, FunctionCall::new),
                Map.entry(FunctionCallOutput.TYPE, FunctionCallOutput::new),
                Map.entry(CustomToolCall.TYPE, CustomToolCall::new),
                Map.entry(CustomToolCallOutput.TYPE, CustomToolCallOutput::new),
                Map.entry(Reasoning.TYPE, Reasoning::new),
                Map.entry(Compaction.TYPE, Compaction::new),
                Map.entry(ItemReference.TYPE, ItemReference::new),
                Map.entry(McpListTools.TYPE, McpListTools::new),
                Map.entry(McpCall.TYPE, McpCall::new),
                Map.entry(McpApprovalRequest.TYPE, McpApprovalRequest::new),
                Map.entry(McpApprovalResponse.TYPE, McpApprovalResponse::new));

        private Kinds() {}
    }
}
