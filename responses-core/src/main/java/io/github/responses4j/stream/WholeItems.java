package io.github.responses4j.stream;

import io.github.responses4j.event.ItemProgress;
import io.github.responses4j.event.McpCallArgumentsDelta;
import io.github.responses4j.event.McpCallArgumentsDone;
import io.github.responses4j.event.OutputItemAdded;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.Place;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.McpCall;
import io.github.responses4j.item.McpListTools;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.Refusal;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import java.util.Objects;
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
        WaitingCall waiting = new WaitingCall(callId, call.name(), call instanceof CustomToolCall);
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

    static void emit(Item item, int outputIndex, OpenItem.Emitter out) {
        Place place = Place.item(Objects.requireNonNull(item.id()), outputIndex);
        Item preliminary = preliminary(item);
        out.emit(number -> OutputItemAdded.of(number, outputIndex, preliminary));
        if (item instanceof McpListTools) {
            boolean failed = !item.json().isAbsentOrNull("error");
            progress(ItemProgress.MCP_LIST_TOOLS_IN_PROGRESS, place, out);
            progress(failed ? ItemProgress.MCP_LIST_TOOLS_FAILED : ItemProgress.MCP_LIST_TOOLS_COMPLETED, place, out);
        } else if (item instanceof McpCall call) {
            boolean failed = !item.json().isAbsentOrNull("error") || item.status() == ItemStatus.FAILED;
            progress(ItemProgress.MCP_CALL_IN_PROGRESS, place, out);
            out.emit(number -> new McpCallArgumentsDelta(number, place, call.arguments(), JsonObject.EMPTY));
            out.emit(number -> McpCallArgumentsDone.of(number, place, call.arguments()));
            progress(failed ? ItemProgress.MCP_CALL_FAILED : ItemProgress.MCP_CALL_COMPLETED, place, out);
        }
        out.emit(number -> OutputItemDone.of(number, outputIndex, item));
    }

    private static void progress(String type, Place place, OpenItem.Emitter out) {
        out.emit(number -> ItemProgress.of(type, number, place));
    }

    private static Item preliminary(Item item) {
        JsonObject.Builder json = item.json().toBuilder();
        if (item.json().has("status")) {
            json.put("status", ItemStatus.IN_PROGRESS.wire());
        }
        if (item instanceof McpListTools) {
            json.put("tools", List.<JsonObject>of());
        } else if (item instanceof McpCall) {
            json.put("arguments", "").putNull("output").putNull("error");
        }
        return Item.of(json.build());
    }
}
