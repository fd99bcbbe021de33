package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;

/**
 * A tool that takes free text, perhaps held to a grammar.
 *
 * @param json the tool as on the wire; has a name
 */
public record CustomTool(JsonObject json) implements Tool {
    /** The kind's name on the wire. */
    public static final String TYPE = "custom";

    /** Checks the name. */
    public CustomTool {
        json.requireString("name");
    }

    /** The tool's name. */
    public String name() {
        return json.requireString("name");
    }
}
