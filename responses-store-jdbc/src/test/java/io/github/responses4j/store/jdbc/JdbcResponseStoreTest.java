package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.SettableClock;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store in a database has beyond the contract: it lasts, it checks its settings, it fails well. */
class JdbcResponseStoreTest {
    private static final String H2 = "jdbc:h2:file:";
    private static final String SQLITE = "jdbc:sqlite:";
    private static final Tenant TENANT = new Tenant("tenant");
    private static final NodeId NODE = new NodeId("node");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final ConversationId CONVERSATION = new ConversationId("conv");

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
        for (Pool pool : pools) {
            pool.close();
        }
    }

    private static NewResponse response(String id, String previous, boolean background) {
        return new NewResponse(
                TENANT,
                new ResponseId(id),
                previous == null ? null : new ResponseId(previous),
                null,
                new IdempotencyKey("key of " + id.hashCode(), "hash"),
                background,
                NODE,
                LEASE,
                null,
                "{\"of\":\"" + id + "\"}",
                "{}",
                List.of(new StoredItem("in_" + id, "{}")),
                List.of(new StoredEvent(0, "{\"first\":true}")));
    }

    private static NewResponse withoutKey(String id, @Nullable ConversationTurn turn) {
        return new NewResponse(
                TENANT,
                new ResponseId(id),
                null,
                turn,
                null,
                false,
                NODE,
                LEASE,
                null,
                "{}",
                "{}",
                List.of(new StoredItem("in_" + id, "{}")),
                List.of(new StoredEvent(0, "{}")));
    }

    private static Append ending(boolean joins) {
        return new Append(
                0,
                List.of(new StoredEvent(1, "{}")),
                List.of(new StoredItem("out", "{}")),
                new Append.Terminal(ResponseStatus.COMPLETED, "{\"final\":1}", joins));
    }

    private static StoredResponse found(ResponseStore store, String id) {
        return store.find(TENANT, new ResponseId(id)).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void whatIsCommittedIsThereAfterARestart(String url) throws SQLException {
        Pool first = pool(url);
        JdbcResponseStore before = JdbcResponseStore.open(first);
        before.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        Lease lease =
                Objects.requireNonNull(before.create(response("a", null, false)).lease());
        assertThat(before.append(lease, ending(false))).isEqualTo(Append.Result.OK);
        before.create(response("b", "a", true));
        Chain chain = before.chain(TENANT, new ResponseId("b")).orElseThrow();
        before.close();
        first.close();

        JdbcResponseStore after = JdbcResponseStore.open(pool(url));

        assertThat(after.chain(TENANT, new ResponseId("b"))).contains(chain);
        assertThat(after.conversation(TENANT, CONVERSATION)).isPresent();
        assertThat(after.create(response("a", null, false)).outcome()).isEqualTo(Created.Outcome.DUPLICATE);
        assertThat(after.claim(NODE, 10, LEASE)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void twoNodesOnOneDatabaseFenceEachOther(String url) {
        Pool pool = pool(url);
        JdbcResponseStore one = JdbcResponseStore.open(pool);
        JdbcResponseStore other = JdbcResponseStore.open(pool);
        one.create(response("a", null, true));
        Lease stale = one.claim(NODE, 1, LEASE).get(0).lease();
        assertThat(other.claim(new NodeId("other"), 1, LEASE)).isEmpty();
        assertThat(one.renew(List.of(stale), Duration.ZERO)).containsExactly(stale);

        Lease current = other.claim(new NodeId("other"), 1, LEASE).get(0).lease();

        assertThat(current.epoch()).isEqualTo(2);
        assertThat(one.append(stale, ending(false))).isEqualTo(Append.Result.FENCED);
        assertThat(other.append(current, ending(false))).isEqualTo(Append.Result.OK);
        assertThat(found(one, "a").status()).isEqualTo(ResponseStatus.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void timeIsTheDatabases(String url) {
        JdbcResponseStore store =
                JdbcResponseStore.open(pool(url), JdbcStoreOptions.DEFAULT.withTimeToLive(Duration.ofNanos(1000)));
        Instant before = Instant.now().minusMillis(1);

        store.create(response("a", null, true));

        assertThat(found(store, "a").createdAt())
                .isBetween(before, Instant.now().plusMillis(1));
        Lease lease = store.claim(NODE, 1, LEASE).get(0).lease();
        store.append(lease, ending(false));
        Instant end = Instant.now().plusSeconds(10);
        while (store.find(TENANT, lease.id()).isPresent() && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThat(store.find(TENANT, lease.id())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void aChainOfAnyDepthIsOneStatement(String url) {
        List<String> statements = new ArrayList<>();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.counted(pool(url), statements));
        for (int n = 0; n < 60; n++) {
            store.create(response("a" + n, n == 0 ? null : "a" + (n - 1), false));
        }
        statements.clear();

        assertThat(store.chain(TENANT, new ResponseId("a59")).orElseThrow().ids())
                .hasSize(60);

        assertThat(statements).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void aPageOfALogIsNoLongerThanItsReadersMayHold(String url) {
        JdbcResponseStore store = JdbcResponseStore.open(pool(url));
        Lease lease = store.create(response("a", null, false)).lease();
        List<StoredEvent> events = IntStream.rangeClosed(1, 20)
                .mapToObj(seq -> new StoredEvent(seq, "\"" + "x".repeat(seq == 11 ? 300_000 : 100_000) + "\""))
                .toList();
        store.append(lease, new Append(0, events, List.of(), null));

        List<StoredEvent> read = new ArrayList<>();
        List<Integer> pages = new ArrayList<>();
        for (int last = 0; last < 20 && pages.size() < 20; last = read.size()) {
            List<StoredEvent> page =
                    store.tail(TENANT, lease.id(), last, 256).orElseThrow().events();
            pages.add(page.size());
            read.addAll(page);
        }

        assertThat(read).isEqualTo(events);
        assertThat(pages).containsExactly(3, 3, 3, 2, 3, 3, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void nothingIsLeftOfWhatIsGone(String url) throws SQLException {
        SettableClock clock = new SettableClock();
        Pool pool = pool(url);
        JdbcResponseStore store = JdbcResponseStore.open(pool, JdbcStoreOptions.DEFAULT.withClock(clock));
        store.createConversation(
                new NewConversation(TENANT, CONVERSATION, "{}", List.of(new StoredItem("item", "{}"))));
        NewResponse a = response("a", null, false);
        NewResponse turn = new NewResponse(
                TENANT,
                new ResponseId("turn"),
                null,
                new ConversationTurn(CONVERSATION, 0),
                null,
                false,
                NODE,
                LEASE,
                null,
                "{}",
                "{}",
                a.input(),
                a.events());
        Lease first = Objects.requireNonNull(store.create(turn).lease());
        store.toolStarted(first, "call", "hash");
        assertThat(store.append(first, ending(true))).isEqualTo(Append.Result.OK);
        assertThat(store.delete(TENANT, turn.id())).isTrue();
        assertThat(store.deleteConversation(TENANT, CONVERSATION)).isTrue();
        assertThat(Sources.rows(pool)).isZero();

        Lease second = Objects.requireNonNull(store.create(a).lease());
        store.append(second, ending(false));
        Lease third =
                Objects.requireNonNull(store.create(response("b", "a", false)).lease());
        clock.advance(Duration.ofDays(31));
        assertThat(store.sweep(9)).isZero();
        assertThat(store.chain(TENANT, third.id()).orElseThrow().ids()).hasSize(2);
        store.append(third, ending(false));
        clock.advance(Duration.ofDays(30).plusSeconds(60));
        assertThat(List.of(store.sweep(1), store.sweep(9), store.sweep(9))).containsExactly(1, 1, 0);
        assertThat(Sources.rows(pool)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void aNewerSchemaIsRefused(String url) throws SQLException {
        Pool pool = pool(url);
        JdbcResponseStore.open(pool).close();
        JdbcResponseStore.open(pool).close();
        try (Connection connection = pool.getConnection()) {
            Dialect.execute(connection, "INSERT INTO r4j_schema (version) VALUES (2)");
        }

        assertThatIllegalStateException()
                .isThrownBy(() -> JdbcResponseStore.open(pool))
                .withMessageContaining("schema 2");
        assertThat(Sources.read(pool, "SELECT COUNT(*) FROM r4j_schema", "SELECT COUNT(*) FROM r4j_response"))
                .containsExactly("2", "0");
    }

    @Test
    void h2CommitsAtOnce() throws SQLException {
        Pool pool = new Pool(H2 + folder.resolve("store") + ";WRITE_DELAY=500");
        pools.add(pool);

        JdbcResponseStore.open(pool);

        assertThat(Sources.read(
                        pool,
                        "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'"))
                .containsExactly("0");
    }

    @Test
    void sqliteCommitsToTheDiskOnEveryConnection() throws SQLException {
        Pool pool = new Pool(SQLITE + folder.resolve("store") + "?synchronous=OFF");
        pools.add(pool);
        List<String> settings = new ArrayList<>();
        DataSource source = Sources.watched(pool, (method, args, connection) -> {
            if (method.getName().equals("prepareStatement")) {
                settings.add(Dialect.read(connection, "PRAGMA synchronous"));
                settings.add(Dialect.read(connection, "PRAGMA journal_mode"));
            }
        });

        JdbcResponseStore.open(source).conversation(TENANT, CONVERSATION);

        assertThat(settings).hasSizeGreaterThan(2).containsOnly("2", "wal");
    }

    @Test
    void aFileWhoseTextIsNotUtf8IsRefused() throws SQLException {
        Pool pool = pool(SQLITE);
        try (Connection connection = pool.getConnection()) {
            Dialect.execute(connection, "PRAGMA encoding = 'UTF-16le'");
            Dialect.execute(connection, "CREATE TABLE orders (id INTEGER)");
        }

        assertThatIllegalStateException()
                .isThrownBy(() -> JdbcResponseStore.open(pool))
                .withMessageContaining("UTF-16le");
        assertThat(Sources.read(pool, "SELECT COUNT(*) FROM sqlite_master")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {H2, SQLITE})
    void noStatementIsLeftOpenOnAConnectionThatLooksNew(String url) throws SQLException {
        List<Statement> prepared = new ArrayList<>();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.wrapped(pool(url), prepared));

        store.create(response("a", null, false));
        store.find(TENANT, new ResponseId("a"));

        assertThat(prepared).hasSizeGreaterThan(2);
        for (Statement statement : prepared) {
            assertThat(statement.isClosed()).isTrue();
        }
    }

    @Test
    void nothingHoldsAConnectionThatWasClosed() {
        List<WeakReference<Connection>> given = new ArrayList<>();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.unpooled(SQLITE + folder.resolve("store"), given));
        for (int n = 0; n < 20; n++) {
            store.find(TENANT, new ResponseId("a"));
        }
        assertThat(given).hasSize(21);

        for (int n = 0; n < 50 && held(given) > 1; n++) {
            System.gc();
        }

        assertThat(held(given)).isLessThanOrEqualTo(1);
    }

    private static long held(List<WeakReference<Connection>> given) {
        return given.stream().filter(connection -> connection.get() != null).count();
    }

    @Test
    void aDatabaseThatForgetsIsRefused() {
        Pool memory = new Pool("jdbc:sqlite::memory:");
        pools.add(memory);

        assertThatIllegalStateException()
                .isThrownBy(() -> JdbcResponseStore.open(memory))
                .withMessageContaining("journal_mode is memory");
        JdbcResponseStore.open(memory, JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED))
                .close();
    }

    @Test
    void aCommitThatGivesNoAnswerIsUnknown() {
        Pool pool = pool(H2);
        AtomicInteger cut = new AtomicInteger();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.watched(pool, (method, args, connection) -> {
            if (method.getName().equals("commit") && cut.getAndDecrement() > 0) {
                connection.commit();
                throw new SQLException("connection reset", "08006");
            }
        }));
        Lease lease =
                Objects.requireNonNull(store.create(response("a", null, false)).lease());

        cut.set(1);
        assertThat(store.append(lease, ending(false))).isEqualTo(Append.Result.UNKNOWN);

        assertThat(found(store, "a").status()).isEqualTo(ResponseStatus.COMPLETED);
        store.create(response("b", null, false));
        cut.set(1);
        assertThatThrownBy(() -> store.cancel(TENANT, new ResponseId("b"))).isInstanceOf(StoreException.class);
        assertThat(found(store, "b").status()).isEqualTo(ResponseStatus.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCreateWhoseCommitGivesNoAnswerIsMadeOnce(boolean committed) throws SQLException {
        Pool pool = pool(H2);
        AtomicInteger cut = new AtomicInteger();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.watched(pool, (method, args, connection) -> {
            if (method.getName().equals("commit") && cut.getAndDecrement() > 0) {
                if (committed) {
                    connection.commit();
                }
                throw new SQLException("connection reset", "08006", 90121);
            }
        }));
        store.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        long version =
                store.conversationContent(TENANT, CONVERSATION).orElseThrow().version();
        for (NewResponse response : List.of(
                withoutKey("plain", null),
                withoutKey("turn", new ConversationTurn(CONVERSATION, version)),
                response("keyed", null, false),
                response("queued", null, true))) {
            long before = Sources.rows(pool);
            cut.set(1);

            Created created = store.create(response);

            assertThat(created.outcome()).isEqualTo(Created.Outcome.CREATED);
            assertThat(Sources.rows(pool)).isEqualTo(before + 3);
            if (!response.background()) {
                assertThat(store.append(Objects.requireNonNull(created.lease()), ending(false)))
                        .isEqualTo(Append.Result.OK);
            }
        }
        cut.set(100);
        assertThatThrownBy(() -> store.create(response("b", null, false)))
                .isInstanceOf(StoreException.class)
                .hasMessage("the commit's fate is not known");
    }

    @Test
    void aConflictIsTriedAgain() {
        AtomicInteger conflicts = new AtomicInteger();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.watched(pool(H2), (method, args, connection) -> {
            if (method.getName().equals("commit") && conflicts.getAndDecrement() > 0) {
                throw new SQLException("deadlock", "40001", 40001);
            }
        }));
        conflicts.set(5);
        assertThat(store.create(response("a", null, false)).outcome()).isEqualTo(Created.Outcome.CREATED);

        conflicts.set(6);
        assertThatThrownBy(() -> store.create(response("b", null, false)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.retryable()).isTrue());
        assertThat(store.find(TENANT, new ResponseId("b"))).isEmpty();
    }

    @Test
    void aDatabaseThatIsDownFailsEveryCallUntilItIsBack() {
        AtomicInteger down = new AtomicInteger();
        JdbcResponseStore store = JdbcResponseStore.open(Sources.watched(pool(H2), (method, args, connection) -> {
            if (down.get() > 0 && !method.getName().equals("close")) {
                throw new SQLException("down", "08001");
            }
        }));
        assertThat(store.healthy()).isTrue();
        down.set(1);

        assertThat(store.healthy()).isFalse();
        assertThatThrownBy(() -> store.create(response("a", null, false))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.find(TENANT, new ResponseId("a"))).isInstanceOf(StoreException.class);
        down.set(0);
        assertThat(store.healthy()).isTrue();
        assertThat(store.find(TENANT, new ResponseId("a"))).isEmpty();
        assertThat(store.create(response("a", null, false)).outcome()).isEqualTo(Created.Outcome.CREATED);
    }

    @Test
    void aNameThatFitsNoColumnIsUnknownAndNotTaken() {
        JdbcResponseStore store = JdbcResponseStore.open(pool(H2));
        ResponseId longest = new ResponseId("a".repeat(255));
        ResponseId tooLong = new ResponseId("a".repeat(256));

        store.create(named(longest));

        assertThat(store.find(TENANT, longest)).isPresent();
        assertThat(store.find(TENANT, tooLong)).isEmpty();
        assertThat(store.delete(TENANT, tooLong)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> store.create(named(tooLong)));
    }

    /** A response without items, whose ids would be longer than its own. */
    private static NewResponse named(ResponseId id) {
        NewResponse r = response("a", null, false);
        return new NewResponse(
                TENANT,
                id,
                null,
                null,
                null,
                false,
                NODE,
                LEASE,
                null,
                r.document(),
                r.request(),
                List.of(),
                r.events());
    }

    @Test
    void textThatIsNotEscapedIsRefused() {
        JdbcResponseStore store = JdbcResponseStore.open(pool(H2));

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> store.createConversation(new NewConversation(TENANT, CONVERSATION, "\u00e9", List.of())));
        assertThat(store.conversation(TENANT, CONVERSATION)).isEmpty();
    }

    @Test
    void itsOptionsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> JdbcStoreOptions.DEFAULT.withTimeToLive(Duration.ZERO));
    }
}
