package io.github.responses4j.codec;

import io.github.responses4j.event.AnnotationAdded;
import io.github.responses4j.event.CodeInterpreterCallCodeDelta;
import io.github.responses4j.event.CodeInterpreterCallCodeDone;
import io.github.responses4j.event.ContentPartAdded;
import io.github.responses4j.event.ContentPartDone;
import io.github.responses4j.event.CustomToolCallInputDelta;
import io.github.responses4j.event.CustomToolCallInputDone;
import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.ExtensionEvent;
import io.github.responses4j.event.FunctionCallArgumentsDelta;
import io.github.responses4j.event.FunctionCallArgumentsDone;
import io.github.responses4j.event.ItemProgress;
import io.github.responses4j.event.McpCallArgumentsDelta;
import io.github.responses4j.event.McpCallArgumentsDone;
import io.github.responses4j.event.OutputItemAdded;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.OutputTextDone;
import io.github.responses4j.event.PartialImage;
import io.github.responses4j.event.Place;
import io.github.responses4j.event.ReasoningSummaryPartAdded;
import io.github.responses4j.event.ReasoningSummaryPartDone;
import io.github.responses4j.event.ReasoningSummaryTextDelta;
import io.github.responses4j.event.ReasoningSummaryTextDone;
import io.github.responses4j.event.ReasoningTextDelta;
import io.github.responses4j.event.ReasoningTextDone;
import io.github.responses4j.event.RefusalDelta;
import io.github.responses4j.event.RefusalDone;
import io.github.responses4j.event.ResponseCompleted;
import io.github.responses4j.event.ResponseCreated;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.event.ResponseFailed;
import io.github.responses4j.event.ResponseInProgress;
import io.github.responses4j.event.ResponseIncomplete;
import io.github.responses4j.event.ResponseQueued;
import io.github.responses4j.event.ShellProgress;
import io.github.responses4j.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads events from the wire. Safe from any thread. */
public final class EventReader {
    private static final Map<String, Function<JsonObject, ResponseEvent>> KINDS = kinds();

    private EventReader() {}

    /** The names of all kinds of events that are read as something better than {@link ExtensionEvent}. */
    public static Set<String> types() {
        return Set.copyOf(KINDS.keySet());
    }

    /**
     * The event of a wire object; nothing of it is lost.
     *
     * @throws io.github.responses4j.json.JsonShapeException if it has no type
     */
    public static ResponseEvent read(JsonObject json) {
        return KINDS.getOrDefault(json.requireString("type"), ExtensionEvent::new)
                .apply(json);
    }

    private static Map<String, Function<JsonObject, ResponseEvent>> kinds() {
        Map<String, Function<JsonObject, ResponseEvent>> kinds = new HashMap<>();
        kinds.put(ResponseCreated.TYPE, ResponseCreated::new);
        kinds.put(ResponseQueued.TYPE, ResponseQueued::new);
        kinds.put(ResponseInProgress.TYPE, ResponseInProgress::new);
        kinds.put(ResponseCompleted.TYPE, ResponseCompleted::new);
        kinds.put(ResponseIncomplete.TYPE, ResponseIncomplete::new);
        kinds.put(ResponseFailed.TYPE, ResponseFailed::new);
        kinds.put(OutputItemAdded.TYPE, OutputItemAdded::new);
        kinds.put(OutputItemDone.TYPE, OutputItemDone::new);
        kinds.put(ContentPartAdded.TYPE, ContentPartAdded::new);
        kinds.put(ContentPartDone.TYPE, ContentPartDone::new);
        kinds.put(ReasoningSummaryPartAdded.TYPE, ReasoningSummaryPartAdded::new);
        kinds.put(ReasoningSummaryPartDone.TYPE, ReasoningSummaryPartDone::new);
        kinds.put(OutputTextDone.TYPE, OutputTextDone::new);
        kinds.put(RefusalDone.TYPE, RefusalDone::new);
        kinds.put(ReasoningTextDone.TYPE, ReasoningTextDone::new);
        kinds.put(ReasoningSummaryTextDone.TYPE, ReasoningSummaryTextDone::new);
        kinds.put(FunctionCallArgumentsDone.TYPE, FunctionCallArgumentsDone::new);
        kinds.put(CustomToolCallInputDone.TYPE, CustomToolCallInputDone::new);
        kinds.put(McpCallArgumentsDone.TYPE, McpCallArgumentsDone::new);
        kinds.put(AnnotationAdded.TYPE, AnnotationAdded::new);
        kinds.put(ErrorEvent.TYPE, ErrorEvent::new);
        kinds.put(CodeInterpreterCallCodeDone.TYPE, CodeInterpreterCallCodeDone::new);
        kinds.put(PartialImage.TYPE, PartialImage::new);
        ItemProgress.TYPES.forEach(type -> kinds.put(type, ItemProgress::new));
        ShellProgress.TYPES.forEach(type -> kinds.put(type, ShellProgress::new));
        delta(kinds, OutputTextDelta.TYPE, "content_index", OutputTextDelta::new);
        delta(kinds, RefusalDelta.TYPE, "content_index", RefusalDelta::new);
        delta(kinds, ReasoningTextDelta.TYPE, "content_index", ReasoningTextDelta::new);
        delta(kinds, ReasoningSummaryTextDelta.TYPE, "summary_index", ReasoningSummaryTextDelta::new);
        delta(kinds, FunctionCallArgumentsDelta.TYPE, null, FunctionCallArgumentsDelta::new);
        delta(kinds, CustomToolCallInputDelta.TYPE, null, CustomToolCallInputDelta::new);
        delta(kinds, McpCallArgumentsDelta.TYPE, null, McpCallArgumentsDelta::new);
        delta(kinds, CodeInterpreterCallCodeDelta.TYPE, null, CodeInterpreterCallCodeDelta::new);
        return kinds;
    }

    private interface DeltaKind {
        ResponseEvent of(long sequenceNumber, Place place, String delta, JsonObject rest);
    }

    private static void delta(
            Map<String, Function<JsonObject, ResponseEvent>> kinds,
            String type,
            @Nullable String index,
            DeltaKind kind) {
        List<String> known = index == null
                ? List.of("type", "sequence_number", "item_id", "output_index", "delta")
                : List.of("type", "sequence_number", "item_id", "output_index", "delta", index);
        kinds.put(type, json -> {
            // A delta that lacks what every delta has could not be written back as it came.
            if (json.string("delta") == null
                    || json.string("item_id") == null
                    || json.integer("sequence_number") == null
                    || !isIndex(json, "output_index")
                    || index != null && !isIndex(json, index)) {
                return new ExtensionEvent(json);
            }
            JsonObject rest = json;
            for (String name : known) {
                rest = rest.without(name);
            }
            Place place = new Place(
                    json.requireString("item_id"),
                    number(json, "output_index"),
                    index == null ? Place.NO_PART : number(json, index));
            Long sequenceNumber = json.integer("sequence_number");
            return kind.of(sequenceNumber == null ? -1 : sequenceNumber, place, json.requireString("delta"), rest);
        });
    }

    private static boolean isIndex(JsonObject json, String name) {
        Long value = json.integer(name);
        return value != null && value >= 0 && value <= Integer.MAX_VALUE;
    }

    private static int number(JsonObject json, String name) {
        Long value = json.integer(name);
        return value == null ? -1 : Math.toIntExact(value);
    }
}
