package io.github.responses4j.stream;

import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.Refusal;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.JsonObject;
import java.util.Set;

/** Items that arrive whole, told in the grammar of their kind as if they had grown. */
final class WholeItems {
    private static final Set<String> GROWN =
            Set.of("id", "type", "status", "role", "content", "summary", "call_id", "name", "arguments", "input");

    private static final Set<String> GROWN_IN_PARTS = Set.of("type", "text", "refusal", "annotations", "logprobs");

    private WholeItems() {}

    static void grow(Message message, OpenMessage open) {
        for (Content part : message.content()) {
            if (part instanceof OutputText text) {
                open.text(text.text(), text.logprobs());
                text.annotations().forEach(open::annotation);
                open.further(without(part.json(), GROWN_IN_PARTS));
            } else if (part instanceof Refusal refusal) {
                open.refusal(refusal.text());
                open.further(without(part.json(), GROWN_IN_PARTS));
            } else {
                open.whole(part);
            }
            open.endPart();
        }
        open.add(furtherMembers(message));
    }

    static void grow(Reasoning reasoning, OpenReasoning open) {
        reasoning.content().forEach(part -> {
            open.raw(part.plainText());
            open.further(without(part.json(), GROWN_IN_PARTS));
            open.endPart();
        });
        for (int i = 0; i < reasoning.summary().size(); i++) {
            Content part = reasoning.summary().get(i);
            open.summary(part.plainText(), i);
            open.further(without(part.json(), GROWN_IN_PARTS));
        }
        open.add(furtherMembers(reasoning));
    }

    static WaitingCall waiting(ToolCall call, String callId) {
        WaitingCall waiting = new WaitingCall(callId, call.name(), call instanceof CustomToolCall, JsonObject.EMPTY);
        waiting.grow(call.payload());
        return waiting;
    }

    /** The members that growing does not bring about. */
    static JsonObject furtherMembers(Item item) {
        return without(item.json(), GROWN);
    }

    private static JsonObject without(JsonObject json, Set<String> names) {
        JsonObject rest = json;
        for (String name : json.names()) {
            if (names.contains(name)) {
                rest = rest.without(name);
            }
        }
        return rest;
    }
}
