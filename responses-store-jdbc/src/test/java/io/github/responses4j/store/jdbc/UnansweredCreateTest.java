package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Creates whose connection breaks while PostgreSQL still works on the commit: each is there once, and its caller has it. */
class UnansweredCreateTest {
    private static final Tenant TENANT = new Tenant("tenant");
    private static final ConversationId CONVERSATION = new ConversationId("conv");
    private static final int PATIENCE_SECONDS = 30;
    /** So many that they are not sent with the commit, which so can be kept back. */
    private static final int ITEMS = 20;

    /** What a create asks for, beside the response. */
    enum Kind {
        KEYED(true, false, false),
        TURN(false, true, false),
        KEYED_TURN(true, true, false),
        QUEUED(false, false, true);

        private final boolean keyed;
        private final boolean turn;
        private final boolean background;

        Kind(boolean keyed, boolean turn, boolean background) {
            this.keyed = keyed;
            this.turn = turn;
            this.background = background;
        }
    }

    private Pool pool;
    private JdbcResponseStore store;
    private boolean breaks;
    /** Broken for its user, and open in the database. */
    private final Set<Connection> broken = Collections.newSetFromMap(new IdentityHashMap<>());

    @BeforeEach
    void open() throws SQLException {
        pool = new Pool(PostgresServer.newSchema());
        store = JdbcResponseStore.open(
                Sources.watched(pool, this::spoil),
                JdbcStoreOptions.DEFAULT
                        .withDurability(Durability.RELAXED)
                        .withPatience(Duration.ofSeconds(PATIENCE_SECONDS)));
    }

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    private synchronized void spoil(Method method, Object[] args, Connection connection) throws SQLException {
        if (breaks && method.getName().equals("commit")) {
            breaks = false;
            broken.add(connection);
        }
        if (broken.contains(connection) && Set.of("commit", "rollback", "close").contains(method.getName())) {
            throw new SQLException("connection reset", "08006");
        }
    }

    private synchronized void breakNextCommit() {
        breaks = true;
    }

    private synchronized Connection broken() {
        assertThat(broken).hasSize(1);
        return broken.iterator().next();
    }

    private NewResponse response(Kind kind, long version) {
        return new NewResponse(
                TENANT,
                new ResponseId("a"),
                null,
                kind.turn ? new ConversationTurn(CONVERSATION, version) : null,
                kind.keyed ? new IdempotencyKey("key", "hash") : null,
                kind.background,
                kind.background ? null : new NodeId("node"),
                Duration.ofSeconds(30),
                null,
                "{}",
                "{}",
                IntStream.range(0, ITEMS)
                        .mapToObj(n -> new StoredItem("in" + n, "{}"))
                        .toList(),
                List.of());
    }

    private void awaitSomebodyWhoWaits() throws SQLException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!PostgresServer.hasSomebodyWaiting()) {
            assertThat(System.nanoTime()).as("somebody should wait for a lock").isLessThan(patience);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itMeetsItself(Kind kind) throws SQLException, ExecutionException, InterruptedException, TimeoutException {
        store.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        long version =
                store.conversationContent(TENANT, CONVERSATION).orElseThrow().version();
        long before = Sources.rows(pool);
        breakNextCommit();

        CompletableFuture<Created> creating =
                CompletableFuture.supplyAsync(() -> store.create(response(kind, version)));
        awaitSomebodyWhoWaits();
        broken().commit();

        Created created = creating.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(created.outcome()).isEqualTo(Created.Outcome.CREATED);
        assertThat(Sources.rows(pool)).isEqualTo(before + 1 + ITEMS);
        if (created.lease() != null) {
            Append.Terminal end = new Append.Terminal(ResponseStatus.COMPLETED, "{}", true, null);
            assertThat(store.append(created.lease(), new Append(-1, List.of(), List.of(), end)))
                    .isEqualTo(Append.Result.OK);
        }
    }

    @Test
    void somebodyElseInItsWayIsToldAsEver()
            throws SQLException, ExecutionException, InterruptedException, TimeoutException {
        NewResponse response = response(Kind.KEYED, 0);
        breakNextCommit();

        CompletableFuture<Created> creating = CompletableFuture.supplyAsync(() -> store.create(response));
        awaitSomebodyWhoWaits();
        broken().rollback();

        assertThat(creating.get(PATIENCE_SECONDS, TimeUnit.SECONDS).outcome()).isEqualTo(Created.Outcome.CREATED);
        assertThat(store.create(response)).isEqualTo(new Created(Created.Outcome.DUPLICATE, null, response.id()));
    }
}
