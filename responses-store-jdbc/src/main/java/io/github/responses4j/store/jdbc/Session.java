package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements of one call, on one connection. {@code {now}} in a statement is the time now, {@code
 * {skipLocked}} leaves out the rows that others are about to write. */
final class Session {
    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final String now;
    private final Dialect dialect;
    private final boolean again;
    private boolean refused;

    /**
     * A session.
     *
     * @param again whether the work was begun before, and met a key that is taken or somebody in its way
     */
    Session(Connection connection, String now, Dialect dialect, boolean again) {
        this.connection = connection;
        this.now = now;
        this.dialect = dialect;
        this.again = again;
    }

    /** Whether the work is done once more: what is rarely so, and was not looked at the first time, may be so now. */
    boolean isAgain() {
        return again;
    }

    /** Whether an UPDATE tells what it has written, behind {@code RETURNING}. */
    boolean returnsRows() {
        return dialect.returnsRows();
    }

    /** Gives an answer that goes with writing nothing: the transaction is rolled back. */
    <T> T refuse(T answer) {
        refused = true;
        return answer;
    }

    boolean isRefused() {
        return refused;
    }

    /** Writes, and tells how many rows it found. */
    int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    /** Writes once per row of values. */
    void batch(String sql, List<@Nullable Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = prepare(sql)) {
            for (@Nullable Object[] values : rows) {
                bind(statement, values);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Reads a result whole. */
    <T> T query(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return reader.read(rows);
            }
        }
    }

    <T> List<T> list(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
        return query(
                sql,
                rows -> {
                    List<T> list = new ArrayList<>();
                    while (rows.next()) {
                        list.add(reader.read(rows));
                    }
                    return list;
                },
                values);
    }

    <T> Optional<T> one(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
        return list(sql, reader, values).stream().findFirst();
    }

    boolean exists(String sql, @Nullable Object... values) throws SQLException {
        return query(sql, ResultSet::next, values);
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql.replace("{now}", now).replace("{skipLocked}", dialect.skipLocked()));
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int n = 0; n < values.length; n++) {
            Object value = values[n];
            if (value == null) {
                statement.setNull(n + 1, Types.NULL);
            } else if (value instanceof String text) {
                statement.setString(n + 1, text);
            } else if (value instanceof Long number) {
                statement.setLong(n + 1, number);
            } else if (value instanceof Integer number) {
                statement.setInt(n + 1, number);
            } else if (value instanceof byte[] bytes) {
                statement.setBytes(n + 1, bytes);
            } else {
                throw new IllegalArgumentException("no column holds a " + value.getClass());
            }
        }
    }
}
