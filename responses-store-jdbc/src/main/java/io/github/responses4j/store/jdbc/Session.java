package io.github.responses4j.store.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The statements of one call, on one connection. {@code {now}} in a statement is the time now, {@code {begun}} the time when it began, {@code
 * {skipLocked}} leaves out the rows that others are about to write. */
final class Session {
    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** More than this are not kept for the commit: statements that differ only in their number are prepared anew. */
    private static final int KEPT_FOR_COMMIT = 8;

    private record Write(String sql, List<@Nullable Object> values) {}

    /** Values of many rows in one: an array of a type of the database's. */
    record Column<T>(String type, List<T> values, IntFunction<T[]> array) {
        Array of(Connection connection) throws SQLException {
            return connection.createArrayOf(type, values.toArray(array));
        }
    }

    private final Connection connection;
    private final Statements statements;
    private final String now;
    private final String begun;
    private final Dialect dialect;
    private final boolean again;
    private final List<Write> last = new ArrayList<>();
    private IntConsumer found = rows -> {};
    private boolean refused;

    /**
     * A session.
     *
     * @param clock tells the time; null for the clock of the database
     * @param again whether the work was begun before, and met a key that is taken or somebody in its way, or had no answer
     */
    Session(Connection connection, Statements statements, Dialect dialect, @Nullable Clock clock, boolean again) {
        this.connection = connection;
        this.statements = statements;
        String told = clock == null ? null : Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
        this.now = told == null ? dialect.now() : told;
        this.begun = told == null ? dialect.begun() : told;
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

    /** What stands behind a SELECT that waits for the writers of its rows; empty if an UPDATE has waited for them. */
    String awaitsWriters() {
        return dialect.awaitsWriters();
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
        return prepared(sql, statement -> {
            bind(statement, values);
            return statement.executeUpdate();
        });
    }

    /** Writes once per row of values; also one row, whose key SQLite's driver would ask for if it were inserted alone. */
    void batch(String sql, List<@Nullable Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        prepared(sql, statement -> {
            for (@Nullable Object[] values : rows) {
                bind(statement, values);
                statement.addBatch();
            }
            return statement.executeBatch();
        });
    }

    /**
     * Writes once per row of values, at the latest with the commit: where a database takes several statements in one message, they
     * are sent together with it.
     */
    void last(String sql, List<@Nullable Object[]> rows) throws SQLException {
        if (!dialect.takesSeveralStatements() || last.size() + rows.size() > KEPT_FOR_COMMIT) {
            batch(sql, rows);
            return;
        }
        for (@Nullable Object[] values : rows) {
            last.add(new Write(sql, Arrays.asList(values)));
        }
    }

    /**
     * Writes the only thing that is written, with the commit; where a database takes several statements in one message.
     *
     * @param rows is told afterwards how many rows it was
     */
    void last(String sql, List<@Nullable Object> values, IntConsumer rows) {
        last.add(new Write(sql, values));
        found = rows;
    }

    /** Whether something waits for {@link #sendLast}. */
    boolean hasLast() {
        return !last.isEmpty();
    }

    void begin() throws SQLException {
        dialect.begin(connection, statements);
    }

    void rollback() throws SQLException {
        dialect.rollback(connection, statements);
    }

    /** Commits, when nothing waits any more. */
    void commit() throws SQLException {
        dialect.commit(connection, statements);
    }

    /** Sends what waits, and the word to commit with it. */
    void sendLast() throws SQLException {
        StringBuilder all = new StringBuilder();
        List<@Nullable Object> values = new ArrayList<>();
        for (Write write : last) {
            all.append(write.sql()).append("; ");
            values.addAll(write.values());
        }
        last.clear();
        found.accept(update(all.append("COMMIT").toString(), values.toArray()));
    }

    /** Writes what waits, without a commit. */
    void flush() throws SQLException {
        while (!last.isEmpty()) {
            String sql = last.get(0).sql();
            List<@Nullable Object[]> rows = new ArrayList<>();
            while (!last.isEmpty() && last.get(0).sql().equals(sql)) {
                rows.add(last.remove(0).values().toArray());
            }
            // Prepares a statement, and so comes by here again.
            List<Write> rest = List.copyOf(last);
            last.clear();
            batch(sql, rows);
            last.addAll(rest);
        }
    }

    /** Reads a result whole. */
    <T> T query(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
        return prepared(sql, statement -> {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return reader.read(rows);
            }
        });
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

    private <T> T prepared(String sql, Statements.Use<T> use) throws SQLException {
        // What follows may have to see it.
        flush();
        String text = sql.replace("{now}", now).replace("{begun}", begun).replace("{skipLocked}", dialect.skipLocked());
        return statements.use(connection, text, use);
    }

    private void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
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
            } else if (value instanceof Column<?> column) {
                statement.setArray(n + 1, column.of(connection));
            } else {
                throw new IllegalArgumentException("no column holds a " + value.getClass());
            }
        }
    }
}
