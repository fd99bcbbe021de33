package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import io.github.responses4j.testkit.SettableClock;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes while somebody else's commit is on its way. */
class PostgresLeavingsTest {
    private static final Tenant TENANT = new Tenant("tenant");
    private static final ConversationId CONVERSATION = new ConversationId("conv");
    private static final ResponseId RESPONSE = new ResponseId("a");
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int SECONDS = 30;

    private final SettableClock clock = new SettableClock();
    private final AtomicInteger commits = new AtomicInteger();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch let = new CountDownLatch(1);
    // The threads that all share may be one.
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Pool pool;

    @BeforeEach
    void open() throws SQLException {
        pool = new Pool(PostgresServer.newSchema());
    }

    @AfterEach
    void close() {
        let.countDown();
        threads.shutdown();
        pool.close();
    }

    private JdbcResponseStore store(Retention retention) {
        return JdbcResponseStore.open(
                Sources.watched(pool, this::keepBack),
                JdbcStoreOptions.DEFAULT
                        .withDurability(Durability.RELAXED)
                        .withPatience(Duration.ofSeconds(SECONDS))
                        .withRetention(retention)
                        .withClock(clock));
    }

    private void keepBack(Method method, Object[] args, Connection connection) throws SQLException {
        if (method.getName().equals("commit") && commits.getAndDecrement() == 1) {
            reached.countDown();
            try {
                let.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
        }
    }

    /** Does something of which a commit is kept back until another call waits for it, or has not waited and is done. */
    private <T> T whileOther(int commit, Supplier<?> first, Supplier<T> second) throws Exception {
        commits.set(commit);
        CompletableFuture<?> committing = CompletableFuture.supplyAsync(first, threads);
        assertThat(reached.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<T> other = CompletableFuture.supplyAsync(second, threads);
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!other.isDone() && !PostgresServer.hasSomebodyWaiting()) {
            assertThat(System.nanoTime()).as("nobody waits, nobody is done").isLessThan(patience);
            Thread.onSpinWait();
        }
        let.countDown();
        committing.get(SECONDS, TimeUnit.SECONDS);
        return other.get(SECONDS, TimeUnit.SECONDS);
    }

    private static Lease begun(JdbcResponseStore store) {
        store.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        NewResponse turn =
                Drafts.response(TENANT, RESPONSE, new ConversationTurn(CONVERSATION, 0), new StoredItem("in", "{}"));
        return Objects.requireNonNull(store.create(turn).lease());
    }

    private static Append.Result end(JdbcResponseStore store, Lease lease) {
        Append.Terminal terminal = new Append.Terminal(ResponseStatus.COMPLETED, "{}", true, "{\"n\":1}");
        return store.append(lease, new Append(-1, List.of(), List.of(new StoredItem("out", "{}")), terminal));
    }

    @Test
    void theUsageOfAnEndThatIsOnItsWayIsKept() throws Exception {
        JdbcResponseStore store = store(Retention.DEFAULT.withKeepsUsage(true));
        Lease lease = begun(store);

        // Its first commit is that of a message which leaves conversations alone.
        assertThat(whileOther(2, () -> end(store, lease), () -> store.delete(TENANT, RESPONSE)))
                .isTrue();

        assertThat(store.find(TENANT, RESPONSE)).isEmpty();
        assertThat(store.usage(TENANT, Instant.EPOCH, Instant.MAX, 10))
                .extracting(UsageRecord::usage)
                .containsExactly("{\"n\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "delete, true",
        "delete, false",
        "sweep deleted, true",
        "sweep deleted, false",
        "sweep expired, true",
        "sweep expired, false"
    })
    void aResponseAndItsConversationThatGoAtOnceLeaveNothing(String way, boolean conversationFirst) throws Exception {
        boolean swept = !way.equals("delete");
        JdbcResponseStore store = store(Retention.DEFAULT.withRestoreWindow(swept ? WINDOW : Duration.ZERO));
        assertThat(end(store, begun(store))).isEqualTo(Append.Result.OK);
        if (way.equals("sweep deleted")) {
            store.delete(TENANT, RESPONSE);
            clock.advance(WINDOW);
        } else if (swept) {
            clock.advance(Duration.ofDays(31));
        }
        Supplier<Object> removal = () -> swept ? store.sweep(1) : store.delete(TENANT, RESPONSE);
        Supplier<Object> deletion = () -> store.deleteConversation(TENANT, CONVERSATION);

        whileOther(1, conversationFirst ? deletion : removal, conversationFirst ? removal : deletion);

        assertThat(Sources.rows(pool)).isZero();
    }
}
