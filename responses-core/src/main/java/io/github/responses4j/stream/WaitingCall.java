package io.github.responses4j.stream;

import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.Item;
import java.util.ArrayList;
import java.util.List;

/** A call whose turn has not come: items never interleave, but a backend may speak of several calls at once. */
final class WaitingCall {
    private final String callId;
    private final String name;
    private final boolean custom;
    private final List<String> pieces = new ArrayList<>();
    private boolean ended;

    WaitingCall(String callId, String name, boolean custom) {
        this.callId = callId;
        this.name = name;
        this.custom = custom;
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
        return custom ? CustomToolCall.of(callId, name, payload) : FunctionCall.of(callId, name, payload);
    }

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
