package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds the output of a response from its events, the way a client does that never looks at the terminal event. */
final class OutputFold {

    private final Map<Integer, ObjectNode> items = new TreeMap<>();

    private OutputFold() {}

    static ArrayNode of(List<? extends JsonNode> events) {
        OutputFold fold = new OutputFold();
        for (int i = 0; i < events.size(); i++) {
            EventKind kind = EventKind.of(events.get(i).path("type").asText());
            if (kind != null && events.get(i) instanceof ObjectNode object) {
                fold.apply(new Event(i, kind, object));
            }
        }
        return JsonNodeFactory.instance.arrayNode().addAll(fold.items.values());
    }

    private void apply(Event event) {
        int index = event.index("output_index");
        switch (event.kind().place()) {
            case ITEM_ADDED, ITEM_DONE -> {
                if (event.path("item") instanceof ObjectNode item) {
                    items.put(index, item.deepCopy());
                }
            }
            case PART_ADDED, PART_DONE -> {
                ObjectNode item = items.get(index);
                if (item != null) {
                    put(
                            array(item, event.kind().slot()),
                            partIndex(event),
                            event.path("part").deepCopy());
                }
            }
            case IN_PART -> grow(part(event, items.get(index)), event);
            case IN_ITEM -> grow(items.get(index), event);
            default -> {
                // Says nothing about items.
            }
        }
    }

    private static int partIndex(Event event) {
        String field = event.kind().indexField();
        return field == null ? -1 : event.index(field);
    }

    private static @Nullable ObjectNode part(Event event, @Nullable ObjectNode item) {
        if (item == null) {
            return null;
        }
        JsonNode part = item.path(event.kind().slot()).path(partIndex(event));
        return part instanceof ObjectNode object ? object : null;
    }

    private static void grow(@Nullable ObjectNode target, Event event) {
        String field = event.kind().grows();
        if (target == null || field == null) {
            return;
        }
        if (field.equals("annotations")) {
            put(
                    array(target, field),
                    event.index("annotation_index"),
                    event.path("annotation").deepCopy());
        } else if (event.kind().isDelta()) {
            target.set(field, TextNode.valueOf(target.path(field).asText() + event.text("delta")));
        } else {
            target.set(field, event.path(field));
        }
    }

    private static ArrayNode array(ObjectNode target, String field) {
        if (target.path(field) instanceof ArrayNode array) {
            return array;
        }
        return target.putArray(field);
    }

    private static void put(ArrayNode array, int index, JsonNode value) {
        if (index >= 0 && index < array.size()) {
            array.set(index, value);
        } else {
            array.add(value);
        }
    }
}
