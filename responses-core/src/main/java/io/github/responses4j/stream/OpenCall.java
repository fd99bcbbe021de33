package io.github.responses4j.stream;

import io.github.responses4j.event.CustomToolCallInputDelta;
import io.github.responses4j.event.CustomToolCallInputDone;
import io.github.responses4j.event.FunctionCallArgumentsDelta;
import io.github.responses4j.event.FunctionCallArgumentsDone;
import io.github.responses4j.event.Place;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.json.JsonObject;

/** A call that is growing. */
final class OpenCall extends OpenItem {
    private final String callId;
    private final String name;
    private final boolean custom;
    private final JsonObject fields;
    private final Place place;
    private final StringBuilder payload = new StringBuilder();

    OpenCall(Emitter out, String id, int outputIndex, WaitingCall call) {
        super(out, id, outputIndex);
        this.callId = call.callId();
        this.name = call.name();
        this.custom = call.custom();
        this.fields = call.fields();
        this.place = Place.item(id, outputIndex);
        begin(item(ItemStatus.IN_PROGRESS, ""));
    }

    String callId() {
        return callId;
    }

    void grow(String delta) {
        if (delta.isEmpty()) {
            return;
        }
        payload.append(delta);
        out.emit(number -> custom
                ? new CustomToolCallInputDelta(number, place, delta, JsonObject.EMPTY)
                : new FunctionCallArgumentsDelta(number, place, delta, JsonObject.EMPTY));
    }

    @Override
    void endPart() {
        String whole = payload.toString();
        out.emit(number -> custom
                ? CustomToolCallInputDone.of(number, place, whole)
                : FunctionCallArgumentsDone.of(number, place, whole, name));
    }

    @Override
    JsonObject finished(ItemStatus status) {
        return item(status, payload.toString());
    }

    private JsonObject item(ItemStatus status, String text) {
        JsonObject item = JsonObject.ofType(custom ? CustomToolCall.TYPE : FunctionCall.TYPE)
                .put("id", id)
                .put("status", status.wire())
                .put("call_id", callId)
                .put("name", name)
                .put(custom ? "input" : "arguments", text)
                .build();
        return fields.isEmpty() ? item : item.withAll(fields).withAll(item);
    }
}
