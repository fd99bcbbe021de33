package io.github.responses4j.backend;

/** Why the model stopped. */
public enum StopReason {
    /** It was done. */
    DONE,
    /** It waits for tools that it called. */
    TOOL_CALLS,
    /** It ran out of tokens. */
    MAX_OUTPUT_TOKENS,
    /** A filter of the backend's cut it short. */
    CONTENT_FILTER
}
