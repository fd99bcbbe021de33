package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When to ask an upstream again of which nothing has been heard. At most two more attempts, with full jitter; a server that says when
 * is believed if that is soon, and not asked again if it is not.
 *
 * @param random gives numbers from 0 to 1, without 1
 * @param clock tells the time that a date in {@code Retry-After} is measured from
 */
record RetryPolicy(DoubleSupplier random, Clock clock) {
    static final int MAX_RETRIES = 2;
    static final Duration MAX_PATIENCE = Duration.ofSeconds(2);
    static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(60);
    private static final long BASE_MILLIS = 250;

    /** How long to wait before the next attempt, or null if there is to be none. */
    @Nullable
    Duration pause(int retriesSoFar, BackendException failure) {
        if (retriesSoFar >= MAX_RETRIES) {
            return null;
        }
        Duration asked = failure.retryAfter();
        if (asked != null) {
            return asked.compareTo(MAX_PATIENCE) <= 0 ? asked : null;
        }
        return Duration.ofMillis((long) (random.getAsDouble() * (BASE_MILLIS << retriesSoFar)));
    }

    /** What a {@code Retry-After} header asks for, at most a minute; null if it asks for nothing that can be understood. */
    @Nullable
    Duration retryAfter(@Nullable String header) {
        if (header == null) {
            return null;
        }
        Duration asked = header.isBlank() || header.length() > 40 ? null : parse(header.strip());
        if (asked == null || asked.isNegative()) {
            return null;
        }
        return asked.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : asked;
    }

    private @Nullable Duration parse(String text) {
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() > 9 ? MAX_RETRY_AFTER : Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(clock.instant(), when);
        } catch (DateTimeException garbage) {
            return null;
        }
    }
}
