package io.github.responses4j.response;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Tokens used, summed over all samples of a response.
 *
 * @param inputTokens tokens read, cached ones included
 * @param cachedTokens of these, tokens that the backend had cached
 * @param cacheWriteTokens of these, tokens that the backend put into its cache
 * @param outputTokens tokens written, reasoning included
 * @param reasoningTokens of these, tokens of reasoning
 */
public record Usage(
        long inputTokens, long cachedTokens, long cacheWriteTokens, long outputTokens, long reasoningTokens) {
    /** No tokens. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    /** Tokens without details. */
    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, 0, 0, outputTokens, 0);
    }

    /** The usage of a wire object; what it does not say is 0. Null gives null. */
    public static @Nullable Usage ofWire(@Nullable JsonObject json) {
        if (json == null) {
            return null;
        }
        return new Usage(
                count(json, "input_tokens"),
                count(json.object("input_tokens_details"), "cached_tokens"),
                count(json.object("input_tokens_details"), "cache_write_tokens"),
                count(json, "output_tokens"),
                count(json.object("output_tokens_details"), "reasoning_tokens"));
    }

    private static long count(@Nullable JsonObject json, String name) {
        Long count = json == null ? null : json.integer(name);
        return count == null ? 0 : count;
    }

    /** All tokens. */
    public long totalTokens() {
        return inputTokens + outputTokens;
    }

    /** This usage and another one together. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                cachedTokens + other.cachedTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                outputTokens + other.outputTokens,
                reasoningTokens + other.reasoningTokens);
    }

    /** The usage as on the wire. */
    public JsonObject json() {
        return JsonObject.builder()
                .put("input_tokens", inputTokens)
                .put(
                        "input_tokens_details",
                        JsonObject.builder()
                                .put("cached_tokens", cachedTokens)
                                .put("cache_write_tokens", cacheWriteTokens)
                                .build())
                .put("output_tokens", outputTokens)
                .put(
                        "output_tokens_details",
                        JsonObject.builder()
                                .put("reasoning_tokens", reasoningTokens)
                                .build())
                .put("total_tokens", totalTokens())
                .build();
    }
}
