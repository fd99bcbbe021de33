package io.github.responses4j.backends;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Annotation;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Turns a chat completion into model events: chunk by chunk, or whole, which is one chunk that has a {@code message} where others
 * have a {@code delta}. For one completion and one thread. Only the first choice counts.
 */
final class ChatStreamReader {
    private final ModelEventSink sink;
    private final ChatCalls calls;
    private @Nullable Usage usage;
    private @Nullable String finish;

    // The choice that is being read; its members may come in any order.
    private int index;
    private @Nullable String text;
    private @Nullable String refusal;
    private @Nullable String reasoning;
    private @Nullable String finishNow;
    private @Nullable JsonNode logprobs;
    private @Nullable JsonNode annotations;

    ChatStreamReader(ModelEventSink sink, ChatCalls calls) {
        this.sink = sink;
        this.calls = calls;
    }

    /** Takes an event of the stream; false if it is the mark of the end. */
    boolean event(EventLines event) throws IOException {
        if (event.is("[DONE]")) {
            return false;
        }
        chunk(event.data(), event.length());
        return true;
    }

    /** Takes a chunk, or a whole completion. */
    void chunk(byte[] utf8, int length) throws IOException {
        WireJson.read(utf8, length, this::members);
    }

    /**
     * Says what is said at the end of an answer that has arrived in full.
     *
     * @throws io.github.responses4j.backend.BackendException if the model has not said why it stopped
     */
    void end() {
        StopReason reason = stopReason();
        calls.end(sink);
        if (usage != null) {
            sink.accept(new ModelEvent.UsageReported(usage));
        }
        sink.accept(new ModelEvent.Stopped(reason));
    }

    private StopReason stopReason() {
        if (finish == null) {
            throw UpstreamFailures.broken("The model backend's answer ended without a reason", null);
        }
        return switch (finish) {
            case "stop", "tool_calls", "function_call", "eos", "eos_token", "end_turn", "stop_sequence" ->
                calls.isEmpty() ? StopReason.DONE : StopReason.TOOL_CALLS;
            case "length", "max_tokens", "model_length" -> StopReason.MAX_OUTPUT_TOKENS;
            case "content_filter" -> StopReason.CONTENT_FILTER;
            default -> throw UpstreamFailures.broken("The model backend gave up its answer", null);
        };
    }

    private void members(JsonParser json) throws IOException {
        boolean failed = false;
        ObjectNode flat = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            switch (name) {
                case "choices" -> choices(json);
                case "usage" -> usage(json);
                case "error" -> {
                    JsonNode error = WireJson.tree(json);
                    if (!error.isNull()) {
                        throw UpstreamFailures.ofError(
                                JsonNodeFactory.instance.objectNode().set("error", error));
                    }
                }
                case "object" -> failed = "error".equals(WireJson.text(json));
                case "message", "code", "type" -> {
                    if (token.isScalarValue()) {
                        flat = flat == null ? JsonNodeFactory.instance.objectNode() : flat;
                        flat.set(name, WireJson.tree(json));
                    } else {
                        json.skipChildren();
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (failed) {
            throw UpstreamFailures.ofError(flat == null ? JsonNodeFactory.instance.objectNode() : flat);
        }
    }

    private void choices(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            choice(json);
        }
    }

    private void choice(JsonParser json) throws IOException {
        index = 0;
        text = null;
        refusal = null;
        reasoning = null;
        finishNow = null;
        logprobs = null;
        annotations = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "index" -> index = WireJson.number(json, 0);
                case "delta", "message" -> delta(json);
                case "finish_reason" -> finishNow = WireJson.word(json);
                case "logprobs" -> logprobs(json);
                default -> json.skipChildren();
            }
        }
        if (index == 0 && finish == null) {
            say();
        }
        calls.clearPieces();
    }

    private void delta(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "content" -> content(json);
                case "refusal" -> refusal = WireJson.word(json);
                case "reasoning_content", "reasoning" -> {
                    // Some servers say the same under both names.
                    String said = WireJson.word(json);
                    reasoning = reasoning == null ? said : reasoning;
                }
                case "tool_calls" -> calls.pieces(json);
                case "function_call" -> calls.loneFunction(json);
                case "annotations" -> annotations = WireJson.tree(json);
                default -> json.skipChildren();
            }
        }
    }

    private void content(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            text = WireJson.word(json);
            return;
        }
        StringBuilder texts = new StringBuilder();
        StringBuilder thoughts = new StringBuilder();
        for (JsonNode part : WireJson.tree(json)) {
            texts.append(part.path("text").asText(""));
            for (JsonNode thought : part.path("thinking")) {
                thoughts.append(thought.path("text").asText(""));
            }
        }
        text = texts.isEmpty() ? null : texts.toString();
        reasoning = thoughts.isEmpty() ? reasoning : thoughts.toString();
    }

    private void logprobs(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            JsonNode content = WireJson.tree(json).path("content");
            logprobs = content.isArray() && !content.isEmpty() ? ChatLogprobs.toResponses(content) : null;
        } else {
            json.skipChildren();
        }
    }

    private void usage(JsonParser json) throws IOException {
        JsonObject said = WireJson.object(json);
        if (said != null && !said.isEmpty()) {
            usage = ChatUsage.of(said);
        }
    }

    private void say() {
        if (reasoning != null) {
            sink.accept(new ModelEvent.ReasoningDelta(reasoning));
        }
        if (text != null || logprobs != null) {
            sink.accept(new ModelEvent.TextDelta(text == null ? "" : text, logprobs));
        }
        if (refusal != null) {
            sink.accept(new ModelEvent.RefusalDelta(refusal));
        }
        if (annotations != null) {
            annotations();
        }
        calls.say(sink);
        finish = finishNow;
    }

    private void annotations() {
        if (annotations == null) {
            return;
        }
        for (JsonNode annotation : annotations) {
            if (annotation instanceof ObjectNode object) {
                // Chat completions wrap what the citation says in a member named like its kind.
                JsonObject wrapped = JsonObject.adopt(object);
                String type = wrapped.string("type", "");
                JsonObject inner = type.isEmpty() ? null : wrapped.object(type);
                JsonObject flat =
                        inner == null ? wrapped : wrapped.without(type).withAll(inner);
                sink.accept(new ModelEvent.AnnotationAdded(Annotation.of(flat)));
            }
        }
    }
}
