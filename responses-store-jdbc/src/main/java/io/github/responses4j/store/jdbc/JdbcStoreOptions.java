package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.Retention;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link JdbcResponseStore} works.
 *
 * @param retention how long responses are kept, and what is kept of those that are gone
 * @param durability what a commit is worth
 * @param patience how long a call waits for an answer of the database before it fails; at least a millisecond. A file has its
 *     own ways: SQLite waits so long for its lock
 * @param clock tells the time of creation, expiry and leases; null, as it should be, for the clock of the database, which all
 *     nodes share. A clock of the process is for tests.
 */
public record JdbcStoreOptions(
        Retention retention,
        Durability durability,
        Duration patience,
        @Nullable Clock clock) {
    /** {@link Retention#DEFAULT}, lasting, with a patience of five seconds, by the clock of the database. */
    public static final JdbcStoreOptions DEFAULT =
            new JdbcStoreOptions(Retention.DEFAULT, Durability.STRICT, Duration.ofSeconds(5), null);

    /** Checks the patience. */
    public JdbcStoreOptions {
        Objects.requireNonNull(retention, "retention");
        Objects.requireNonNull(durability, "durability");
        if (patience.compareTo(Duration.ofMillis(1)) < 0 || patience.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("patience is between a millisecond and a day, was " + patience);
        }
    }

    /** The same with another retention. */
    public JdbcStoreOptions withRetention(Retention value) {
        return new JdbcStoreOptions(value, durability, patience, clock);
    }

    /** The same with another time to live. */
    public JdbcStoreOptions withTimeToLive(Duration value) {
        return withRetention(retention.withTimeToLive(value));
    }

    /** The same with another durability. */
    public JdbcStoreOptions withDurability(Durability value) {
        return new JdbcStoreOptions(retention, value, patience, clock);
    }

    /** The same with another patience. */
    public JdbcStoreOptions withPatience(Duration value) {
        return new JdbcStoreOptions(retention, durability, value, clock);
    }

    /** The same with another clock. */
    public JdbcStoreOptions withClock(@Nullable Clock value) {
        return new JdbcStoreOptions(retention, durability, patience, value);
    }
}
