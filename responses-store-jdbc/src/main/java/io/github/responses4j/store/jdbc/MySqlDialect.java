package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;

/** MySQL 8 and MariaDB 10.6, with InnoDB. */
final class MySqlDialect implements Dialect {
    private static final int LONGEST_CHAIN = 1_000_000;
    private static final int LOCK_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    private static final int INDEX_IS_THERE = 1061;

    @Override
    public String nameType() {
        return "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin";
    }

    @Override
    public String jsonType() {
        return "LONGBLOB";
    }

    // The time when the statement began. Only UTC has every moment once: an hour of local time comes twice when summer
    // ends.
    @Override
    public String now() {
        return "TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', UTC_TIMESTAMP(6))";
    }

    // Of the two only MariaDB knows IF NOT EXISTS here.
    @Override
    public String unlessThere() {
        return "";
    }

    @Override
    public boolean isThere(SQLException failure) {
        return failure.getErrorCode() == INDEX_IS_THERE;
    }

    @Override
    public String skipLocked() {
        return "FOR UPDATE SKIP LOCKED";
    }

    /**
     * An UPDATE that goes by the primary key reads semi-consistently: it passes over a row that is locked, if that does not match
     * as committed last, be it by a commit that others do not see yet. A SELECT waits for the lock, which a commit gives up at its
     * end; one for less than an update would ask for the lock of an index alone.
     */
    @Override
    public String awaitsWriters() {
        return "FOR UPDATE";
    }

    @Override
    public boolean oneWriter() {
        return false;
    }

    // Both stop at a depth of 1,000, the one with an error and the other one with less than there is.
    @Override
    public void welcome(Connection connection, JdbcStoreOptions options) throws SQLException {
        boolean maria = connection.getMetaData().getDatabaseProductName().equalsIgnoreCase("mariadb");
        Dialect.execute(
                connection,
                "SET SESSION " + (maria ? "max_recursive_iterations" : "cte_max_recursion_depth") + " = "
                        + LONGEST_CHAIN);
    }

    @Override
    public String setupProblem(Connection connection) throws SQLException {
        // The default isolation locks gaps, and claims would meet in deadlocks.
        return Dialect.unlessReadCommitted(
                connection,
                "add sessionVariables=transaction_isolation='READ-COMMITTED' to the URL, or set it in the pool");
    }

    @Override
    public void lockSchema(Connection connection) throws SQLException {
        String taken = Dialect.read(connection, "SELECT GET_LOCK('r4j_schema', 60)");
        if (!taken.equals("1")) {
            throw new SQLTimeoutException("another process keeps the tables locked: GET_LOCK gave " + taken);
        }
    }

    @Override
    public void unlockSchema(Connection connection) throws SQLException {
        Dialect.read(connection, "SELECT RELEASE_LOCK('r4j_schema')");
    }

    @Override
    public String durabilityProblem(Connection connection) throws SQLException {
        String flush = Dialect.read(connection, "SELECT @@GLOBAL.innodb_flush_log_at_trx_commit");
        return flush.equals("1") ? "" : "innodb_flush_log_at_trx_commit is " + flush + ", not 1";
    }

    @Override
    public boolean isConflict(SQLException failure) {
        return failure.getErrorCode() == DEADLOCK || failure.getErrorCode() == LOCK_TIMEOUT;
    }
}
