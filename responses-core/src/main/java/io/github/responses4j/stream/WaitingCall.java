package io.github.responses4j.stream;

/** A call whose turn has not come: items never interleave, but a backend may speak of several calls at once. */
final class WaitingCall {
    private final String callId;
    private final String name;
    private final boolean custom;
    private final StringBuilder text = new StringBuilder();
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
        text.append(delta);
    }

    String text() {
        return text.toString();
    }

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
