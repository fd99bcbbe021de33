package io.github.responses4j.tool;

/** What happens to a tool of a kind that the engine does not run. The caller's own tools and those of an upstream are such. */
public enum ToolPolicy {
    /** It is handed to the backend as it is. */
    PASS,
    /**
     * It is turned into functions, and their calls are turned back: a custom tool into a function with one text, {@code input}; each tool of a
     * namespace into a function called {@code namespace__tool}.
     */
    MAP,
    /** It is left out, with a warning. */
    SKIP,
    /** The request is refused. */
    REFUSE
}
