package io.github.responses4j.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.responses4j.event.AnnotationAdded;
import io.github.responses4j.event.ContentPartAdded;
import io.github.responses4j.event.ContentPartDone;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.OutputTextDone;
import io.github.responses4j.event.Place;
import io.github.responses4j.event.RefusalDelta;
import io.github.responses4j.event.RefusalDone;
import io.github.responses4j.item.Annotation;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.Refusal;
import io.github.responses4j.item.Role;
import io.github.responses4j.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is growing: texts and refusals, one part after the other. */
final class OpenMessage extends OpenItem {
    private enum Part {
        NONE,
        TEXT,
        REFUSAL
    }

    private final List<JsonObject> parts = new ArrayList<>();
    private Part part = Part.NONE;
    private Place place;
    private StringBuilder text = new StringBuilder();
    private ArrayNode logprobs = JsonNodeFactory.instance.arrayNode();
    private List<JsonObject> annotations = new ArrayList<>();
    private JsonObject further = JsonObject.EMPTY;

    OpenMessage(Emitter out, String id, int outputIndex) {
        super(out, id, outputIndex);
        place = Place.item(id, outputIndex);
        begin(JsonObject.ofType(Message.TYPE)
                .put("id", id)
                .put("status", ItemStatus.IN_PROGRESS.wire())
                .put("role", Role.ASSISTANT.wire())
                .put("content", List.<JsonObject>of())
                .build());
    }

    void text(String delta, @Nullable JsonNode pieces) {
        grow(Part.TEXT);
        text.append(delta);
        JsonObject rest = OutputTextDelta.NO_LOGPROBS;
        if (pieces != null && !pieces.isEmpty()) {
            pieces.forEach(logprobs::add);
            rest = rest.with("logprobs", pieces);
        }
        JsonObject members = rest;
        Place where = place;
        out.emit(number -> new OutputTextDelta(number, where, delta, members));
    }

    void refusal(String delta) {
        grow(Part.REFUSAL);
        text.append(delta);
        Place where = place;
        out.emit(number -> new RefusalDelta(number, where, delta, JsonObject.EMPTY));
    }

    void annotation(Annotation annotation) {
        grow(Part.TEXT);
        Place where = place;
        int index = annotations.size();
        annotations.add(annotation.json());
        out.emit(number -> AnnotationAdded.of(number, where, index, annotation));
    }

    /** Members to put into the part that is growing, when it is whole. */
    void further(JsonObject members) {
        further = members;
    }

    /** A part of a kind that does not grow. */
    void whole(Content content) {
        endPart();
        Place where = new Place(id, outputIndex, parts.size());
        out.emit(number -> ContentPartAdded.of(number, where, content));
        out.emit(number -> ContentPartDone.of(number, where, content));
        parts.add(content.json());
    }

    private void grow(Part kind) {
        if (part == kind) {
            return;
        }
        endPart();
        part = kind;
        place = new Place(id, outputIndex, parts.size());
        text = new StringBuilder();
        logprobs = JsonNodeFactory.instance.arrayNode();
        annotations = new ArrayList<>();
        further = JsonObject.EMPTY;
        Place where = place;
        Content empty = kind == Part.TEXT ? OutputText.of("") : Refusal.of("");
        out.emit(number -> ContentPartAdded.of(number, where, empty));
    }

    @Override
    void endPart() {
        if (part == Part.NONE) {
            return;
        }
        Place where = place;
        String whole = text.toString();
        Content done;
        if (part == Part.TEXT) {
            ArrayNode pieces = logprobs;
            done = new OutputText(OutputText.of(whole).json().toBuilder()
                    .put("annotations", annotations)
                    .put("logprobs", pieces)
                    .build()
                    .withAll(further));
            out.emit(number -> OutputTextDone.of(number, where, whole, pieces));
        } else {
            done = new Refusal(Refusal.of(whole).json().withAll(further));
            out.emit(number -> RefusalDone.of(number, where, whole));
        }
        out.emit(number -> ContentPartDone.of(number, where, done));
        parts.add(done.json());
        part = Part.NONE;
    }

    @Override
    JsonObject finished(ItemStatus status) {
        return JsonObject.ofType(Message.TYPE)
                .put("id", id)
                .put("status", status.wire())
                .put("role", Role.ASSISTANT.wire())
                .put("content", parts)
                .build();
    }
}
