package io.github.responses4j.backends;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.item.Annotation;
import io.github.responses4j.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of another server of responses into model events. Tolerant: events may lack their places, lifecycle events may be
 * flat, unknown events are passed over, and what was not streamed is taken from the item when it is done. For one response and one
 * thread.
 */
final class ResponsesStreamReader {
    /** Events that repeat what others say, and are not worth a tree. */
    private static final Set<String> ECHOES = Set.of(
            "response.created",
            "response.queued",
            "response.in_progress",
            "response.content_part.added",
            "response.content_part.done");

    /** What is told of an image before it is whole. */
    private static final Set<String> PREVIEW =
            Set.of("partial_image_index", "partial_image_b64", "size", "quality", "background", "output_format");

    private final ModelEventSink sink;
    private final ResponsesItems items;
    private final Set<String> streamed = new HashSet<>();
    private boolean ended;

    // The event that is being read; its members may come in any order.
    private String type = "";
    private @Nullable String delta;
    private @Nullable String itemId;
    private int outputIndex;
    private int summaryIndex;
    private @Nullable JsonNode logprobs;
    private @Nullable ObjectNode preview;
    private @Nullable JsonObject body;
    private @Nullable JsonObject error;
    private @Nullable String message;
    private @Nullable String code;

    ResponsesStreamReader(ModelEventSink sink) {
        this.sink = sink;
        this.items = new ResponsesItems(sink);
    }

    /** Takes an event of the stream; false if nothing more is to come. */
    boolean event(EventLines event) throws IOException {
        if (event.is("[DONE]")) {
            return false;
        }
        type = "";
        delta = null;
        itemId = null;
        outputIndex = -1;
        summaryIndex = 0;
        logprobs = null;
        preview = null;
        body = null;
        error = null;
        message = null;
        code = null;
        WireJson.read(event.data(), event.length(), this::members);
        say();
        return !ended;
    }

    /**
     * Takes a whole response.
     *
     * @throws io.github.responses4j.backend.BackendException if it failed, or is not one
     */
    void whole(JsonNode response) {
        if (!(response instanceof ObjectNode object)) {
            throw UpstreamFailures.broken("The model backend sent something that is no response", null);
        }
        end(JsonObject.adopt(object));
    }

    /** Whether the response has ended, as opposed to the stream. */
    boolean hasEnded() {
        return ended;
    }

    private void members(JsonParser json) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "type" -> type = json.getText();
                case "delta" -> delta = WireJson.text(json);
                case "item_id" -> itemId = WireJson.text(json);
                case "output_index" -> outputIndex = WireJson.number(json, -1);
                case "summary_index" -> summaryIndex = WireJson.number(json, 0);
                case "logprobs" -> {
                    JsonNode all = WireJson.tree(json);
                    logprobs = all.isArray() && !all.isEmpty() ? ChatLogprobs.toResponses(all) : null;
                }
                case "response", "item", "annotation" -> {
                    if (ECHOES.contains(type)) {
                        json.skipChildren();
                    } else {
                        body = WireJson.object(json);
                    }
                }
                case "error" -> error = WireJson.object(json);
                case "message" -> message = WireJson.text(json);
                case "code" -> code = WireJson.text(json);
                default -> {
                    if (PREVIEW.contains(name)) {
                        preview = preview == null ? JsonNodeFactory.instance.objectNode() : preview;
                        preview.set(name, WireJson.tree(json));
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }
    }

    private void say() {
        switch (type) {
            case "response.output_text.delta" -> {
                mark();
                if (delta != null && (!delta.isEmpty() || logprobs != null)) {
                    sink.accept(new ModelEvent.TextDelta(delta, logprobs));
                }
            }
            case "response.refusal.delta" -> {
                mark();
                grow(delta == null ? null : new ModelEvent.RefusalDelta(delta));
            }
            case "response.reasoning_text.delta", "response.reasoning.delta" -> {
                mark();
                grow(delta == null ? null : new ModelEvent.ReasoningDelta(delta));
            }
            case "response.reasoning_summary_text.delta" -> {
                mark();
                grow(delta == null ? null : new ModelEvent.ReasoningSummaryDelta(delta, Math.max(0, summaryIndex)));
            }
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                items.callDelta(place(), delta);
            case "response.output_text.annotation.added" -> {
                if (body != null) {
                    sink.accept(new ModelEvent.AnnotationAdded(Annotation.of(body)));
                }
            }
            case "response.image_generation_call.partial_image" -> items.preview(place(), preview);
            case "response.output_item.added" -> items.added(place(), body);
            case "response.output_item.done" -> items.done(place(), body, streamed.remove(place()));
            case "response.completed", "response.incomplete", "response.failed" -> end(terminal());
            case "error" -> throw UpstreamFailures.ofError(problem());
            default -> {
                if (type.isEmpty() && error != null) {
                    throw UpstreamFailures.ofError(problem());
                }
            }
        }
    }

    private void grow(@Nullable ModelEvent event) {
        if (event != null) {
            sink.accept(event);
        }
    }

    private void mark() {
        streamed.add(place());
    }

    // Some servers leave out indexes, others ids.
    private String place() {
        if (outputIndex >= 0) {
            return "#" + outputIndex;
        }
        String id = itemId != null ? itemId : body == null ? null : body.string("id");
        return id == null ? "" : id;
    }

    private JsonObject terminal() {
        String status = type.substring("response.".length());
        JsonObject response = body == null ? JsonObject.EMPTY : body;
        return response.has("status") ? response : response.with("status", status);
    }

    private void end(JsonObject response) {
        ended = true;
        items.end(response, streamed);
    }

    private JsonNode problem() {
        JsonObject nested = error;
        if (nested != null) {
            return nested.toNode();
        }
        return JsonObject.builder()
                .putIfPresent("message", message)
                .putIfPresent("code", code)
                .build()
                .toNode();
    }
}
