package io.github.responses4j.backends;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Annotation;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.Refusal;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.response.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says the items of another server's response: what of them was not streamed, and what is only known at their end. For one response
 * and one thread.
 */
final class ResponsesItems {
    /** Members that every call has. */
    private static final Set<String> CALLS = Set.of("id", "type", "status", "call_id", "name", "arguments", "input");

    /** Members that the state machine makes itself. */
    private static final Set<String> OWN = Set.of("id", "type", "status", "role", "content", "summary");

    /** How many previews of one image are passed on; more than any server makes. */
    private static final int MAX_PREVIEWS = 8;

    private final ModelEventSink sink;
    private final Map<String, List<JsonObject>> previews = new HashMap<>();
    private final Map<String, Call> calls = new HashMap<>();
    private final Set<String> callIds = new HashSet<>();
    private boolean any;

    ResponsesItems(ModelEventSink sink) {
        this.sink = sink;
    }

    /** An item has begun. */
    void added(String place, @Nullable JsonObject item) {
        if (item != null && isCall(item)) {
            start(place, item);
        }
    }

    /** A call has grown. */
    void callDelta(String place, @Nullable String text) {
        Call call = calls.get(place);
        if (call != null && !call.ended && text != null && !text.isEmpty()) {
            call.sent.append(text);
            sink.accept(new ModelEvent.CallDelta(call.id, text));
        }
    }

    /** An image can be looked at before it is whole. */
    void preview(String place, @Nullable ObjectNode image) {
        List<JsonObject> all = previews.computeIfAbsent(place, key -> new ArrayList<>());
        if (image != null && image.path("partial_image_b64").isTextual() && all.size() < MAX_PREVIEWS) {
            image.put("partial_image_index", all.size());
            all.add(JsonObject.adopt(image));
        }
    }

    /** An item is whole; {@code streamed} tells whether its texts have been said. */
    void done(String place, @Nullable JsonObject item, boolean streamed) {
        any = true;
        if (item == null) {
            if (streamed) {
                sink.accept(new ModelEvent.ItemEnded());
            }
            return;
        }
        if (isCall(item)) {
            endCall(place, item);
            return;
        }
        Item known = read(item);
        if (known instanceof Message message) {
            if (!streamed) {
                texts(message);
            }
            further(item);
            sink.accept(new ModelEvent.ItemEnded());
        } else if (known instanceof Reasoning reasoning) {
            if (!streamed) {
                thoughts(reasoning);
            }
            boolean more = further(item);
            if (more
                    || streamed
                    || !reasoning.summary().isEmpty()
                    || !reasoning.content().isEmpty()) {
                sink.accept(new ModelEvent.ItemEnded());
            }
        } else {
            List<JsonObject> images = previews.remove(place);
            sink.accept(new ModelEvent.WholeItem(known, images == null ? List.of() : images));
        }
    }

    /** The response has ended; its items are said if they have not been. {@code streamed} names those whose texts have. */
    void end(JsonObject response, Set<String> streamed) {
        JsonObject error = response.object("error");
        String status = response.string("status", "");
        if (status.equals("failed") || (error != null && !status.equals("completed"))) {
            throw UpstreamFailures.ofError(error == null ? JsonObject.EMPTY.toNode() : error.toNode());
        }
        if (!any) {
            List<JsonObject> output = response.objects("output");
            for (int i = 0; i < output.size(); i++) {
                JsonObject item = output.get(i);
                boolean said =
                        streamed.contains("#" + i) || streamed.contains(item.string("id", "")) || streamed.contains("");
                done("#" + i, item, said);
            }
        }
        StopReason reason = reason(status, response);
        Usage usage = Usage.ofWire(response.object("usage"));
        if (usage != null) {
            sink.accept(new ModelEvent.UsageReported(usage));
        }
        sink.accept(new ModelEvent.Stopped(reason));
    }

    private StopReason reason(String status, JsonObject response) {
        return switch (status) {
            case "completed" -> callIds.isEmpty() ? StopReason.DONE : StopReason.TOOL_CALLS;
            case "incomplete" -> {
                JsonObject details = response.object("incomplete_details");
                boolean filtered = details != null && "content_filter".equals(details.string("reason"));
                yield filtered ? StopReason.CONTENT_FILTER : StopReason.MAX_OUTPUT_TOKENS;
            }
            default -> throw UpstreamFailures.broken("The model backend gave up its answer", null);
        };
    }

    private static boolean isCall(JsonObject item) {
        String type = item.string("type", "");
        return type.equals(FunctionCall.TYPE) || type.equals(CustomToolCall.TYPE);
    }

    private @Nullable Call start(String place, JsonObject item) {
        boolean custom = CustomToolCall.TYPE.equals(item.string("type"));
        String id = item.string("call_id", "");
        String name = item.string("name", "");
        if (id.isEmpty() || name.isEmpty() || !callIds.add(id)) {
            return null;
        }
        Call call = new Call(id);
        calls.put(place, call);
        sink.accept(new ModelEvent.CallStarted(id, name, custom, rest(item, CALLS)));
        return call;
    }

    private void endCall(String place, JsonObject item) {
        Call call = calls.get(place);
        if (call == null) {
            call = start(place, item);
        }
        if (call == null) {
            throw UpstreamFailures.broken("The model backend sent a call without a name or an id of its own", null);
        }
        if (call.ended) {
            return;
        }
        String whole = item.string(CustomToolCall.TYPE.equals(item.string("type")) ? "input" : "arguments", "");
        if (call.sent.isEmpty() && !whole.isEmpty()) {
            sink.accept(new ModelEvent.CallDelta(call.id, whole));
        } else if (!whole.contentEquals(call.sent)) {
            throw UpstreamFailures.broken("The model backend contradicts itself about a call", null);
        }
        call.ended = true;
        sink.accept(new ModelEvent.CallEnded(call.id));
    }

    private void texts(Message message) {
        for (var part : message.content()) {
            if (part instanceof OutputText text) {
                JsonNode logprobs = text.logprobs();
                boolean has = logprobs != null && logprobs.isArray() && !logprobs.isEmpty();
                sink.accept(new ModelEvent.TextDelta(text.text(), has ? logprobs : null));
                for (Annotation annotation : text.annotations()) {
                    sink.accept(new ModelEvent.AnnotationAdded(annotation));
                }
            } else if (part instanceof Refusal refusal) {
                sink.accept(new ModelEvent.RefusalDelta(refusal.text()));
            }
        }
    }

    private void thoughts(Reasoning reasoning) {
        int part = 0;
        for (var summary : reasoning.summary()) {
            sink.accept(new ModelEvent.ReasoningSummaryDelta(summary.plainText(), part++));
        }
        for (var thought : reasoning.content()) {
            sink.accept(new ModelEvent.ReasoningDelta(thought.plainText()));
        }
    }

    private boolean further(JsonObject item) {
        JsonObject more = rest(item, OWN);
        if (more.isEmpty()) {
            return false;
        }
        sink.accept(new ModelEvent.ItemFields(more));
        return true;
    }

    private static JsonObject rest(JsonObject item, Set<String> known) {
        ObjectNode more = item.toNode();
        more.remove(known);
        more.properties().removeIf(member -> member.getValue().isNull());
        return JsonObject.adopt(more);
    }

    private static Item read(JsonObject item) {
        try {
            return Item.of(item);
        } catch (JsonShapeException e) {
            throw UpstreamFailures.broken("The model backend sent an item that cannot be read", e);
        }
    }

    private static final class Call {
        private final String id;
        private final StringBuilder sent = new StringBuilder();
        private boolean ended;

        Call(String id) {
            this.id = id;
        }
    }
}
