package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** SQLite in a file. Transactions that write begin as writers, so that none has to give up half-way. */
final class SqliteDialect implements Dialect {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int CONSTRAINT = 19;
    /** A long chain is some hundred kB; its own 2 MB are soon full of several. */
    private static final int CACHE_KIB = 8192;
    /** Pages in the log before they are written where they belong, once each however often they are in it: 16 MB. */
    private static final int WAL_PAGES = 4000;

    @Override
    public String nameType() {
        return "TEXT";
    }

    @Override
    public String jsonType() {
        return "BLOB";
    }

    @Override
    public String now() {
        return "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)";
    }

    @Override
    public String skipLocked() {
        return "";
    }

    @Override
    public boolean returnsRows() {
        return true;
    }

    @Override
    public boolean partialIndexes() {
        return true;
    }

    @Override
    public boolean oneWriter() {
        return true;
    }

    // What wraps the connection anew each time it is given out would leave each time's statements open.
    @Override
    public boolean forgetsStatements(Connection physical) {
        return physical.getClass().getName().startsWith("org.sqlite.");
    }

    @Override
    public String setupProblem(Connection connection) throws SQLException {
        String encoding = Dialect.read(connection, "PRAGMA encoding");
        return encoding.equals("UTF-8") ? "" : "its text is in " + encoding + ", not UTF-8";
    }

    @Override
    public void welcome(Connection connection, JdbcStoreOptions options) throws SQLException {
        Dialect.execute(
                connection, "PRAGMA busy_timeout = " + options.patience().toMillis());
        Dialect.execute(connection, "PRAGMA cache_size = -" + CACHE_KIB);
        Dialect.execute(connection, "PRAGMA wal_autocheckpoint = " + WAL_PAGES);
        if (options.durability() == Durability.STRICT) {
            Dialect.execute(connection, "PRAGMA synchronous = FULL");
        }
    }

    @Override
    public void begin(Connection connection, Statements statements) throws SQLException {
        statements.use(connection, "BEGIN IMMEDIATE", PreparedStatement::execute);
    }

    @Override
    public void commit(Connection connection, Statements statements) throws SQLException {
        statements.use(connection, "COMMIT", PreparedStatement::execute);
    }

    @Override
    public void rollback(Connection connection, Statements statements) throws SQLException {
        statements.use(connection, "ROLLBACK", PreparedStatement::execute);
    }

    // A transaction that may write is the lock.
    @Override
    public void lockSchema(Connection connection) {}

    @Override
    public void unlockSchema(Connection connection) {}

    @Override
    public String durabilityProblem(Connection connection) throws SQLException {
        String journal = Dialect.read(connection, "PRAGMA journal_mode = WAL");
        Dialect.execute(connection, "PRAGMA synchronous = FULL");
        String synchronous = Dialect.read(connection, "PRAGMA synchronous");
        if (!journal.equalsIgnoreCase("wal")) {
            return "journal_mode is " + journal + ", not wal";
        }
        return synchronous.equals("2") ? "" : "synchronous is " + synchronous + ", not 2 (FULL)";
    }

    @Override
    public boolean isConflict(SQLException failure) {
        int code = failure.getErrorCode() & 0xff;
        return code == BUSY || code == LOCKED;
    }

    @Override
    public boolean isTaken(SQLException failure) {
        return (failure.getErrorCode() & 0xff) == CONSTRAINT;
    }
}
