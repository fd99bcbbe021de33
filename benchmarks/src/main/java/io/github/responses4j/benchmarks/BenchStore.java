package io.github.responses4j.benchmarks;

import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.jdbc.Durability;
import io.github.responses4j.store.jdbc.JdbcResponseStore;
import io.github.responses4j.store.jdbc.JdbcStoreOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An empty database to measure on; closing it ends it. */
final class BenchStore implements AutoCloseable {
    private static final long TICKS_PER_SECOND = 100;

    private final String name;
    private final CountedPool pool;
    private final JdbcResponseStore store;
    private final @Nullable EmbeddedPostgres server;

    private BenchStore(String name, CountedPool pool, Durability durability, @Nullable EmbeddedPostgres server) {
        this.name = name;
        this.pool = pool;
        this.store = JdbcResponseStore.open(pool, JdbcStoreOptions.DEFAULT.withDurability(durability));
        this.server = server;
    }

    /**
     * Opens one.
     *
     * @param name {@code sqlite} (WAL, synchronous=FULL), {@code sqlite-normal} (WAL, synchronous=NORMAL), or {@code postgres} (a server of
     *     its own on this machine, fsync and synchronous_commit on)
     * @param folder where SQLite's file goes
     */
    static BenchStore open(String name, Path folder) throws IOException {
        if (name.equals("postgres")) {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
            String url = server.getJdbcUrl("postgres", "postgres");
            return new BenchStore(name, new CountedPool(url), Durability.STRICT, server);
        }
        Path file = Files.createDirectories(folder).resolve(name + ".db");
        for (String end : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + end));
        }
        boolean normal = name.equals("sqlite-normal");
        String url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=" + (normal ? "NORMAL" : "FULL");
        return new BenchStore(name, new CountedPool(url), normal ? Durability.RELAXED : Durability.STRICT, null);
    }

    String name() {
        return name;
    }

    ResponseStore store() {
        return store;
    }

    CountedPool pool() {
        return pool;
    }

    /** Processor time that the database's own processes have used so far, in microseconds; 0 if it has none. */
    long serverCpuMicros() throws SQLException, IOException {
        if (server == null) {
            return 0;
        }
        long parent;
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            parent = Long.parseLong(stat(Path.of("/proc", row.getString(1)))[1]);
        }
        long ticks = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(BenchStore::isProcess).toList()) {
                String[] stat = stat(process);
                if (stat.length > 14
                        && (stat[1].equals(Long.toString(parent)) || process.endsWith(Long.toString(parent)))) {
                    boolean isParent = process.endsWith(Long.toString(parent));
                    // Own time; of the parent also that of the children which have ended.
                    ticks += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
                    ticks += isParent ? Long.parseLong(stat[13]) + Long.parseLong(stat[14]) : 0;
                }
            }
        }
        return ticks * 1_000_000 / TICKS_PER_SECOND;
    }

    private static boolean isProcess(Path path) {
        return Character.isDigit(path.getFileName().toString().charAt(0));
    }

    /** The fields behind the name: state, parent, …; none if the process is gone. */
    private static String[] stat(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        } catch (IOException gone) {
            return new String[0];
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        store.close();
        pool.close();
        if (server != null) {
            server.close();
        }
    }
}
