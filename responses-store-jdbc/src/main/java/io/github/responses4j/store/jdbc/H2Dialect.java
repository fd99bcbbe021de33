package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** H2 in a file that this process opens alone, or in memory. */
final class H2Dialect implements Dialect {
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

    // The file is locked by the process, and within it there is one writer.
    @Override
    public void lockSchema(Connection connection) {}

    @Override
    public void unlockSchema(Connection connection) {}

    @Override
    public String durabilityProblem(Connection connection) throws SQLException {
        Dialect.execute(connection, "SET WRITE_DELAY 0");
        String delay = Dialect.read(
                connection, "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'");
        return delay.equals("0") ? "" : "WRITE_DELAY is " + delay + ", not 0";
    }

    @Override
    public boolean isConflict(SQLException failure) {
        // Deadlock, lock timeout, concurrent update.
        return failure.getErrorCode() == 40001 || failure.getErrorCode() == 50200 || failure.getErrorCode() == 90131;
    }
}
