package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** PostgreSQL, and what speaks its language. */
final class PostgresDialect implements Dialect {
    /** Any number that other programs are not likely to lock. */
    private static final long SCHEMA_LOCK = 0x72346a5f736368L;

    @Override
    public String nameType() {
        return "VARCHAR(255) COLLATE \"C\"";
    }

    @Override
    public String jsonType() {
        return "BYTEA";
    }

    @Override
    public String now() {
        return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
    }

    // What the clock says may change within a statement, so no index is searched by it.
    @Override
    public String begun() {
        return "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT)";
    }

    @Override
    public String skipLocked() {
        return "FOR UPDATE SKIP LOCKED";
    }

    @Override
    public boolean returnsRows() {
        return true;
    }

    @Override
    public boolean takesSeveralStatements() {
        return true;
    }

    @Override
    public boolean partialIndexes() {
        return true;
    }

    @Override
    public boolean oneWriter() {
        return false;
    }

    @Override
    public boolean tellsOthers() {
        return true;
    }

    @Override
    public String setupProblem(Connection connection) throws SQLException {
        return Dialect.unlessReadCommitted(
                connection, "leave default_transaction_isolation as it is, and give the pool no other isolation");
    }

    @Override
    public void lockSchema(Connection connection) throws SQLException {
        Dialect.read(connection, "SELECT pg_advisory_lock(" + SCHEMA_LOCK + ")");
    }

    @Override
    public void unlockSchema(Connection connection) throws SQLException {
        Dialect.read(connection, "SELECT pg_advisory_unlock(" + SCHEMA_LOCK + ")");
    }

    @Override
    public String durabilityProblem(Connection connection) throws SQLException {
        for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            if (Dialect.read(connection, "SHOW " + setting).equals("off")) {
                return setting + " is off";
            }
        }
        return "";
    }

    @Override
    public boolean isConflict(SQLException failure) {
        return "40001".equals(failure.getSQLState()) || "40P01".equals(failure.getSQLState());
    }
}
