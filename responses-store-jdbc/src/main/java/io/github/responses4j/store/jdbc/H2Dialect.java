package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** H2 in a file that this process opens alone, or in memory. */
final class H2Dialect implements Dialect {
    /** Connection closed, database closed, database closing. */
    private static final Set<Integer> GONE = Set.of(90007, 90098, 90121);

    private static final String COMMIT_AT_ONCE = "SET WRITE_DELAY 0";

    @Override
    public String nameType() {
        return "VARCHAR(255)";
    }

    @Override
    public String jsonType() {
        return "VARBINARY(1000000000)";
    }

    @Override
    public String now() {
        return "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(6)) * 1000000 AS BIGINT)";
    }

    @Override
    public String skipLocked() {
        return "";
    }

    @Override
    public boolean oneWriter() {
        return true;
    }

    // An interrupt closes the file under the database.
    @Override
    public boolean isHarmedByInterrupts() {
        return true;
    }

    @Override
    public void welcome(Connection connection, JdbcStoreOptions options) throws SQLException {
        // A setting of the whole database, which each new connection may change through its URL.
        if (options.durability() == Durability.STRICT) {
            Dialect.execute(connection, COMMIT_AT_ONCE);
        }
    }

    // The file is locked by the process, and within it there is one writer.
    @Override
    public void lockSchema(Connection connection) {}

    @Override
    public void unlockSchema(Connection connection) {}

    @Override
    public String durabilityProblem(Connection connection) throws SQLException {
        Dialect.execute(connection, COMMIT_AT_ONCE);
        String delay = Dialect.read(
                connection, "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'");
        return delay.equals("0") ? "" : "WRITE_DELAY is " + delay + ", not 0";
    }

    // After an error in its file H2 closes the whole database; the next connection opens it.
    @Override
    public boolean isGone(SQLException failure) {
        return GONE.contains(failure.getErrorCode());
    }

    @Override
    public boolean isConflict(SQLException failure) {
        // Deadlock, lock timeout, concurrent update.
        return failure.getErrorCode() == 40001 || failure.getErrorCode() == 50200 || failure.getErrorCode() == 90131;
    }
}
