package io.github.responses4j.store;

import java.time.Duration;

/**
 * How long a store keeps responses, and what it keeps of those that are gone.
 *
 * @param timeToLive how long a response is kept after its end if it does not say so itself; positive
 * @param restoreWindow how long a deleted response can still be {@linkplain ResponseStore#restore restored}: gone for good as
 *     soon as the whole time has passed; zero if a deletion is final
 * @param keepsUsage whether what a response used ({@link Append.Terminal#usage}) can still be {@linkplain
 *     ResponseStore#usage read} once the response was deleted or has expired
 */
public record Retention(Duration timeToLive, Duration restoreWindow, boolean keepsUsage) {
    /** Kept for 30 days; a deletion is final, and nothing is kept of what is gone. */
    public static final Retention DEFAULT = new Retention(Duration.ofDays(30), Duration.ZERO, false);

    /** Checks the durations. */
    public Retention {
        if (timeToLive.isZero() || timeToLive.isNegative()) {
            throw new IllegalArgumentException("timeToLive is positive, was " + timeToLive);
        }
        if (restoreWindow.isNegative()) {
            throw new IllegalArgumentException("restoreWindow is not negative, was " + restoreWindow);
        }
    }

    /** The same with another time to live. */
    public Retention withTimeToLive(Duration value) {
        return new Retention(value, restoreWindow, keepsUsage);
    }

    /** The same with another window for restoring. */
    public Retention withRestoreWindow(Duration value) {
        return new Retention(timeToLive, value, keepsUsage);
    }

    /** The same, with the usage of what is gone kept or not. */
    public Retention withKeepsUsage(boolean value) {
        return new Retention(timeToLive, restoreWindow, value);
    }
}
