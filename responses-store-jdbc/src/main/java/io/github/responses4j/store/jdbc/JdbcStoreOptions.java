package io.github.responses4j.store.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link JdbcResponseStore} works.
 *
 * @param timeToLive how long a response is kept after its end if it does not say so itself; positive
 * @param durability what a commit is worth
 * @param clock tells the time of creation, expiry and leases; null, as it should be, for the clock of the database, which all
 *     nodes share. A clock of the process is for tests.
 */
public record JdbcStoreOptions(
        Duration timeToLive,
        Durability durability,
        @Nullable Clock clock) {
    /** Kept for 30 days, lasting, by the clock of the database. */
    public static final JdbcStoreOptions DEFAULT = new JdbcStoreOptions(Duration.ofDays(30), Durability.STRICT, null);

    /** Checks the time to live. */
    public JdbcStoreOptions {
        Objects.requireNonNull(durability, "durability");
        if (timeToLive.isZero() || timeToLive.isNegative()) {
            throw new IllegalArgumentException("timeToLive is positive, was " + timeToLive);
        }
    }

    /** The same with another time to live. */
    public JdbcStoreOptions withTimeToLive(Duration value) {
        return new JdbcStoreOptions(value, durability, clock);
    }

    /** The same with another durability. */
    public JdbcStoreOptions withDurability(Durability value) {
        return new JdbcStoreOptions(timeToLive, value, clock);
    }

    /** The same with another clock. */
    public JdbcStoreOptions withClock(@Nullable Clock value) {
        return new JdbcStoreOptions(timeToLive, durability, value);
    }
}
