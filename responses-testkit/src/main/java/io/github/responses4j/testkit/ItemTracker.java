package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows the items of one stream: which are open, where they stand, and that nothing is outside its place. */
final class ItemTracker {

    private static final String LIST_TOOLS = "mcp_list_tools";

    private final Violations violations;
    private final PartTracker parts;
    private final ItemRules rules;
    private final List<TrackedItem> items = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> callIds = new HashSet<>();

    ItemTracker(Violations violations) {
        this.violations = violations;
        parts = new PartTracker(violations);
        rules = new ItemRules(violations);
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Takes an event that stands at or in an item. */
    void accept(Event event) {
        if (event.kind().place() == EventKind.Place.ITEM_ADDED) {
            added(event);
            return;
        }
        TrackedItem item = find(event);
        if (item == null) {
            return;
        }
        switch (event.kind().place()) {
            case ITEM_DONE -> {
                item.open = false;
                item.done = event.path("item");
                rules.done(item, event);
            }
            case PART_ADDED -> {
                rules.step(item, event);
                parts.added(item, event);
            }
            case PART_DONE -> parts.done(item, event);
            case IN_PART -> parts.inside(item, event);
            default -> rules.inside(item, event);
        }
    }

    private void added(Event event) {
        int expected = items.isEmpty() ? 0 : items.get(items.size() - 1).outputIndex + 1;
        int index = event.index("output_index");
        if (index < 0) {
            index = expected;
        } else if (index != expected) {
            violations.add(StreamRule.G5, event.index(), "output_index is " + index + ", the next one is " + expected);
        }
        TrackedItem item = new TrackedItem(index, event.path("item"));
        for (TrackedItem other : items) {
            refuseInterleaving(item, other, event);
            if (other.isIncomplete()) {
                violations.add(
                        StreamRule.G9, event.index(), item + " follows " + other + ", which was left incomplete");
            }
        }
        refuseRepeatedIds(item, event);
        items.add(item);
        rules.added(item, event);
    }

    private void refuseRepeatedIds(TrackedItem item, Event event) {
        if (!item.id.isEmpty() && !ids.add(item.id)) {
            violations.add(StreamRule.G8, event.index(), "an earlier item has the id " + item.id + " too");
        }
        JsonNode callId = item.added.path("call_id");
        if (callId.isTextual()
                && !callIds.add(item.type + " " + callId.textValue())
                && !violations.options().tolerates(Tolerance.REPEATED_CALL_IDS)) {
            violations.add(
                    StreamRule.G8,
                    event.index(),
                    "an earlier " + item.type + " has the call_id " + callId.textValue() + " too");
        }
    }

    private void refuseInterleaving(TrackedItem item, TrackedItem other, Event event) {
        boolean bothList = item.type.equals(LIST_TOOLS) && other.type.equals(LIST_TOOLS);
        if (other.open && !bothList && !violations.options().tolerates(Tolerance.INTERLEAVED_ITEMS)) {
            violations.add(StreamRule.G5, event.index(), item + " starts while " + other + " is open");
        }
    }

    /** The open item that the event speaks of, or null if there is none, which is reported (G6). */
    private @Nullable TrackedItem find(Event event) {
        int index = event.index("output_index");
        String id = event.kind().place() == EventKind.Place.ITEM_DONE ? "" : event.text("item_id");
        TrackedItem byIndex = last(index, "");
        TrackedItem byId = last(-1, id);
        if (index >= 0 && byIndex == null) {
            violations.add(StreamRule.G6, event.index(), event.type() + ": no item was added at output_index " + index);
        } else if (byIndex != null && !id.isEmpty() && !byIndex.id.isEmpty() && !byIndex.id.equals(id)) {
            violations.add(
                    StreamRule.G6,
                    event.index(),
                    event.type() + ": item_id is " + id + ", but it stands in " + byIndex);
        }
        TrackedItem item = byIndex == null ? byId : byIndex;
        if (item != null && !item.open) {
            violations.add(StreamRule.G6, event.index(), event.type() + ": " + item + " is done already");
            return null;
        }
        return item;
    }

    private @Nullable TrackedItem last(int outputIndex, String id) {
        for (int i = items.size() - 1; i >= 0; i--) {
            TrackedItem item = items.get(i);
            if (item.outputIndex == outputIndex || (!id.isEmpty() && item.id.equals(id))) {
                return item;
            }
        }
        return null;
    }

    /** Compares the terminal response with the items (G6, G9, G10). */
    void end(Event event) {
        boolean failed = event.type().equals(EventKind.FAILED);
        boolean openAllowed = failed && violations.options().tolerates(Tolerance.OPEN_ITEM_IN_FAILURE);
        int done = 0;
        for (TrackedItem item : items) {
            if (item.open && !openAllowed) {
                violations.add(StreamRule.G6, event.index(), event.type() + " while " + item + " is open");
            }
            if (item.isIncomplete() && event.type().equals(EventKind.COMPLETED)) {
                violations.add(StreamRule.G9, event.index(), event.type() + ", but " + item + " is incomplete");
            }
            done += item.open ? 0 : 1;
        }
        JsonNode output = event.path("response").path("output");
        if (!output.isArray()) {
            return;
        }
        if (output.size() < done || output.size() > items.size()) {
            violations.add(
                    StreamRule.G10,
                    event.index(),
                    "response.output has " + output.size() + " item(s), the stream had " + items.size());
        }
        compare(output, event);
    }

    private void compare(JsonNode output, Event event) {
        for (int i = 0; i < Math.min(output.size(), items.size()); i++) {
            TrackedItem item = items.get(i);
            if (!item.open) {
                Json.difference("response.output[" + i + "]", item.done, output.path(i))
                        .ifPresent(text -> violations.add(
                                StreamRule.G10, event.index(), "differs from the done " + item + ": " + text));
            }
        }
    }
}
