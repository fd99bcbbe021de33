package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.JsonShapeException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * A function with a JSON schema for its arguments.
 *
 * @param json the tool as on the wire; has a name
 */
public record FunctionTool(JsonObject json) implements Tool {
    /** The kind's name on the wire. */
    public static final String TYPE = "function";

    /** Checks the name and that the parameters are a schema object. */
    public FunctionTool {
        json.requireString("name");
        if (!json.isAbsentOrNull("parameters") && json.object("parameters") == null) {
            throw new JsonShapeException("parameters", Problem.WRONG_TYPE, "'parameters' must be a JSON schema object");
        }
    }

    /** A function tool that is not strict. */
    public static FunctionTool of(String name, @Nullable String description, JsonObject parameters) {
        return new FunctionTool(JsonObject.ofType(TYPE)
                .put("name", name)
                .put("description", description)
                .put("parameters", parameters)
                .put("strict", false)
                .build());
    }

    static FunctionTool ofWire(JsonObject json) {
        JsonObject nested = json.object("function");
        return new FunctionTool(nested == null ? json : json.without("function").withAll(nested));
    }

    /** The function's name. */
    public String name() {
        return json.requireString("name");
    }

    /** What the function does, for the model to read; null if it does not say. */
    public @Nullable String description() {
        return json.string("description");
    }

    /** The JSON schema of the arguments; null if there is none. */
    public @Nullable JsonObject parameters() {
        return json.object("parameters");
    }

    /** Whether the model must keep to the schema; null if the request does not say. */
    public @Nullable Boolean strict() {
        return json.bool("strict");
    }
}
