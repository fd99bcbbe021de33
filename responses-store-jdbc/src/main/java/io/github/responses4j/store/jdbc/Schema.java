package io.github.responses4j.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The tables, brought up to date by numbered scripts that are never changed once they are out. */
final class Schema {
    /** The number of the newest script. */
    static final int VERSION = 1;

    private Schema() {}

    /**
     * Runs the scripts that the database has not seen, while no other process does.
     *
     * @throws IllegalStateException if a newer program has written the tables
     */
    static void migrate(Connection connection, Dialect dialect) throws SQLException {
        synchronized (Schema.class) {
            dialect.lockSchema(connection);
            try {
                Statements statements = new Statements(false);
                dialect.begin(connection, statements);
                try {
                    int before = version(connection);
                    refuseNewer(before);
                    for (int number = before + 1; number <= VERSION; number++) {
                        for (String statement : statements(number, dialect)) {
                            define(connection, dialect, statement);
                        }
                        Dialect.execute(connection, "INSERT INTO r4j_schema (version) VALUES (" + number + ")");
                    }
                    if (identity(connection).isEmpty()) {
                        Dialect.execute(connection, "INSERT INTO r4j_store (uid) VALUES ('" + Names.uid() + "')");
                    }
                } catch (SQLException | RuntimeException e) {
                    dialect.rollback(connection, statements);
                    throw e;
                }
                dialect.commit(connection, statements);
            } finally {
                dialect.unlockSchema(connection);
            }
        }
    }

    private static void define(Connection connection, Dialect dialect, String statement) throws SQLException {
        try {
            Dialect.execute(connection, statement);
        } catch (SQLException e) {
            if (!dialect.isThere(e)) {
                throw e;
            }
        }
    }

    /**
     * Looks at what is there without writing anything.
     *
     * @throws IllegalStateException if a newer program has written the tables
     */
    static void refuseNewer(Connection connection) throws SQLException {
        for (String name : new String[] {"r4j_schema", "R4J_SCHEMA"}) {
            try (var tables =
                    connection.getMetaData().getTables(connection.getCatalog(), connection.getSchema(), name, null)) {
                if (tables.next()) {
                    refuseNewer(newest(connection));
                    return;
                }
            }
        }
    }

    private static void refuseNewer(int version) {
        if (version > VERSION) {
            throw new IllegalStateException(
                    "the database has schema " + version + ", this program knows up to " + VERSION);
        }
    }

    /** What tells these tables from those of any other database; empty before they are made. */
    static String identity(Connection connection) throws SQLException {
        return Dialect.read(connection, "SELECT uid FROM r4j_store");
    }

    private static int newest(Connection connection) throws SQLException {
        String version = Dialect.read(connection, "SELECT MAX(version) FROM r4j_schema");
        return version.equals("null") ? 0 : Integer.parseInt(version);
    }

    private static int version(Connection connection) throws SQLException {
        Dialect.execute(connection, "CREATE TABLE IF NOT EXISTS r4j_schema (version INTEGER PRIMARY KEY)");
        return newest(connection);
    }

    /** The statements of a script, in the dialect's types. */
    static List<String> statements(int number, Dialect dialect) {
        String name = "schema-" + number + ".sql";
        String script;
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> statements = new ArrayList<>();
        for (String statement : script.replaceAll("--[^\n]*\n", "").split(";", -1)) {
            if (!statement.isBlank()) {
                statements.add(statement
                        .strip()
                        .replace("{name}", dialect.nameType())
                        .replace("{hash}", dialect.nameType())
                        .replace("{json}", dialect.jsonType())
                        .replace("{unless there}", dialect.unlessThere())
                        .replaceAll(
                                "\\{unless null (\\w+)\\}", dialect.partialIndexes() ? "WHERE $1 IS NOT NULL" : ""));
            }
        }
        return statements;
    }
}
