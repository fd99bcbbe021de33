package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.ResponseStoreContract;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostgresResponseStoreTest extends ResponseStoreContract {

    private final List<Pool> pools = new ArrayList<>();
    private Pool pool;

    /** A store in a schema of its own. */
    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        pool = new Pool(PostgresServer.newSchema());
        pools.add(pool);
        return JdbcResponseStore.open(
                pool,
                JdbcStoreOptions.DEFAULT
                        .withRetention(retention)
                        .withDurability(Durability.RELAXED)
                        .withClock(clock));
    }

    @AfterEach
    void closeConnections() {
        for (Pool opened : pools) {
            opened.close();
        }
    }

    @Test
    void aServerThatForgetsIsRefused() {
        // The embedded server runs with fsync off.
        assertThatIllegalStateException()
                .isThrownBy(() -> JdbcResponseStore.open(pool))
                .withMessageContaining("fsync is off");
    }

    @Test
    void anotherIsolationIsRefused() throws SQLException {
        JdbcStoreOptions relaxed = JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED);
        String serializable = "&options=-c%20default_transaction_isolation=serializable";
        try (Pool strict = new Pool(PostgresServer.url("public") + serializable)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> JdbcResponseStore.open(strict, relaxed))
                    .withMessageContaining("not READ COMMITTED");
        }
    }

    @Test
    void aCallPreparesNoConnectionByAStatement() throws SQLException {
        List<String> calls = new ArrayList<>();
        JdbcStoreOptions relaxed = JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED);
        ResponseStore watched = JdbcResponseStore.open(
                Sources.watched(pool, (method, args, connection) -> calls.add(method.getName())), relaxed);
        calls.clear();
        watched.find(new Tenant("t"), new ResponseId("resp"));

        // What the driver does by itself asks the server nothing.
        calls.removeAll(List.of("getNetworkTimeout", "setNetworkTimeout", "unwrap", "isClosed"));
        assertThat(calls).containsExactly("prepareStatement", "close");
    }

    @Test
    void manyNodesMayOpenAnEmptyDatabaseAtOnce() throws SQLException {
        try (Pool empty = new Pool(PostgresServer.newSchema())) {
            JdbcStoreOptions relaxed = JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED);
            List<Long> opened = IntStream.range(0, 8)
                    .mapToObj(n -> CompletableFuture.supplyAsync(
                            () -> JdbcResponseStore.open(empty, relaxed).healthy()))
                    .toList()
                    .stream()
                    .map(healthy -> healthy.join() ? 1L : 0L)
                    .toList();
            assertThat(opened).hasSize(8).containsOnly(1L);
            assertThat(Sources.read(empty, "SELECT COUNT(*) FROM r4j_schema")).containsExactly("1");
        }
    }

    @Test
    void timeIsTheDatabases() {
        ResponseStore store = JdbcResponseStore.open(pool, JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED));
        Tenant tenant = new Tenant("of_time");
        ConversationId id = new ConversationId("conv");
        Instant before = Instant.now().minusSeconds(1);
        store.createConversation(new NewConversation(tenant, id, "{}", List.of()));

        assertThat(store.conversation(tenant, id).orElseThrow().createdAt())
                .isBetween(before, Instant.now().plusSeconds(1));
    }
}
