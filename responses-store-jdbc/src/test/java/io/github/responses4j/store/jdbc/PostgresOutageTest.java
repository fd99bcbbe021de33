package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.Tenant;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that stands still, goes away, or tells of other nodes. */
class PostgresOutageTest {
    private static final Tenant TENANT = new Tenant("tenant");
    private static final JdbcStoreOptions OPTIONS = JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED);

    /** Of a store that gives up soon what it cannot do; a busy machine may keep it from all else as well. */
    private static final JdbcStoreOptions IMPATIENT = OPTIONS.withPatience(Duration.ofMillis(400));

    private static Duration failing(Runnable call) {
        long start = System.nanoTime();
        assertThatThrownBy(call::run).isInstanceOf(StoreException.class);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void aServerThatStandsStillFailsCallsInTime() throws Exception {
        try (StallingProxy proxy = new StallingProxy(PostgresServer.port());
                Pool pool = new Pool(PostgresServer.newSchema().replace(":" + PostgresServer.port(), ":" + proxy.port())
                        + "&loginTimeout=1")) {
            JdbcResponseStore store = JdbcResponseStore.open(pool, OPTIONS);
            JdbcResponseStore impatient = JdbcResponseStore.open(pool, IMPATIENT);
            store.create(WithinRules.response("before", "before"));

            proxy.stall(true);
            assertThat(failing(() -> impatient.conversation(TENANT, new ConversationId("conv"))))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(impatient.healthy()).isFalse();
            proxy.stall(false);

            assertThat(store.find(TENANT, new ResponseId("before"))).isPresent();
            store.create(WithinRules.response("after", "after"));
            assertThat(store.healthy()).isTrue();
        }
    }

    @Test
    void aRowThatSomebodyHoldsFailsCallsInTime() throws Exception {
        try (Pool pool = new Pool(PostgresServer.newSchema())) {
            JdbcResponseStore store = JdbcResponseStore.open(pool, OPTIONS);
            JdbcResponseStore impatient = JdbcResponseStore.open(pool, IMPATIENT);
            store.create(WithinRules.response("a", "a"));
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                Dialect.execute(connection, "UPDATE r4j_response SET attempts = attempts");

                assertThat(failing(() -> impatient.cancel(TENANT, new ResponseId("a"))))
                        .isLessThan(Duration.ofSeconds(5));
                connection.rollback();
                connection.setAutoCommit(true);
            }
            store.cancel(TENANT, new ResponseId("a"));
        }
    }

    private static ResponseKey key(String id) {
        return new ResponseKey(TENANT, new ResponseId(id));
    }

    @Test
    void otherNodesHearOfChangesAlsoAfterTheirConnectionWasEnded() throws Exception {
        String url = PostgresServer.newSchema();
        try (Pool first = new Pool(url);
                Pool second = new Pool(url);
                JdbcResponseStore writing = JdbcResponseStore.open(first, OPTIONS);
                JdbcResponseStore reading = JdbcResponseStore.open(second, OPTIONS)) {
            BlockingQueue<ResponseKey> own = new LinkedBlockingQueue<>();
            BlockingQueue<ResponseKey> heard = new LinkedBlockingQueue<>();
            ResponseStore.Listening listening = reading.onHint(heard::add);
            writing.onHint(own::add);

            hears(writing, heard, "a");
            try (Connection connection = PostgresServer.connect()) {
                assertThat(
                                Dialect.read(
                                        connection,
                                        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"))
                        .isNotEqualTo("0");
            }
            hears(writing, heard, "b");

            // What a node did itself it knows.
            assertThat(own).isEmpty();
            listening.close();
            heard.clear();
            cancelled(writing, "d");
            writing.create(WithinRules.response("c", "c"));
            reading.cancel(TENANT, new ResponseId("c"));
            assertThat(own.poll(10, TimeUnit.SECONDS)).isEqualTo(key("c"));
            assertThat(heard).isEmpty();
        }
    }

    /** Changes something until the other node hears of it: it may not have begun to listen. */
    private static void hears(JdbcResponseStore writing, BlockingQueue<ResponseKey> heard, String prefix)
            throws InterruptedException {
        ResponseKey first = null;
        for (int n = 0; first == null && n < 100; n++) {
            cancelled(writing, prefix + n);
            first = heard.poll(100, TimeUnit.MILLISECONDS);
        }
        assertThat(first).isNotNull();
        assertThat(first.id().value()).startsWith(prefix);
        cancelled(writing, prefix);
        ResponseKey next = first;
        while (!key(prefix).equals(next)) {
            next = heard.poll(10, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
        }
    }

    private static void cancelled(JdbcResponseStore store, String id) {
        store.create(WithinRules.response(id, id));
        store.cancel(TENANT, new ResponseId(id));
    }
}
