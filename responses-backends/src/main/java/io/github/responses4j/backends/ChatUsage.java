package io.github.responses4j.backends;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Usage;
import org.jspecify.annotations.Nullable;

/** Tokens as chat completions count them. */
final class ChatUsage {
    private ChatUsage() {}

    static Usage of(JsonObject usage) {
        JsonObject input = usage.object("prompt_tokens_details");
        JsonObject output = usage.object("completion_tokens_details");
        long cached = count(input, "cached_tokens");
        return new Usage(
                count(usage, "prompt_tokens"),
                cached > 0 ? cached : count(usage, "prompt_cache_hit_tokens"),
                count(input, "cache_write_tokens"),
                count(usage, "completion_tokens"),
                count(output, "reasoning_tokens"));
    }

    private static long count(@Nullable JsonObject json, String name) {
        Long count = json == null ? null : json.integer(name);
        return count == null ? 0 : Math.max(0, count);
    }
}
