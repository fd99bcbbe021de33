package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * The model asks for a custom tool, which takes free text.
 *
 * @param json the item as on the wire
 */
public record CustomToolCall(JsonObject json) implements Item, ToolCall {
    /** The kind's name on the wire. */
    public static final String TYPE = "custom_tool_call";

    /** Checks the members that the wire demands. */
    public CustomToolCall {
        json.requireString("call_id");
        json.requireString("name");
        json.requireString("input");
    }

    /** A call without an id. */
    public static CustomToolCall of(String callId, String name, String input) {
        return new CustomToolCall(JsonObject.ofType(TYPE)
                .put("call_id", callId)
                .put("name", name)
                .put("input", input)
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

    @Override
    public String name() {
        return json.requireString("name");
    }

    /** What the model hands to the tool. */
    public String input() {
        return json.requireString("input");
    }

    @Override
    public String payload() {
        return input();
    }
}
