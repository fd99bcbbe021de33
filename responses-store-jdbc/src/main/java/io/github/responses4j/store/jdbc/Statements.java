package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The statements of one connection. Where the driver keeps none, they are kept prepared here, past the calls and the pool that the
 * connection goes back to; they end with it. For one thread at a time, as the connection is.
 */
final class Statements {
    private static final int KEPT = 64;
    private static final float LOAD = 0.75f;

    /** What is done with a statement. */
    interface Use<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private final boolean kept;
    private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(KEPT, LOAD, true);

    Statements(boolean kept) {
        this.kept = kept;
    }

    /** Prepares a statement, or finds it prepared, and uses it. */
    <T> T use(Connection connection, String sql, Use<T> use) throws SQLException {
        if (!kept) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return use.of(statement);
            }
        }
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            // Of the connection itself: a pool closes what it has seen when the connection comes back.
            statement = connection.unwrap(Connection.class).prepareStatement(sql);
            prepared.put(sql, statement);
            leaveOut();
        }
        try {
            T answer = use.of(statement);
            // What was written is not kept with it.
            statement.clearParameters();
            return answer;
        } catch (SQLException | RuntimeException | Error e) {
            // It may be half-way through its rows, or hold a batch.
            prepared.remove(sql);
            try {
                statement.close();
            } catch (SQLException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private void leaveOut() throws SQLException {
        if (prepared.size() > KEPT) {
            Iterator<PreparedStatement> oldest = prepared.values().iterator();
            PreparedStatement statement = oldest.next();
            oldest.remove();
            statement.close();
        }
    }
}
