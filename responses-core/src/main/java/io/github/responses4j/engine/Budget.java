package io.github.responses4j.engine;

import io.github.responses4j.backend.StopReason;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.stream.Step;
import org.jspecify.annotations.Nullable;

/** What a run has left of its tokens and tool calls. */
final class Budget {
    private final @Nullable Long maxOutputTokens;
    private long outputTokens;
    private long toolCalls;

    Budget(ResponseRequest request, Limits limits) {
        this.maxOutputTokens = request.maxOutputTokens();
        Long asked = request.maxToolCalls();
        this.toolCalls = asked == null ? limits.maxToolCalls() : Math.min(asked, limits.maxToolCalls());
    }

    void used(Step sampled) {
        outputTokens += sampled.usage().outputTokens();
    }

    /** Calls that were made before this run went on with the response. */
    void answered(int calls) {
        toolCalls = Math.max(0, toolCalls - calls);
    }

    void used(ToolRound round) {
        toolCalls -= round.ran();
    }

    /** How many tokens the next sample may have; null for no bound. */
    @Nullable
    Long outputTokens() {
        return maxOutputTokens == null ? null : Math.max(1, maxOutputTokens - outputTokens);
    }

    /** Whether no token is left for another sample. */
    boolean isSpent() {
        return maxOutputTokens != null && outputTokens >= maxOutputTokens;
    }

    long toolCalls() {
        return toolCalls;
    }

    /** Whether the model was cut short, so that no tool may run on what it began to say. */
    boolean isCutShort(Step sampled) {
        return sampled.reason() == StopReason.MAX_OUTPUT_TOKENS || sampled.reason() == StopReason.CONTENT_FILTER;
    }
}
