package io.github.responses4j.codec;

import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ItemEvent;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Passes a stream's events on without the calls of tools that the engine runs, and without their outputs. What is left is numbered anew,
 * so that it is a stream of its own right. For one stream, one event at a time.
 */
final class HiddenRounds implements EventSink {
    private final EventSink sink;
    private final Predicate<String> hosted;
    private final Items items;
    private final TreeSet<Integer> hiddenPlaces = new TreeSet<>();
    private long dropped;

    HiddenRounds(Predicate<String> hosted, EventSink sink) {
        this.hosted = hosted;
        this.items = new Items(hosted);
        this.sink = sink;
    }

    @Override
    public void accept(ResponseEvent event) {
        int place = place(event);
        if (event instanceof ItemEvent && !hiddenPlaces.contains(place)) {
            JsonObject item = event.json().object("item");
            if (item != null && items.hides(item)) {
                hiddenPlaces.add(place);
            }
        }
        if (place >= 0 && hiddenPlaces.contains(place)) {
            dropped++;
        } else {
            // Until something is hidden, which is the rule, events pass as they are.
            sink.accept(dropped == 0 ? event : moved(event, place));
        }
    }

    @Override
    public void flush() {
        sink.flush();
    }

    private ResponseEvent moved(ResponseEvent event, int place) {
        JsonObject.Builder json = event.json().toBuilder();
        if (event.sequenceNumber() >= 0) {
            json.put("sequence_number", event.sequenceNumber() - dropped);
        }
        if (place >= 0) {
            json.put("output_index", place - hiddenPlaces.headSet(place).size());
        }
        JsonObject response = event.json().object("response");
        if (response != null) {
            json.put("response", new Items(hosted).without(response));
        }
        return EventReader.read(json.build());
    }

    private static int place(ResponseEvent event) {
        if (event instanceof DeltaEvent delta) {
            return delta.place().outputIndex();
        }
        Long index = event.json().integer("output_index");
        return index == null || index < 0 || index > Integer.MAX_VALUE ? -1 : index.intValue();
    }

    /** Tells items that belong to a hidden round from others; they must be asked about in their order. */
    static final class Items {
        private final Predicate<String> hosted;
        private final Set<String> hiddenCalls = new HashSet<>();

        Items(Predicate<String> hosted) {
            this.hosted = hosted;
        }

        boolean hides(JsonObject item) {
            String call = item.string("call_id", "");
            return switch (item.string("type", "")) {
                case "function_call", "custom_tool_call" -> {
                    boolean hidden = hosted.test(item.string("name", ""));
                    if (hidden) {
                        hiddenCalls.add(call);
                    }
                    yield hidden;
                }
                case "function_call_output", "custom_tool_call_output" -> hiddenCalls.contains(call);
                default -> false;
            };
        }

        /** A response without the hidden items; the same object if there are none. */
        JsonObject without(JsonObject response) {
            List<JsonObject> output = response.objects("output");
            List<JsonObject> seen = new ArrayList<>();
            for (JsonObject item : output) {
                if (!hides(item)) {
                    seen.add(item);
                }
            }
            return seen.size() == output.size()
                    ? response
                    : response.toBuilder().put("output", seen).build();
        }
    }
}
