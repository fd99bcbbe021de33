package io.github.responses4j.backends;

/**
 * In what chat completion servers differ.
 *
 * @param developerRole whether the server knows the role {@code developer}; it gets {@code system} otherwise
 * @param reasoningContent whether earlier reasoning is sent back as {@code reasoning_content}
 * @param maxCompletionTokens whether the bound is called {@code max_completion_tokens} instead of {@code max_tokens}
 * @param streamUsage whether a stream is asked for its usage
 */
record ChatOptions(boolean developerRole, boolean reasoningContent, boolean maxCompletionTokens, boolean streamUsage) {}
