package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection while a call has it. */
final class Lent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Lent.class.getName());

    private final Connection connection;
    private @Nullable Integer timeoutBefore;

    Lent(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Bounds the time that it waits for the network, until it is given back. */
    void bound(Dialect dialect, Duration patience) throws SQLException {
        if (!dialect.oneWriter()) {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
            timeoutBefore = before;
        }
    }

    /** Gives it back. Throws nothing: what the call has done is done, and nobody may take it for undone. */
    @Override
    public void close() {
        try {
            if (timeoutBefore != null && !connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, timeoutBefore);
            }
        } catch (SQLException | RuntimeException e) {
            broken(e);
        }
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            broken(e);
        }
    }

    private void broken(Exception reason) {
        LOG.log(System.Logger.Level.DEBUG, "a connection cannot be used again", reason);
        discard(reason);
    }

    /** Lets a pool see that there is nothing behind the connection: H2 calls it valid as long as it is not closed. */
    void discard(Exception reason) {
        try {
            connection.unwrap(Connection.class).close();
        } catch (SQLException | RuntimeException known) {
            reason.addSuppressed(known);
        }
    }
}
