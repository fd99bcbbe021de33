package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store in a file does when its file, its disk or its threads are in trouble. */
class OutageTest {
    private static final String H2 = "jdbc:h2:file:";
    private static final String SQLITE = "jdbc:sqlite:";
    private static final Tenant TENANT = new Tenant("tenant");

    @TempDir
    Path folder;

    private final List<Pool> pools = new ArrayList<>();

    private Pool pool(String url) {
        Pool pool = new Pool(url + folder.resolve("store"));
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void closeDatabases() {
        FullDisk.FULL.set(false);
        for (Pool pool : pools) {
            pool.close();
        }
    }

    private static NewConversation conversation(String id, String text) {
        return new NewConversation(
                TENANT, new ConversationId(id), "{}", List.of(new StoredItem("item", "\"" + text + "\"")));
    }

    private static boolean has(JdbcResponseStore store, String id) {
        return store.conversation(TENANT, new ConversationId(id)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void aThreadThatIsInterruptedDoesNotHarmTheDatabase(String url) throws Exception {
        JdbcResponseStore store = JdbcResponseStore.open(pool(url));
        CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
        Thread calling = new Thread(() -> {
            try {
                for (int n = 0; n < 200; n++) {
                    Thread.currentThread().interrupt();
                    store.createConversation(conversation("conv" + n, "text"));
                    has(store, "conv" + n);
                }
                stillInterrupted.complete(Thread.currentThread().isInterrupted());
            } catch (RuntimeException e) {
                stillInterrupted.completeExceptionally(e);
            }
        });
        calling.start();
        // Others come at any moment as well.
        while (calling.isAlive()) {
            calling.interrupt();
            Thread.onSpinWait();
        }

        assertThat(stillInterrupted.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(IntStream.range(0, 200).allMatch(n -> has(store, "conv" + n)))
                .isTrue();
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void h2GetsOverAFullDisk() {
        FullDisk.install();
        JdbcResponseStore store = JdbcResponseStore.open(pool("jdbc:h2:fulldisk:"));
        store.createConversation(conversation("before", "text"));

        FullDisk.FULL.set(true);
        for (int n = 0; n < 3; n++) {
            String id = "during" + n;
            assertThatThrownBy(() -> store.createConversation(conversation(id, "text")))
                    .isInstanceOf(StoreException.class);
        }
        FullDisk.FULL.set(false);

        store.createConversation(conversation("after", "text"));
        assertThat(has(store, "before")).isTrue();
        assertThat(has(store, "after")).isTrue();
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void sqliteGetsOverAFullDiskAndReadsMeanwhile() throws SQLException {
        Pool pool = pool(SQLITE);
        JdbcResponseStore store = JdbcResponseStore.open(pool);
        try (Connection connection = pool.getConnection()) {
            Dialect.execute(connection, "PRAGMA max_page_count = 200");
        }
        List<String> acknowledged = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int n = 0; n < 1000; n++) {
                        store.createConversation(conversation("conv" + n, "0123456789".repeat(1000)));
                        acknowledged.add("conv" + n);
                    }
                })
                .isInstanceOf(StoreException.class);
        assertThat(acknowledged).isNotEmpty().allMatch(id -> has(store, id));

        try (Connection connection = pool.getConnection()) {
            Dialect.execute(connection, "PRAGMA max_page_count = 1000000");
        }
        store.createConversation(conversation("after", "0123456789".repeat(1000)));
        assertThat(acknowledged).allMatch(id -> has(store, id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void aFileThatIsSomethingElseIsRefusedAndLeftAlone(String kind) throws IOException {
        Path file = folder.resolve(kind.equals("h2") ? "store.mv.db" : "store");
        byte[] text = "This is a letter, and no database at all.\n".repeat(500).getBytes(StandardCharsets.US_ASCII);
        Files.write(file, text);

        Pool pool = pool(kind.equals("h2") ? H2 : SQLITE);
        assertThatThrownBy(() -> JdbcResponseStore.open(pool)).isInstanceOf(StoreException.class);

        assertThat(Files.readAllBytes(file)).isEqualTo(text);
    }

    @Test
    void aTornFileIsRefusedAndLeftAlone() throws Exception {
        try (Pool pool = new Pool(SQLITE + folder.resolve("store"))) {
            JdbcResponseStore store = JdbcResponseStore.open(pool);
            for (int n = 0; n < 20; n++) {
                store.createConversation(conversation("conv" + n, "0123456789".repeat(1000)));
            }
        }
        Path file = folder.resolve("store");
        byte[] whole = Files.readAllBytes(file);
        for (int part = 1; part < 8; part++) {
            byte[] torn = Arrays.copyOf(whole, whole.length * part / 8);
            Path other = folder.resolve("torn" + part);
            Files.write(other, torn);
            try (Pool pool = new Pool(SQLITE + other)) {
                assertThatThrownBy(() -> JdbcResponseStore.open(pool))
                        .as(part + "/8")
                        .isInstanceOf(StoreException.class);
            }
            assertThat(Files.readAllBytes(other)).isEqualTo(torn);
        }
    }

    @Test
    void aNewerSchemaIsLeftAlone() throws Exception {
        Path file = folder.resolve("store");
        try (Pool pool = new Pool(SQLITE + file)) {
            JdbcResponseStore.open(pool).close();
            try (Connection connection = pool.getConnection()) {
                Dialect.execute(connection, "INSERT INTO r4j_schema (version) VALUES (99)");
            }
        }
        byte[] before = Files.readAllBytes(file);

        try (Pool pool = new Pool(SQLITE + file)) {
            assertThatThrownBy(() -> JdbcResponseStore.open(pool))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("schema 99");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void howItIsIsToldWithinASecondEvenIfTheDatabaseHangs() {
        AtomicReference<CountDownLatch> hanging = new AtomicReference<>();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.watched(pool(SQLITE), (method, args, connection) -> {
            CountDownLatch latch = hanging.get();
            if (latch != null) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new SQLException(e);
                }
            }
        }));
        assertThat(store.healthy()).isTrue();

        CountDownLatch latch = new CountDownLatch(1);
        hanging.set(latch);
        for (int n = 0; n < 2; n++) {
            long start = System.nanoTime();
            assertThat(store.healthy()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
        }
        hanging.set(null);
        latch.countDown();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        boolean healthy = false;
        while (!healthy && System.nanoTime() - end < 0) {
            healthy = store.healthy();
        }
        assertThat(healthy).isTrue();
    }

    @Test
    void h2CommitsAtOnceWhateverANewConnectionSays() throws SQLException {
        Pool pool = new Pool(H2 + folder.resolve("store") + ";WRITE_DELAY=500");
        pools.add(pool);
        JdbcResponseStore store = JdbcResponseStore.open(pool);
        String delay = "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'";

        // While others are in use the store needs one more, whose URL brings the delay back.
        try (Connection one = pool.getConnection();
                Connection two = pool.getConnection()) {
            assertThat(Dialect.read(two, delay)).isEqualTo("500");
            assertThat(has(store, "conv")).isFalse();
            assertThat(Dialect.read(one, delay)).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void manyMayOpenAnEmptyDatabaseAtOnce(String url) throws SQLException {
        Pool pool = pool(url);
        List<CompletableFuture<JdbcResponseStore>> opening = IntStream.range(0, 8)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> JdbcResponseStore.open(pool)))
                .toList();
        opening.forEach(store -> assertThat(store.join().healthy()).isTrue());
        assertThat(Sources.read(pool, "SELECT COUNT(*) FROM r4j_schema", "SELECT COUNT(*) FROM r4j_store"))
                .containsExactly("1", "1");
    }
}
