package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;

/**
 * A function that the engine runs itself when the model calls it. Called from several threads at once.
 */
public interface HostedTool {
    /** How the model sees the tool. Its name links a call to the tool. */
    FunctionTool definition();

    /**
     * Runs one call. Blocks until it is done; must return soon after the invocation's cancellation or an interrupt.
     *
     * @throws Exception if the tool fails; the model is told that it failed, and the exception's message, nothing else
     */
    ToolResult run(ToolInvocation invocation) throws Exception;

    /**
     * Whether a call may be made once more when nobody knows what has become of it, for the process that made it has died. If not, which
     * is the rule, the model is told that the call was interrupted.
     */
    default boolean repeatable() {
        return false;
    }

    /**
     * A tool from a function.
     *
     * @param name the tool's name: letters, digits, {@code _} and {@code -}, at most 64
     * @param description what it does, for the model to read
     * @param parameters the JSON schema of the arguments
     * @param body takes the arguments and gives the text for the model
     */
    static HostedTool of(String name, String description, JsonObject parameters, Body body) {
        FunctionTool definition = FunctionTool.of(name, description, parameters);
        return new HostedTool() {
            @Override
            public FunctionTool definition() {
                return definition;
            }

            @Override
            public ToolResult run(ToolInvocation invocation) throws Exception {
                return ToolResult.text(body.run(invocation.arguments()));
            }
        };
    }

    /** What a simple tool does. */
    @FunctionalInterface
    interface Body {
        /**
         * Takes the arguments and gives the text for the model.
         *
         * @throws Exception if the tool fails
         */
        String run(JsonObject arguments) throws Exception;
    }
}
