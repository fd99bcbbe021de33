package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Transactions: begun, made again when somebody was in the way, committed or rolled back. */
final class Database {
    private static final int ATTEMPTS = 6;
    private static final int POOL_NOTICES = 120;
    private static final Duration HEALTH_CHECK = Duration.ofMillis(900);

    /** What one call does. */
    interface Work<T> {
        T run(Session session) throws SQLException;
    }

    /** A commit that gave no answer: it may have happened or not. */
    static final class FateUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException reason;

        FateUnknown(SQLException cause) {
            super("the commit's fate is not known", cause);
            this.reason = cause;
        }
    }

    /** What may happen to a write before it is done once more; that somebody was in its way always may. */
    enum Repeat {
        /** Nothing else: what it would write the second time may not be the same. */
        NEVER,
        /** A key was taken: it looks who has it. */
        IF_TAKEN,
        /** That, or the connection broke in its commit: it knows what it has written itself. */
        IF_TAKEN_OR_UNKNOWN
    }

    /** For how long a call looks for a connection that works, once it has got one that does not. */
    private static final Duration RECONNECT_WITHIN = Duration.ofSeconds(1);

    private final DataSource source;
    private final Dialect dialect;
    private final JdbcStoreOptions options;
    private final Duration patience;
    private final String identity;
    /** Where calls are made that an interrupt of their own thread would harm; has no thread until there is one. */
    private final ExecutorService threads =
            Executors.newCachedThreadPool(work -> Threads.daemon("responses-store", work));
    /** Lets writers wait here, in turn, where the database would make them wait in no order. */
    private final ReentrantLock writer = new ReentrantLock(true);
    /** The connections that have been set up, and their statements. */
    private final Map<Connection, Statements> known = Collections.synchronizedMap(new WeakHashMap<>());

    /** The transaction that a thread has brought; of this store and no other. */
    @SuppressWarnings("ThreadLocalUsage") // a transaction belongs to a thread and to one store, so this is no constant
    private final ThreadLocal<@Nullable Connection> joined = new ThreadLocal<>();

    private final AtomicReference<@Nullable CompletableFuture<Boolean>> check = new AtomicReference<>();

    private volatile boolean closed;

    private Database(DataSource source, Dialect dialect, JdbcStoreOptions options, String identity) {
        this.source = source;
        this.dialect = dialect;
        this.options = options;
        this.patience = options.patience();
        this.identity = identity;
    }

    static Database open(DataSource source, JdbcStoreOptions options) {
        try (Lent lent = new Lent(source.getConnection())) {
            Connection connection = lent.connection();
            Dialect dialect = Dialect.of(connection);
            lent.bound(dialect, options.patience());
            String wrong = dialect.setupProblem(connection);
            if (!wrong.isEmpty()) {
                throw new IllegalStateException("the database cannot be used: " + wrong);
            }
            // Looked at before anything is written.
            Schema.refuseNewer(connection);
            if (options.durability() == Durability.STRICT) {
                String problem = dialect.durabilityProblem(connection);
                if (!problem.isEmpty()) {
                    throw new IllegalStateException("commits would not be lasting: " + problem);
                }
            }
            dialect.welcome(connection, options);
            Schema.migrate(connection, dialect);
            return new Database(source, dialect, options, Schema.identity(connection));
        } catch (SQLException e) {
            throw new StoreException("the database cannot be opened", true, e);
        }
    }

    /** A name of what is in the database, which no other database has. */
    String identity() {
        return identity;
    }

    Dialect dialect() {
        return dialect;
    }

    DataSource source() {
        return source;
    }

    /** Does some work with a connection that is set up for it. */
    private <T> T connected(Connected<T> work) throws SQLException {
        // The drivers of servers use sockets, which an interrupt closes under a virtual thread.
        return dialect.isHarmedByInterrupts() || Thread.currentThread().isInterrupted()
                ? Threads.apart(threads, () -> here(work))
                : here(work);
    }

    private interface Connected<T> {
        T run(Connection connection, Statements statements) throws SQLException;
    }

    private <T> T here(Connected<T> work) throws SQLException {
        try (Lent lent = new Lent(source.getConnection())) {
            try {
                lent.bound(dialect, patience);
                return work.run(lent.connection(), statements(lent.connection()));
            } catch (SQLException e) {
                discard(lent, e);
                throw e;
            } catch (FateUnknown e) {
                discard(lent, e.reason);
                throw e;
            }
        }
    }

    /** The statements of a connection, which is set up if it was never seen before. */
    private Statements statements(Connection connection) throws SQLException {
        Connection physical = connection.unwrap(Connection.class);
        Statements statements = known.get(physical);
        if (statements == null) {
            dialect.welcome(connection, options);
            statements = new Statements(dialect.forgetsStatements(physical));
            synchronized (known) {
                // Statements hold their connection: one that the pool has closed would never be forgotten.
                known.keySet().removeIf(Database::isClosed);
                known.put(physical, statements);
            }
        }
        return statements;
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException unknown) {
            return true;
        }
    }

    private void discard(Lent lent, SQLException reason) {
        if (dialect.isGone(reason)) {
            lent.discard(reason);
        }
    }

    /** Reads; each statement sees what is committed when it begins. */
    <T> T read(Work<T> work) {
        requireOpen();
        return patiently(
                again -> connected((connection, statements) -> work.run(session(connection, statements, again))),
                Repeat.NEVER);
    }

    /** Writes in one commit. */
    <T> T write(Work<T> work) {
        return write(work, Repeat.NEVER);
    }

    /** Writes in one commit. */
    <T> T write(Work<T> work, Repeat repeat) {
        try {
            return tryWrite(work, repeat);
        } catch (FateUnknown e) {
            throw new StoreException("the commit's fate is not known", true, e);
        }
    }

    /**
     * Writes in one commit.
     *
     * @throws FateUnknown if the commit gave no answer
     */
    <T> T tryWrite(Work<T> work, Repeat repeat) {
        requireOpen();
        return patiently(again -> inTurn(work, again), repeat);
    }

    private interface Attempt<T> {
        T run(boolean again) throws SQLException;
    }

    private <T> T patiently(Attempt<T> work, Repeat repeat) {
        long begun = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            RuntimeException failure;
            SQLException reason;
            try {
                return work.run(attempt > 1);
            } catch (SQLException e) {
                failure = failure(e);
                reason = e;
            } catch (FateUnknown e) {
                if (repeat != Repeat.IF_TAKEN_OR_UNKNOWN) {
                    throw e;
                }
                failure = e;
                reason = e.reason;
            }
            long spent = System.nanoTime() - begun;
            // A connection that broke is worth another one. A pool that has none to give has waited long
            // enough already, and so have the callers.
            boolean gone = dialect.isGone(reason)
                    && !(reason instanceof SQLTransientConnectionException)
                    && spent < RECONNECT_WITHIN.toNanos();
            boolean again = gone || dialect.isConflict(reason) || (repeat != Repeat.NEVER && dialect.isTaken(reason));
            if (!again || attempt == ATTEMPTS || spent >= patience.toNanos()) {
                throw failure;
            }
            // A pool takes half a second to see that a connection it gets back has lost its other end.
            long pause = gone ? POOL_NOTICES : ThreadLocalRandom.current().nextInt(1, 5 << attempt);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
        }
    }

    private <T> T inTurn(Work<T> work, boolean again) throws SQLException {
        if (!dialect.oneWriter()) {
            return connected((connection, statements) -> once(session(connection, statements, again), work));
        }
        if (!Threads.lock(writer, patience)) {
            throw new SQLTimeoutException("other writers take too long");
        }
        try {
            return connected((connection, statements) -> once(session(connection, statements, again), work));
        } finally {
            writer.unlock();
        }
    }

    private <T> T once(Session session, Work<T> work) throws SQLException {
        session.begin();
        T answer;
        try {
            answer = work.run(session);
            if (session.isRefused()) {
                session.rollback();
                return answer;
            }
        } catch (SQLException | RuntimeException | Error e) {
            undo(session, e);
            throw e;
        }
        commit(session);
        return answer;
    }

    private void commit(Session session) throws SQLException {
        boolean writing = session.hasLast();
        try {
            if (writing) {
                session.sendLast();
                writing = false;
            }
            session.commit();
        } catch (SQLException e) {
            undo(session, e);
            // What was refused before the commit was not committed.
            if (dialect.isConflict(e) || (writing && dialect.isRefused(e))) {
                throw e;
            }
            throw new FateUnknown(e);
        } catch (RuntimeException | Error e) {
            undo(session, e);
            throw e;
        }
    }

    private static void undo(Session session, Throwable cause) {
        try {
            session.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Lets this thread's {@link #writeJoined} write in a transaction of its own.
     *
     * @throws IllegalArgumentException if there is no transaction, or it is one of another database
     */
    <T> T within(Connection open, Callable<T> work) throws Exception {
        requireOpen();
        try {
            if (open.getAutoCommit()) {
                throw new IllegalArgumentException("the connection has no open transaction: it commits by itself");
            }
            if (Dialect.of(open).getClass() != dialect.getClass() || !identity.equals(Schema.identity(open))) {
                throw new IllegalArgumentException("the connection is one of another database");
            }
        } catch (SQLException e) {
            throw new IllegalArgumentException("the tables of this store are not seen through the connection", e);
        }
        Connection before = joined.get();
        joined.set(open);
        try {
            return work.call();
        } finally {
            if (before == null) {
                joined.remove();
            } else {
                joined.set(before);
            }
        }
    }

    boolean isJoined() {
        return joined.get() != null;
    }

    /** Writes in the transaction that this thread has brought, all or nothing of it. */
    <T> T writeJoined(Work<T> work) {
        requireOpen();
        Connection connection = Objects.requireNonNull(joined.get());
        try {
            Savepoint start = connection.setSavepoint();
            // Looks first: a key that is taken must not spoil the caller's transaction.
            Session session = session(connection, new Statements(false), true);
            try {
                T answer = work.run(session);
                if (session.isRefused()) {
                    connection.rollback(start);
                } else {
                    session.flush();
                    connection.releaseSavepoint(start);
                }
                return answer;
            } catch (SQLException | RuntimeException | Error e) {
                try {
                    connection.rollback(start);
                } catch (SQLException broken) {
                    e.addSuppressed(broken);
                }
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Asks on a thread of its own, one at a time: a database that hangs would hold whoever asks. */
    boolean healthy() {
        if (closed) {
            return false;
        }
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> running = check.compareAndExchange(null, mine);
        if (running == null) {
            running = mine;
            Threads.daemon("responses-store-health", () -> {
                        boolean valid = isValid();
                        check.set(null);
                        mine.complete(valid);
                    })
                    .start();
        }
        return Threads.within(running, HEALTH_CHECK, false);
    }

    private boolean isValid() {
        try (Connection connection = source.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException | RuntimeException down) {
            return false;
        }
    }

    void close() {
        closed = true;
        threads.shutdown();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    private Session session(Connection connection, Statements statements, boolean again) {
        return new Session(connection, statements, dialect, options.clock(), again);
    }

    private static StoreException failure(SQLException e) {
        return new StoreException("the database failed: SQLSTATE " + e.getSQLState(), true, e);
    }
}
