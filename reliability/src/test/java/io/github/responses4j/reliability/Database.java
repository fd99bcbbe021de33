package io.github.responses4j.reliability;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The kinds of databases that stores are tested on, each as lasting as it is in production. */
enum Database {
    POSTGRES,
    H2,
    SQLITE;

    private static final AtomicInteger MADE = new AtomicInteger();

    /** Whether several processes may share one. */
    boolean isShared() {
        return this == POSTGRES;
    }

    /** The address of a new empty one. */
    String create() {
        Path file = this == POSTGRES ? Path.of("") : Column.folder("db").resolve("responses");
        return switch (this) {
            case POSTGRES -> Postgres.create();
            case H2 -> "jdbc:h2:file:" + file + ";DB_CLOSE_ON_EXIT=FALSE";
            case SQLITE -> "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL";
        };
    }

    /** A server of its own, with every commit on the disk. */
    private static final class Postgres {
        private static final EmbeddedPostgres SERVER = start();

        private Postgres() {}

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static String create() {
            String name = "reliability" + MADE.incrementAndGet();
            try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return SERVER.getJdbcUrl("postgres", name);
        }
    }

    /** Says something to a database. */
    static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The port of the PostgreSQL server that an address names. */
    static int port(String url) {
        return Integer.parseInt(url.replaceFirst(".*://[^:/]*:(\\d+)/.*", "$1"));
    }

    /** The same database, found through another port. */
    static String through(String url, int port) {
        return url.replaceFirst("://([^:/]*):\\d+/", "://127.0.0.1:" + port + "/");
    }
}
