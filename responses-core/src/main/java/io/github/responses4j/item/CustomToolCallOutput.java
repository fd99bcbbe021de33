package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import java.util.List;

/**
 * What a custom tool gave back.
 *
 * @param json the item as on the wire; its output is a text or a list of parts
 */
public record CustomToolCallOutput(JsonObject json) implements Item, ToolCallOutput {
    /** The kind's name on the wire. */
    public static final String TYPE = "custom_tool_call_output";

    /** Checks the members that the wire demands. */
    public CustomToolCallOutput {
        json.requireString("call_id");
        Contents.check(json, "output");
    }

    /** An output without an id. */
    public static CustomToolCallOutput of(String callId, String output) {
        return new CustomToolCallOutput(JsonObject.ofType(TYPE)
                .put("call_id", callId)
                .put("output", output)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String callId() {
        return json.requireString("call_id");
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
