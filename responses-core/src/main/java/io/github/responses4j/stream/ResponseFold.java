package io.github.responses4j.stream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.event.CodeInterpreterCallCodeDelta;
import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.ItemEvent;
import io.github.responses4j.event.LifecycleEvent;
import io.github.responses4j.event.PartEvent;
import io.github.responses4j.event.Place;
import io.github.responses4j.event.ReasoningSummaryPartAdded;
import io.github.responses4j.event.ReasoningSummaryPartDone;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the events of a stream together again: after each event, {@link #response()} is the response as far as the events tell it, with
 * the texts that have grown so far. For one thread.
 */
public final class ResponseFold {
    private final List<ObjectNode> items = new ArrayList<>();
    private @Nullable JsonObject latest;

    /** A fold that has seen nothing. */
    public ResponseFold() {}

    /** Takes the next event of the stream. */
    public void accept(ResponseEvent event) {
        if (event instanceof DeltaEvent delta) {
            grow(delta);
        } else if (event instanceof LifecycleEvent lifecycle) {
            latest = lifecycle.response().json();
        } else if (event instanceof ItemEvent item) {
            put(item.outputIndex(), item.item().json().toNode());
        } else if (event instanceof PartEvent part) {
            boolean summary = part instanceof ReasoningSummaryPartAdded || part instanceof ReasoningSummaryPartDone;
            ArrayNode parts = items.get(part.outputIndex()).withArrayProperty(summary ? "summary" : "content");
            if (part.partIndex() == parts.size()) {
                parts.add(part.part().json().toNode());
            } else {
                parts.set(part.partIndex(), part.part().json().toNode());
            }
        }
    }

    /**
     * The response as far as it is told.
     *
     * @throws IllegalStateException if no event has carried a response yet
     */
    public Response response() {
        JsonObject json = latest;
        if (json == null) {
            throw new IllegalStateException("no event has carried a response yet");
        }
        return new Response(json.toBuilder()
                .put("output", items.stream().map(JsonObject::copyOf).toList())
                .build());
    }

    private void put(int index, ObjectNode item) {
        if (index == items.size()) {
            items.add(item);
        } else {
            items.set(index, item);
        }
    }

    private void grow(DeltaEvent event) {
        ObjectNode item = items.get(event.place().outputIndex());
        if (event.place().partIndex() == Place.NO_PART) {
            String member =
                    event instanceof CodeInterpreterCallCodeDelta ? "code" : item.has("input") ? "input" : "arguments";
            item.put(member, item.path(member).asText("") + event.delta());
            return;
        }
        boolean summary = "summary_index".equals(event.indexName());
        ObjectNode part = (ObjectNode) item.withArrayProperty(summary ? "summary" : "content")
                .get(event.place().partIndex());
        String member = part.has("refusal") ? "refusal" : "text";
        part.put(member, part.path(member).asText("") + event.delta());
    }
}
