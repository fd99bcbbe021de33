package io.github.responses4j.store.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One server for all tests of this process, which ends with it. */
final class PostgresServer {
    private static final EmbeddedPostgres SERVER = start();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private PostgresServer() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Connection connect() throws SQLException {
        return SERVER.getPostgresDatabase().getConnection();
    }

    /** Whether somebody waits for a lock that somebody else has. */
    static boolean hasSomebodyWaiting() throws SQLException {
        try (Connection operator = connect()) {
            return !Dialect.read(operator, "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                    .equals("0");
        }
    }

    static int port() {
        return SERVER.getPort();
    }

    /** A new empty schema; the URL of connections to it. */
    static String newSchema() {
        String schema = "test" + SCHEMAS.getAndIncrement();
        try (Connection connection = connect()) {
            Dialect.execute(connection, "CREATE SCHEMA " + schema);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(schema);
    }

    static String url(String schema) {
        return SERVER.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + schema;
    }
}
