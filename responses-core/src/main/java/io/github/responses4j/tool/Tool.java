package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;

/**
 * A tool that a request offers to the model. Immutable and kept whole. The set of kinds grows with the wire; what this version
 * does not know is an {@link ExtensionTool}.
 */
public sealed interface Tool permits FunctionTool, CustomTool, McpTool, ExtensionTool {
    /** The tool as on the wire. */
    JsonObject json();

    /** The kind's name on the wire, such as {@code function}. */
    default String type() {
        return json().requireString("type");
    }

    /**
     * The tool of a wire object. A function may be nested, as chat completions write it: {@code {"type":"function",
     * "function":{…}}}; it becomes flat.
     *
     * @throws JsonShapeException if a member that the kind needs is missing or of the wrong type
     */
    static Tool of(JsonObject json) {
        return switch (json.requireString("type")) {
            case FunctionTool.TYPE -> FunctionTool.ofWire(json);
            case CustomTool.TYPE -> new CustomTool(json);
            case McpTool.TYPE -> new McpTool(json);
            default -> new ExtensionTool(json);
        };
    }
}
