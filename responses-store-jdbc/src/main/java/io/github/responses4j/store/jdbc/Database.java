package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Transactions: begun, made again when somebody was in the way, committed or rolled back. */
final class Database {
    private static final int ATTEMPTS = 6;

    /** What one call does. */
    interface Work<T> {
        T run(Session session) throws SQLException;
    }

    /** A commit that gave no answer: it may have happened or not. */
    static final class FateUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FateUnknown(SQLException cause) {
            super("the commit's fate is not known", cause);
        }
    }

    private final DataSource source;
    private final Dialect dialect;
    private final Durability durability;
    private final @Nullable Clock clock;
    /** Lets writers wait here, in turn, where the database would make them wait in no order. */
    private final ReentrantLock writer = new ReentrantLock(true);

    private volatile boolean closed;

    private Database(DataSource source, Dialect dialect, Durability durability, @Nullable Clock clock) {
        this.source = source;
        this.dialect = dialect;
        this.durability = durability;
        this.clock = clock;
    }

    static Database open(DataSource source, Durability durability, @Nullable Clock clock) {
        try (Connection connection = source.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            String wrong = dialect.setupProblem(connection);
            if (!wrong.isEmpty()) {
                throw new IllegalStateException("the database cannot be used: " + wrong);
            }
            if (durability == Durability.STRICT) {
                String problem = dialect.durabilityProblem(connection);
                if (!problem.isEmpty()) {
                    throw new IllegalStateException("commits would not be lasting: " + problem);
                }
            }
            dialect.prepare(connection, durability);
            Schema.migrate(connection, dialect);
            return new Database(source, dialect, durability, clock);
        } catch (SQLException e) {
            throw new StoreException("the database cannot be opened", true, e);
        }
    }

    /** Reads; each statement sees what is committed when it begins. */
    <T> T read(Work<T> work) {
        requireOpen();
        try (Connection connection = source.getConnection()) {
            dialect.prepare(connection, durability);
            return work.run(new Session(connection, now(), dialect, false));
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Writes in one commit. */
    <T> T write(Work<T> work) {
        try {
            return write(work, false);
        } catch (FateUnknown e) {
            throw new StoreException("the commit's fate is not known", true, e);
        }
    }

    /**
     * Writes in one commit.
     *
     * @param looksAgain whether work that met a key that is taken is done again, to find who has it
     * @throws FateUnknown if the commit gave no answer
     */
    <T> T write(Work<T> work, boolean looksAgain) {
        requireOpen();
        for (int attempt = 1; ; attempt++) {
            try {
                return inTurn(work, attempt > 1);
            } catch (SQLException e) {
                boolean again = dialect.isConflict(e) || (looksAgain && dialect.isTaken(e));
                if (!again || attempt == ATTEMPTS) {
                    throw failure(e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextInt(1, 5 << attempt)));
            }
        }
    }

    private <T> T inTurn(Work<T> work, boolean again) throws SQLException {
        if (!dialect.oneWriter()) {
            return once(work, again);
        }
        writer.lock();
        try {
            return once(work, again);
        } finally {
            writer.unlock();
        }
    }

    private <T> T once(Work<T> work, boolean again) throws SQLException {
        try (Connection connection = source.getConnection()) {
            dialect.prepare(connection, durability);
            dialect.begin(connection);
            Session session = new Session(connection, now(), dialect, again);
            T answer;
            try {
                answer = work.run(session);
                if (session.isRefused()) {
                    dialect.rollback(connection);
                    return answer;
                }
            } catch (SQLException | RuntimeException | Error e) {
                undo(connection, e);
                throw e;
            }
            commit(connection);
            return answer;
        }
    }

    private void commit(Connection connection) throws SQLException {
        try {
            dialect.commit(connection);
        } catch (SQLException e) {
            undo(connection, e);
            if (dialect.isConflict(e)) {
                throw e;
            }
            throw new FateUnknown(e);
        }
    }

    private void undo(Connection connection, Throwable cause) {
        try {
            dialect.rollback(connection);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    boolean healthy() {
        if (closed) {
            return false;
        }
        try (Connection connection = source.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException | RuntimeException down) {
            return false;
        }
    }

    void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    private String now() {
        return clock == null ? dialect.now() : Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }

    private static StoreException failure(SQLException e) {
        return new StoreException("the database failed: SQLSTATE " + e.getSQLState(), true, e);
    }
}
