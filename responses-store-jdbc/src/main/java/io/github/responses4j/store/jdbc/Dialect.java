package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** What one kind of database does in its own way. */
interface Dialect {
    /** The type of a name of at most 255 ASCII characters that is compared byte by byte. */
    String nameType();

    /** The type of bytes of any number. */
    String jsonType();

    /** An expression for the time now, in whole microseconds since 1970. */
    String now();

    /**
     * The same for what an index is searched by, which has to be one value for the whole statement: the time when the statement
     * began, which is never later than {@link #now}.
     */
    default String begun() {
        return now();
    }

    /** Behind a SELECT: skips the rows that somebody else is about to claim; empty where writers wait for each other. */
    String skipLocked();

    /**
     * Behind a SELECT: waits for whoever is about to write one of its rows; empty where an UPDATE that has found no row has waited
     * for them.
     */
    default String awaitsWriters() {
        return "";
    }

    /** Whether an UPDATE may end with {@code RETURNING}. */
    default boolean returnsRows() {
        return false;
    }

    /** Whether one message may hold several statements, {@code COMMIT} as the last of them. */
    default boolean takesSeveralStatements() {
        return false;
    }

    /**
     * Whether the statements of a connection are better kept, as its driver prepares each of them anew.
     *
     * @param physical what is behind the pool's connection
     */
    default boolean forgetsStatements(Connection physical) {
        return false;
    }

    /** Whether an index may leave rows out. */
    default boolean partialIndexes() {
        return false;
    }

    /** Behind {@code CREATE INDEX}: does nothing if it is there; empty where it {@linkplain #isThere fails} then. */
    default String unlessThere() {
        return "IF NOT EXISTS";
    }

    /** Whether an index could not be made because it is there. */
    default boolean isThere(SQLException failure) {
        return false;
    }

    /** Whether one process writes the database, one transaction at a time. */
    boolean oneWriter();

    /** Whether an interrupt of the thread that makes a call harms the database, and not only its connection. */
    default boolean isHarmedByInterrupts() {
        return false;
    }

    /** Whether it has messages for other nodes. */
    default boolean tellsOthers() {
        return false;
    }

    /** Sets up a connection that was never seen before. */
    default void welcome(Connection connection, JdbcStoreOptions options) throws SQLException {}

    /**
     * Why the connections of a source cannot be used as they are set up; looked at once.
     *
     * @return what is wrong, empty if nothing
     */
    default String setupProblem(Connection connection) throws SQLException {
        return "";
    }

    /** What is wrong unless a connection's transactions are {@code READ COMMITTED}: others see too little, or lock too much. */
    static String unlessReadCommitted(Connection connection, String remedy) throws SQLException {
        return connection.getTransactionIsolation() == Connection.TRANSACTION_READ_COMMITTED
                ? ""
                : "the transactions of its connections are not READ COMMITTED; " + remedy;
    }

    /** Begins a transaction that may write. */
    default void begin(Connection connection, Statements statements) throws SQLException {
        connection.setAutoCommit(false);
    }

    default void commit(Connection connection, Statements statements) throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    default void rollback(Connection connection, Statements statements) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /** Keeps other processes from changing the schema until {@link #unlockSchema}. */
    void lockSchema(Connection connection) throws SQLException;

    void unlockSchema(Connection connection) throws SQLException;

    /**
     * Sets what makes commits lasting, and reads it back.
     *
     * @return what is wrong, empty if nothing
     */
    String durabilityProblem(Connection connection) throws SQLException;

    /** Whether a failed transaction may be made again at once: somebody else was in its way. */
    boolean isConflict(SQLException failure);

    /** Whether there is nothing behind the connection any more, so that what was not committed is gone. */
    default boolean isGone(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    /** Whether a row was refused because its key is taken. */
    default boolean isTaken(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && state.startsWith("23");
    }

    /** Whether a statement, and no commit, was refused for what it says: bad values, a key that is taken, a table that is not there. */
    default boolean isRefused(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
    }

    /** The dialect of a database. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        return switch (product) {
            case "h2" -> new H2Dialect();
            case "sqlite" -> new SqliteDialect();
            case "postgresql" -> new PostgresDialect();
            case "mysql", "mariadb" -> new MySqlDialect();
            default -> throw new IllegalArgumentException("no dialect for the database " + product);
        };
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row, as text; empty if there is no row. */
    static String read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }
}
