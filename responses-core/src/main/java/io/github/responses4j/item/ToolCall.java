package io.github.responses4j.item;

/** A call that the model asks for and that waits for an output with the same {@link #callId()}. */
public sealed interface ToolCall permits FunctionCall, CustomToolCall {
    /** What links the call and its output. */
    String callId();

    /** The name of the tool. */
    String name();

    /** What the model hands to the tool: JSON text for a function, free text for a custom tool. */
    String payload();
}
