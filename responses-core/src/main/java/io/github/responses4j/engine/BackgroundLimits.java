package io.github.responses4j.engine;

import java.time.Duration;

/**
 * Bounds on background responses.
 *
 * @param maxRuns how many of them one engine works on at once, at least 1; the others wait
 * @param maxRunTime how long one of them may be worked on; beyond it the response fails
 * @param lease for how long a response belongs to the engine that works on it without a sign of life; renewed six times as often
 * @param poll how often an engine looks for work that other processes have left
 */
public record BackgroundLimits(int maxRuns, Duration maxRunTime, Duration lease, Duration poll) {
    /** 8 at once, an hour each, leases of 30 seconds, a look every second. */
    public static final BackgroundLimits DEFAULT =
            new BackgroundLimits(8, Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofSeconds(1));

    /** Refuses bounds that nothing could keep. */
    public BackgroundLimits {
        if (maxRuns < 1) {
            throw new IllegalArgumentException("maxRuns must be at least 1, was " + maxRuns);
        }
        positive("maxRunTime", maxRunTime);
        positive("lease", lease);
        positive("poll", poll);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }
}
