package io.github.responses4j.stream;

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

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
