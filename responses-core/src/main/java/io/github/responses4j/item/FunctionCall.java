package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * The model asks for a function.
 *
 * @param json the item as on the wire
 */
public record FunctionCall(JsonObject json) implements Item, ToolCall {
    /** The kind's name on the wire. */
    public static final String TYPE = "function_call";

    /** Checks the members that the wire demands. */
    public FunctionCall {
        json.requireString("call_id");
        json.requireString("name");
        json.requireString("arguments");
    }

    /** A call without an id. */
    public static FunctionCall of(String callId, String name, String arguments) {
        return new FunctionCall(JsonObject.ofType(TYPE)
                .put("call_id", callId)
                .put("name", name)
                .put("arguments", arguments)
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

    /** The arguments as JSON text, as the model wrote it; it may be invalid. */
    public String arguments() {
        return json.requireString("arguments");
    }

    @Override
    public String payload() {
        return arguments();
    }
}
