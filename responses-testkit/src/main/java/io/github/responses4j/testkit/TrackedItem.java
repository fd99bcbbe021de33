package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An output item while its stream is read. */
final class TrackedItem {

    final int outputIndex;
    final JsonNode added;
    final String id;
    final String type;
    final @Nullable ItemKind kind;
    final List<TrackedPart> content = new ArrayList<>();
    final List<TrackedPart> summary = new ArrayList<>();

    final TrackedCommands commands = new TrackedCommands();

    /** What its own deltas say so far. */
    final StringBuilder grown = new StringBuilder();

    /** The field that its own deltas extend, once one came. */
    @Nullable
    String grownField;

    /** What may come next in the item; null if that is not known. */
    @Nullable
    Grammar order;

    /** The last of its own events. */
    String lastWord = "";

    boolean open = true;

    /** Whether an event of the item was wrong already, so that its sums mean nothing. */
    boolean spoilt;

    /** The item as its done event says it; missing until then. */
    JsonNode done = MissingNode.getInstance();

    TrackedItem(int outputIndex, JsonNode added) {
        this.outputIndex = outputIndex;
        this.added = added;
        id = added.path("id").asText();
        type = added.path("type").asText();
        kind = ItemKind.of(type);
        order = kind == null ? null : kind.order;
    }

    List<TrackedPart> parts(String slot) {
        return slot.equals("summary") ? summary : content;
    }

    @Nullable
    TrackedPart openPart() {
        for (List<TrackedPart> parts : List.of(content, summary)) {
            for (TrackedPart part : parts) {
                if (part.open) {
                    return part;
                }
            }
        }
        return null;
    }

    boolean isIncomplete() {
        return "incomplete".equals(done.path("status").textValue());
    }

    boolean isFailed() {
        return "failed".equals(done.path("status").textValue());
    }

    @Override
    public String toString() {
        return type + " " + id + " at output_index " + outputIndex;
    }
}
