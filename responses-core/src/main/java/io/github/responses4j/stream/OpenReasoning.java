package io.github.responses4j.stream;

import io.github.responses4j.event.ContentPartAdded;
import io.github.responses4j.event.ContentPartDone;
import io.github.responses4j.event.Place;
import io.github.responses4j.event.ReasoningSummaryPartAdded;
import io.github.responses4j.event.ReasoningSummaryPartDone;
import io.github.responses4j.event.ReasoningSummaryTextDelta;
import io.github.responses4j.event.ReasoningSummaryTextDone;
import io.github.responses4j.event.ReasoningTextDelta;
import io.github.responses4j.event.ReasoningTextDone;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.ReasoningText;
import io.github.responses4j.item.SummaryText;
import io.github.responses4j.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reasoning that is growing: raw text and summary, one part after the other. */
final class OpenReasoning extends OpenItem {
    private enum Part {
        NONE,
        RAW,
        SUMMARY
    }

    private final List<JsonObject> raw = new ArrayList<>();
    private final List<JsonObject> summary = new ArrayList<>();
    private Part part = Part.NONE;
    private Place place;
    private int summaryPart;
    private StringBuilder text = new StringBuilder();
    private JsonObject further = JsonObject.EMPTY;

    OpenReasoning(Emitter out, String id, int outputIndex) {
        super(out, id, outputIndex);
        place = Place.item(id, outputIndex);
        begin(JsonObject.ofType(Reasoning.TYPE)
                .put("id", id)
                .put("summary", List.<JsonObject>of())
                .put("content", List.<JsonObject>of())
                .build());
    }

    void raw(String delta) {
        if (part != Part.RAW) {
            endPart();
            open(Part.RAW, raw.size());
            Place where = place;
            out.emit(number -> ContentPartAdded.of(number, where, ReasoningText.of("")));
        }
        text.append(delta);
        Place where = place;
        out.emit(number -> new ReasoningTextDelta(number, where, delta, JsonObject.EMPTY));
    }

    void summary(String delta, int which) {
        if (part != Part.SUMMARY || which > summaryPart) {
            endPart();
            open(Part.SUMMARY, summary.size());
            summaryPart = which;
            Place where = place;
            out.emit(number -> ReasoningSummaryPartAdded.of(number, where, SummaryText.of("")));
        }
        text.append(delta);
        Place where = place;
        out.emit(number -> new ReasoningSummaryTextDelta(number, where, delta, JsonObject.EMPTY));
    }

    /** Members to put into the part that is growing, when it is whole. */
    void further(JsonObject members) {
        further = members;
    }

    private void open(Part kind, int index) {
        part = kind;
        place = new Place(id, outputIndex, index);
        text = new StringBuilder();
        further = JsonObject.EMPTY;
    }

    @Override
    void endPart() {
        if (part == Part.NONE) {
            return;
        }
        Place where = place;
        String whole = text.toString();
        if (part == Part.RAW) {
            Content done = new ReasoningText(ReasoningText.of(whole).json().withAll(further));
            out.emit(number -> ReasoningTextDone.of(number, where, whole));
            out.emit(number -> ContentPartDone.of(number, where, done));
            raw.add(done.json());
        } else {
            Content done = new SummaryText(SummaryText.of(whole).json().withAll(further));
            out.emit(number -> ReasoningSummaryTextDone.of(number, where, whole));
            out.emit(number -> ReasoningSummaryPartDone.of(number, where, done));
            summary.add(done.json());
        }
        part = Part.NONE;
    }

    @Override
    JsonObject finished(ItemStatus status) {
        JsonObject.Builder item = JsonObject.ofType(Reasoning.TYPE)
                .put("id", id)
                .put("status", status.wire())
                .put("summary", summary);
        if (!raw.isEmpty()) {
            item.put("content", raw);
        }
        return item.build();
    }
}
