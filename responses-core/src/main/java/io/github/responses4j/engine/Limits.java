package io.github.responses4j.engine;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Bounds on what one run may do.
 *
 * @param maxSteps how often one run samples the model, at least 1; beyond it the response is incomplete ({@code max_steps})
 * @param maxToolCalls how many hosted tools one run calls, at least 1, whatever the request allows; beyond it the response is incomplete
 *     ({@code max_tool_calls})
 * @param maxParallelTools how many hosted tools an engine runs at once, all its runs together, at least 1
 * @param maxToolOutput how many characters of a tool's output reach the model, at least 1; what is beyond is cut off, with a mark
 * @param maxContextItems how many items the model may be shown, at least 1; beyond it the request is refused
 * @param toolTimeout how long one call of a hosted tool may take; beyond it the model is told that it failed
 * @param maxRunTime how long one run may take; beyond it the response fails
 * @param background bounds on background responses
 * @param contextCache how many characters of ended responses an engine keeps parsed, so that what continues them reads nothing but their
 *     ids; the names in an item count, and each value counts as 32 characters more. At least 0, which keeps none
 */
public record Limits(
        int maxSteps,
        int maxToolCalls,
        int maxParallelTools,
        int maxToolOutput,
        int maxContextItems,
        Duration toolTimeout,
        Duration maxRunTime,
        BackgroundLimits background,
        long contextCache) {
    /** 32 steps, 128 tool calls, 16 tools at once, 1,000,000 characters, 100,000 items, 60 seconds a tool, 10 minutes a run; {@link BackgroundLimits#DEFAULT}; 16,000,000 characters kept parsed. */
    public static final Limits DEFAULT = new Limits(
            32,
            128,
            16,
            1_000_000,
            100_000,
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            BackgroundLimits.DEFAULT,
            16_000_000);

    /** Refuses bounds that nothing could keep. */
    public Limits {
        atLeastOne("maxSteps", maxSteps);
        atLeastOne("maxToolCalls", maxToolCalls);
        atLeastOne("maxParallelTools", maxParallelTools);
        atLeastOne("maxToolOutput", maxToolOutput);
        atLeastOne("maxContextItems", maxContextItems);
        positive("toolTimeout", toolTimeout);
        positive("maxRunTime", maxRunTime);
        if (contextCache < 0) {
            throw new IllegalArgumentException("contextCache must be at least 0, was " + contextCache);
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }

    /** These limits with another number of steps. */
    public Limits withMaxSteps(int steps) {
        return with(changed -> changed.maxSteps = steps);
    }

    /** These limits with another number of tool calls. */
    public Limits withMaxToolCalls(int calls) {
        return with(changed -> changed.maxToolCalls = calls);
    }

    /** These limits with another number of tools at once. */
    public Limits withMaxParallelTools(int tools) {
        return with(changed -> changed.maxParallelTools = tools);
    }

    /** These limits with another length of a tool's output. */
    public Limits withMaxToolOutput(int characters) {
        return with(changed -> changed.maxToolOutput = characters);
    }

    /** These limits with another number of items. */
    public Limits withMaxContextItems(int items) {
        return with(changed -> changed.maxContextItems = items);
    }

    /** These limits with another time for a tool. */
    public Limits withToolTimeout(Duration timeout) {
        return with(changed -> changed.toolTimeout = timeout);
    }

    /** These limits with another time for a run. */
    public Limits withMaxRunTime(Duration time) {
        return with(changed -> changed.maxRunTime = time);
    }

    /** These limits with other bounds on background responses. */
    public Limits withBackground(BackgroundLimits limits) {
        return with(changed -> changed.background = limits);
    }

    /** These limits with another number of characters kept parsed. */
    public Limits withContextCache(long characters) {
        return with(changed -> changed.contextCache = characters);
    }

    private Limits with(Consumer<Changed> change) {
        Changed changed = new Changed(this);
        change.accept(changed);
        return changed.limits();
    }

    /** Limits while one of them changes. */
    private static final class Changed {
        private int maxSteps;
        private int maxToolCalls;
        private int maxParallelTools;
        private int maxToolOutput;
        private int maxContextItems;
        private Duration toolTimeout;
        private Duration maxRunTime;
        private BackgroundLimits background;
        private long contextCache;

        Changed(Limits limits) {
            maxSteps = limits.maxSteps;
            maxToolCalls = limits.maxToolCalls;
            maxParallelTools = limits.maxParallelTools;
            maxToolOutput = limits.maxToolOutput;
            maxContextItems = limits.maxContextItems;
            toolTimeout = limits.toolTimeout;
            maxRunTime = limits.maxRunTime;
            background = limits.background;
            contextCache = limits.contextCache;
        }

        Limits limits() {
            return new Limits(
                    maxSteps,
                    maxToolCalls,
                    maxParallelTools,
                    maxToolOutput,
                    maxContextItems,
                    toolTimeout,
                    maxRunTime,
                    background,
                    contextCache);
        }
    }
}
