package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.engine.Threads;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break when they are given back, and callers that are interrupted. */
class ConnectionsTest {
    private static final Tenant TENANT = new Tenant("tenant");
    private static final JdbcStoreOptions OPTIONS = JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED);

    @TempDir
    Path folder;

    private Pool pool;

    private Pool pool(String database) throws SQLException {
        String url = "jdbc:" + database + ":" + folder.resolve("store");
        if (database.equals("postgresql")) {
            url = PostgresServer.newSchema();
        }
        pool = new Pool(url);
        return pool;
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private static NewConversation conversation(String id) {
        return new NewConversation(TENANT, new ConversationId(id), "{}", List.of());
    }

    private static NewResponse response(String id) {
        return Drafts.response(TENANT, new ResponseId(id), null);
    }

    /** The call of a method that breaks, counted from the one that is told. */
    @ParameterizedTest
    @CsvSource({"h2, close, 1", "sqlite, close, 1", "postgresql, close, 1", "postgresql, setNetworkTimeout, 2"})
    void whatIsCommittedIsNotWrittenAgainWhenItsConnectionBreaks(String database, String breaking, int call)
            throws SQLException {
        AtomicInteger calls = new AtomicInteger();
        JdbcResponseStore store = JdbcResponseStore.open(
                Sources.watched(pool(database), (method, args, connection) -> {
                    if (method.getName().equals(breaking) && calls.getAndDecrement() == 1) {
                        throw new SQLException("connection reset", "08006", 90098);
                    }
                }),
                OPTIONS);
        Lease lease = Objects.requireNonNull(store.create(response("a")).lease());

        calls.set(call);
        assertThat(store.toolStarted(lease, "call", "hash")).isEqualTo(ToolStart.STARTED);
        assertThat(calls.get()).isNotPositive();
        calls.set(call);
        Append.Terminal end = new Append.Terminal(ResponseStatus.COMPLETED, "{}", false);
        assertThat(store.append(lease, new Append(-1, List.of(new StoredEvent(0, "{}")), List.of(), end)))
                .isEqualTo(Append.Result.OK);
        assertThat(calls.get()).isNotPositive();

        assertThat(store.find(TENANT, lease.id()).orElseThrow().lastSeq()).isZero();
        assertThat(store.healthy()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite", "postgresql"})
    void noConnectionSeesThatItsCallerWasInterrupted(String database) throws SQLException {
        AtomicInteger seen = new AtomicInteger();
        JdbcResponseStore store = JdbcResponseStore.open(
                Sources.watched(pool(database), (method, args, connection) -> {
                    if (Thread.currentThread().isInterrupted()) {
                        seen.incrementAndGet();
                    }
                }),
                OPTIONS);

        Thread.currentThread().interrupt();
        store.createConversation(conversation("conv"));
        boolean found = store.conversation(TENANT, new ConversationId("conv")).isPresent();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(found).isTrue();
        assertThat(seen).hasValue(0);
    }

    /** On a virtual thread where there are any: an interrupt closes the socket that such a thread uses. */
    @Test
    void aThreadThatIsInterruptedLosesNoConnection() throws Exception {
        JdbcResponseStore store = JdbcResponseStore.open(pool("postgresql"), OPTIONS);
        String backend = "SELECT pg_backend_pid()";
        List<String> before = Sources.read(pool, backend);
        CompletableFuture<Boolean> calling = new CompletableFuture<>();

        Threads.factory("calling")
                .newThread(() -> {
                    try {
                        Thread.currentThread().interrupt();
                        IntStream.range(0, 20).forEach(n -> store.createConversation(conversation("conv" + n)));
                        calling.complete(Thread.currentThread().isInterrupted());
                    } catch (RuntimeException e) {
                        calling.completeExceptionally(e);
                    }
                })
                .start();

        assertThat(calling.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Sources.read(pool, backend)).isEqualTo(before);
        assertThat(store.conversation(TENANT, new ConversationId("conv19"))).isPresent();
    }
}
