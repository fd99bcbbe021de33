package io.github.responses4j.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.jdbc.JdbcResponseStore;
import io.github.responses4j.store.jdbc.JdbcStoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A store that is open, with what is below it. */
final class OpenStore implements AutoCloseable {
    /** A call that gets no connection for so long fails, so that callers are told within two seconds that the database is down. */
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** A file is opened by the first connection, which after a crash may have to put it in order. */
    private static final Duration OPEN = Duration.ofSeconds(30);

    private static final Duration VALIDATE = Duration.ofMillis(500);

    /** What PostgreSQL's driver can be told at least: it counts in seconds. */
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(1);

    private static final Duration MOST_SILENCE = Duration.ofSeconds(15);
    private static final String SYSTEM_SCHEMA = "INFORMATION_SCHEMA";

    private static final Pattern H2_FILE = Pattern.compile("^jdbc:h2:(?:file:)?(?![a-z]{2,}:)");
    private static final int H2_IN_USE = 90020;
    private static final int H2_NO_TABLE = 42102;
    private static final int SQLITE_NOT_ALONE = 5;

    private final ResponseStore store;
    private final @Nullable HikariDataSource pool;
    private final @Nullable StoreFile file;
    private final boolean found;

    private OpenStore(ResponseStore store, @Nullable HikariDataSource pool, @Nullable StoreFile file, boolean found) {
        this.store = store;
        this.pool = pool;
        this.file = file;
        this.found = found;
    }

    /**
     * Opens a store.
     *
     * @param lease for how long a run belongs to its server without a sign of life
     * @throws CannotStartException if that does not work
     */
    static OpenStore open(StoreSpec spec, Keeping keeping, Duration lease) {
        if (spec.kind() == StoreKind.MEMORY) {
            return new OpenStore(
                    ResponseStore.inMemory(
                            Clock.systemUTC(),
                            keeping.retention(ResponseStore.IN_MEMORY_TIME_TO_LIVE),
                            ResponseStore.IN_MEMORY_MAX_RESPONSES),
                    null,
                    null,
                    false);
        }
        Path path = spec.file();
        StoreFile file = path == null ? null : StoreFile.take(spec.kind(), path);
        HikariDataSource pool = null;
        try {
            boolean found = probe(spec, path, silence(lease));
            pool = pool(spec, silence(lease));
            return new OpenStore(JdbcResponseStore.open(pool, options(spec, keeping, lease)), pool, file, found);
        } catch (RuntimeException e) {
            if (pool != null) {
                pool.close();
            }
            if (file != null) {
                file.close();
            }
            throw failure(spec, e);
        }
    }

    /**
     * For how long a database may be silent: for a third of a lease, so that an engine knows before others take over, but never for more
     * than 15 seconds. Below a lease of 3 seconds it is a second: one of a single second may be over before its engine knows.
     */
    static Duration silence(Duration lease) {
        Duration third = lease.dividedBy(3);
        if (third.compareTo(LEAST_SILENCE) < 0) {
            return LEAST_SILENCE;
        }
        return third.compareTo(MOST_SILENCE) > 0 ? MOST_SILENCE : third;
    }

    /** How the store works; where another server may take over, a call of it waits for an answer no longer than the database may be silent. */
    static JdbcStoreOptions options(StoreSpec spec, Keeping keeping, Duration lease) {
        Duration silence = silence(lease);
        Duration usual = JdbcStoreOptions.DEFAULT.patience();
        return JdbcStoreOptions.DEFAULT
                .withDurability(spec.durability())
                .withPatience(spec.file() == null && silence.compareTo(usual) < 0 ? silence : usual)
                .withRetention(keeping.retention(Retention.DEFAULT.timeToLive()));
    }

    /**
     * What is wrong is said best by the driver itself. A file is opened for reading, so that one that is refused stays as it is.
     *
     * @return whether it is a file with the tables of a store
     */
    private static boolean probe(StoreSpec spec, @Nullable Path file, Duration silence) {
        if (file != null && !Files.exists(file)) {
            return false;
        }
        String url =
                url(spec) + (file != null && spec.kind() == StoreKind.H2 ? ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r" : "");
        Properties properties = properties(spec, silence);
        if (spec.user() != null) {
            properties.setProperty("user", spec.user());
        }
        if (spec.password() != null) {
            properties.setProperty("password", spec.password());
        }
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            return file != null && hasKnownSchema(connection);
        } catch (SQLException e) {
            if (file != null && (e.getErrorCode() == H2_IN_USE || e.getErrorCode() == SQLITE_NOT_ALONE)) {
                throw StoreFile.inUse(file);
            }
            throw new StoreException("the database does not answer", true, e);
        }
    }

    /** Whether there are the tables of a store; there is no table at all if not. */
    private static boolean hasKnownSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM r4j_schema")) {
            int version = rows.next() ? rows.getInt(1) : 0;
            if (version > JdbcResponseStore.schemaVersion()) {
                throw new IllegalStateException("the database has schema " + version + ", this program knows up to "
                        + JdbcResponseStore.schemaVersion());
            }
            return version > 0;
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains("r4j_schema") && e.getErrorCode() != H2_NO_TABLE) {
                throw e;
            }
            // No table, no version: the store makes it, unless the file is another program's.
            requireNoTables(connection);
            return false;
        }
    }

    private static void requireNoTables(Connection connection) throws SQLException {
        try (ResultSet tables =
                connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (tables.next()) {
                // H2 lists tables of its own, which an empty database has as well.
                if (!SYSTEM_SCHEMA.equalsIgnoreCase(tables.getString("TABLE_SCHEM"))) {
                    throw new IllegalStateException("it has the tables of another program");
                }
            }
        }
    }

    private static HikariConfig config(StoreSpec spec, Duration silence) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("responses-store");
        config.setJdbcUrl(url(spec));
        config.setUsername(spec.user());
        config.setPassword(spec.password());
        config.setDataSourceProperties(properties(spec, silence));
        config.setMaximumPoolSize(spec.connections());
        config.setMinimumIdle(Math.min(2, spec.connections()));
        config.setConnectionTimeout((spec.file() == null ? CONNECT : OPEN).toMillis());
        config.setValidationTimeout(VALIDATE.toMillis());
        // The first call says what is wrong; the pool would write it to the log as well.
        config.setInitializationFailTimeout(-1);
        if (spec.kind().connections() >= StoreKind.POSTGRESQL.connections()) {
            // The default of MySQL locks gaps between rows; the store refuses it.
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        }
        if (spec.file() != null) {
            // The database is open as long as a connection is.
            config.setMaxLifetime(0);
            config.setIdleTimeout(0);
        }
        return config;
    }

    private static HikariDataSource pool(StoreSpec spec, Duration silence) {
        HikariConfig config = config(spec, silence);
        BrokenDatabase broken = new BrokenDatabase();
        if (spec.kind() == StoreKind.H2) {
            config.setExceptionOverride(broken);
        }
        HikariDataSource pool = new HikariDataSource(config);
        broken.pool = pool;
        return pool;
    }

    /** An embedded database that gave up, because the disk was full or gone, is opened anew when its last connection is closed. */
    private static final class BrokenDatabase implements SQLExceptionOverride {
        private static final Set<Integer> BROKEN = Set.of(50000, 90007, 90028, 90030, 90031, 90067, 90098, 90121);

        private volatile @Nullable HikariDataSource pool;

        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            if (!BROKEN.contains(failure.getErrorCode())) {
                return SQLExceptionOverride.Override.CONTINUE_EVICT;
            }
            HikariDataSource all = pool;
            if (all != null && all.getHikariPoolMXBean() != null) {
                all.getHikariPoolMXBean().softEvictConnections();
            }
            return SQLExceptionOverride.Override.MUST_EVICT;
        }
    }

    /** The URL as the driver is to see it. */
    private static String url(StoreSpec spec) {
        if (spec.kind() == StoreKind.MYSQL) {
            return StoreKind.MARIADB.prefix()
                    + spec.url().substring(StoreKind.MYSQL.prefix().length());
        }
        if (spec.kind() != StoreKind.H2) {
            return spec.url();
        }
        // A thread that is interrupted while it writes would close the file under all others, were it not for this way
        // to write.
        String url = H2_FILE.matcher(spec.url()).replaceFirst("jdbc:h2:async:");
        return url
                // The server closes it after the last response, not the JVM before.
                + (spec.says("DB_CLOSE_ON_EXIT") ? "" : ";DB_CLOSE_ON_EXIT=FALSE")
                + (spec.says("CACHE_SIZE") ? "" : ";CACHE_SIZE=16384");
    }

    /** What the URL does not say: how long the driver waits for a database that is down or silent. */
    static Properties properties(StoreSpec spec, Duration silence) {
        Map<String, String> wanted = switch (spec.kind()) {
            case POSTGRESQL ->
                Map.of(
                        "connectTimeout", "1",
                        "socketTimeout", Long.toString(silence.toSeconds()),
                        "tcpKeepAlive", "true",
                        "reWriteBatchedInserts", "true",
                        "ApplicationName", "responses-server");
            case MARIADB, MYSQL ->
                Map.of(
                        "connectTimeout", Long.toString(CONNECT.toMillis()),
                        "socketTimeout", Long.toString(silence.toMillis()));
            case MEMORY, H2, SQLITE -> Map.of();
        };
        Properties properties = new Properties();
        wanted.forEach((name, value) -> {
            if (!spec.says(name)) {
                properties.setProperty(name, value);
            }
        });
        return properties;
    }

    /** One line, without what opens the store. */
    private static CannotStartException failure(StoreSpec spec, RuntimeException e) {
        if (e instanceof CannotStartException told) {
            return told;
        }
        Throwable reason = e;
        while (e instanceof StoreException && reason.getCause() != null && !says(reason)) {
            reason = reason.getCause();
        }
        String why = String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
        if (e instanceof IllegalStateException && why.startsWith("commits would not be lasting")) {
            why += "; --durability relaxed takes it as it is";
        }
        if (spec.password() != null) {
            why = why.replace(spec.password(), "***");
        }
        return new CannotStartException("the store " + spec.shown() + " cannot be opened: " + why);
    }

    /** A driver says what it means in the last of its own exceptions; below it is the system's. */
    private static boolean says(Throwable reason) {
        return reason instanceof SQLException && !(reason.getCause() instanceof SQLException);
    }

    ResponseStore store() {
        return store;
    }

    /** Whether its file was a store before it was opened. */
    boolean found() {
        return found;
    }

    @Override
    public void close() {
        store.close();
        if (pool != null) {
            pool.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
