package io.github.responses4j.item;

/** What a tool gave back for a call. */
public sealed interface ToolCallOutput permits FunctionCallOutput, CustomToolCallOutput {
    /** What links the output and its call. */
    String callId();

    /** The output as text; parts that are no text are left out. */
    String text();
}
