package io.github.responses4j.engine;

import java.time.Duration;

/**
 * Bounds on background responses.
 *
 * @param maxRuns how many of them one engine works on at once, at least 1; the others wait
 * @param maxRunTime how long one of them may be worked on; beyond it the response fails
 * @param lease for how long a response, of the foreground or the background, belongs to the engine that works on it without a sign of life;
 *     renewed six times as often
 * @param poll how often an engine looks for work that other processes have left, and at the least for what they do to responses that it
 *     reads or works on
 * @param maxAttempts how many engines may begin to work on a background response, at least 1: if the last of them dies too, it fails. One that
 *     hands it back when it stops does not count
 * @param maxWait how long one may wait to be worked on; beyond it the response fails
 */
public record BackgroundLimits(
        int maxRuns, Duration maxRunTime, Duration lease, Duration poll, int maxAttempts, Duration maxWait) {
    /** 8 at once, an hour each, leases of 30 seconds, a look every second, 3 attempts, 24 hours in the queue. */
    public static final BackgroundLimits DEFAULT = new BackgroundLimits(
            8, Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofSeconds(1), 3, Duration.ofHours(24));

    /** Refuses bounds that nothing could keep. */
    public BackgroundLimits {
        if (maxRuns < 1) {
            throw new IllegalArgumentException("maxRuns must be at least 1, was " + maxRuns);
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1, was " + maxAttempts);
        }
        positive("maxRunTime", maxRunTime);
        positive("lease", lease);
        positive("poll", poll);
        positive("maxWait", maxWait);
    }

    /** These bounds with another number of runs at once. */
    public BackgroundLimits withMaxRuns(int runs) {
        return new BackgroundLimits(runs, maxRunTime, lease, poll, maxAttempts, maxWait);
    }

    /** These bounds with another time for a run. */
    public BackgroundLimits withMaxRunTime(Duration time) {
        return new BackgroundLimits(maxRuns, time, lease, poll, maxAttempts, maxWait);
    }

    /** These bounds with other leases. */
    public BackgroundLimits withLease(Duration time) {
        return new BackgroundLimits(maxRuns, maxRunTime, time, poll, maxAttempts, maxWait);
    }

    /** These bounds with another pause between two looks. */
    public BackgroundLimits withPoll(Duration pause) {
        return new BackgroundLimits(maxRuns, maxRunTime, lease, pause, maxAttempts, maxWait);
    }

    /** These bounds with another number of attempts. */
    public BackgroundLimits withMaxAttempts(int attempts) {
        return new BackgroundLimits(maxRuns, maxRunTime, lease, poll, attempts, maxWait);
    }

    /** These bounds with another time in the queue. */
    public BackgroundLimits withMaxWait(Duration time) {
        return new BackgroundLimits(maxRuns, maxRunTime, lease, poll, maxAttempts, time);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }
}
