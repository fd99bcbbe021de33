package io.github.responses4j.stream;

import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A call whose turn has not come: items never interleave, but a backend may speak of several calls at once. */
final class WaitingCall {
    private final String callId;
    private final String name;
    private final boolean custom;
    private final JsonObject fields;
    private final List<String> pieces = new ArrayList<>();
    private boolean ended;

    WaitingCall(String callId, String name, boolean custom, JsonObject fields) {
        this.callId = callId;
        this.name = name;
        this.custom = custom;
        this.fields = fields;
    }

    String callId() {
        return callId;
    }

    String name() {
        return name;
    }

    boolean custom() {
        return custom;
    }

    /** Members beside those that every call has. */
    JsonObject fields() {
        return fields;
    }

    void grow(String delta) {
        pieces.add(delta);
    }

    /** What has come so far, piece by piece, so that the call grows in as many steps when its turn comes. */
    List<String> pieces() {
        return pieces;
    }

    /** The call as an item, as far as it has come. */
    Item item() {
        String payload = String.join("", pieces);
        Item item = custom ? CustomToolCall.of(callId, name, payload) : FunctionCall.of(callId, name, payload);
        return fields.isEmpty() ? item : Item.of(fields.withAll(item.json()));
    }

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
