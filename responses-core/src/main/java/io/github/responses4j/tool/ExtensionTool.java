package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;

/**
 * A tool of a kind that this version does not know, kept whole.
 *
 * @param json the tool as on the wire; has a type
 */
public record ExtensionTool(JsonObject json) implements Tool {
    /** Checks that there is a type. */
    public ExtensionTool {
        json.requireString("type");
    }
}
