package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import java.util.List;

/**
 * What a function gave back.
 *
 * @param json the item as on the wire; its output is a text or a list of parts
 */
public record FunctionCallOutput(JsonObject json) implements Item, ToolCallOutput {
    /** The kind's name on the wire. */
    public static final String TYPE = "function_call_output";

    /** Checks the members that the wire demands. */
    public FunctionCallOutput {
        if (!json.isAbsentOrNull("call_id")) {
            json.requireString("call_id");
        }
        Contents.check(json, "output");
    }

    /** An output without an id. */
    public static FunctionCallOutput of(String callId, String output) {
        return new FunctionCallOutput(JsonObject.ofType(TYPE)
                .put("call_id", callId)
                .put("output", output)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** What links the output and its call; empty if it does not say, which the wire allows of a function's output. */
    @Override
    public String callId() {
        return json.string("call_id", "");
    }

    /** The parts, in order; a plain text is one part. */
    public List<Content> output() {
        return Contents.of(json, "output", false);
    }

    @Override
    public String text() {
        return Contents.text(json, "output");
    }
}
