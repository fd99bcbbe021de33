package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How few messages a turn is on PostgreSQL: each has its price for whoever waits for the answer. */
class PostgresMessagesTest {
    private static final Tenant TENANT = new Tenant("tenant");
    private static final ConversationId CONVERSATION = new ConversationId("conv");
    private static final JdbcStoreOptions OPTIONS = JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED);

    private final List<String> messages = new ArrayList<>();
    private String url;
    private Pool pool;
    private JdbcResponseStore store;

    @BeforeEach
    void open() throws SQLException {
        url = PostgresServer.newSchema();
        pool = new Pool(url);
        store = JdbcResponseStore.open(Sources.counted(pool, messages), OPTIONS);
        messages.clear();
    }

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    private static NewResponse response(
            String id, @Nullable ConversationTurn turn, @Nullable IdempotencyKey key, boolean background) {
        return new NewResponse(
                TENANT,
                new ResponseId(id),
                null,
                turn,
                key,
                background,
                background ? null : new NodeId("node"),
                Duration.ofSeconds(30),
                null,
                "{}",
                "{}",
                List.of(new StoredItem("in_" + id, "{\"n\":0}")),
                List.of());
    }

    private Lease begun(String id, @Nullable ConversationTurn turn) {
        return store.create(response(id, turn, null, false)).lease();
    }

    private static Append append(long last, int events, @Nullable ResponseStatus end, String... items) {
        return new Append(
                last,
                LongStream.range(last + 1, last + 1 + events)
                        .mapToObj(seq -> new StoredEvent(seq, "{\"seq\":" + seq + "}"))
                        .toList(),
                List.of(items).stream()
                        .map(id -> new StoredItem(id, "{\"id\":\"" + id + "\"}"))
                        .toList(),
                end == null ? null : new Append.Terminal(end, "{\"end\":1}", true, null));
    }

    private StoredResponse found(String id) {
        return store.find(TENANT, new ResponseId(id)).orElseThrow();
    }

    /** What an impatient store does and gives up while a statement of somebody else's is in its way; the database carries it out then. */
    private void hinderedBy(String statement, Consumer<JdbcResponseStore> work) throws SQLException {
        try (Pool impatient = new Pool(url);
                JdbcResponseStore hasty =
                        JdbcResponseStore.open(impatient, OPTIONS.withPatience(Duration.ofSeconds(1)))) {
            try (Connection operator = pool.getConnection()) {
                operator.setAutoCommit(false);
                Dialect.execute(operator, statement);
                work.accept(hasty);
                operator.commit();
                operator.setAutoCommit(true);
            }
            awaitOthers();
        }
    }

    /** Waits until the database has carried out what it was sent. */
    private static void awaitOthers() throws SQLException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String others = "SELECT COUNT(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
                + " AND query LIKE '%r4j_%'";
        try (Connection operator = PostgresServer.connect()) {
            while (!Dialect.read(operator, others).equals("0")) {
                assertThat(System.nanoTime()).as("it should be carried out").isLessThan(patience);
            }
        }
    }

    @Test
    void aPlainTurnIsTwo() {
        Lease lease = begun("a", null);
        assertThat(store.append(lease, append(-1, 0, ResponseStatus.COMPLETED, "out")))
                .isEqualTo(Append.Result.OK);

        assertThat(messages).hasSize(2).allMatch(message -> message.endsWith("; COMMIT"));
        assertThat(found("a").input()).extracting(StoredItem::id).containsExactly("in_a");
        assertThat(found("a").output()).extracting(StoredItem::id).containsExactly("out");
        assertThat(found("a").status()).isEqualTo(ResponseStatus.COMPLETED);
    }

    /** It may be carried out when its caller was told that it has failed. */
    @Test
    void whatWouldDoHarmLaterIsNotSentWithItsCommit() {
        store.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        long version =
                store.conversationContent(TENANT, CONVERSATION).orElseThrow().version();
        for (NewResponse response : List.of(
                response("turn", new ConversationTurn(CONVERSATION, version), null, false),
                response("keyed", null, new IdempotencyKey("key", "hash"), false),
                response("queued", null, null, true))) {
            messages.clear();
            store.create(response);
            assertThat(messages.stream().filter(message -> message.contains("INSERT INTO r4j_response")))
                    .hasSize(1)
                    .noneMatch(message -> message.contains("COMMIT"));
        }
    }

    @Test
    void aCreateThatIsCarriedOutAfterItWasGivenUpIsThereOnce() throws SQLException {
        hinderedBy(
                "LOCK TABLE r4j_response IN SHARE MODE",
                hasty -> assertThatThrownBy(() -> hasty.create(response("a", null, null, false)))
                        .isInstanceOf(StoreException.class)
                        .hasMessage("the commit's fate is not known"));

        assertThatThrownBy(() -> store.create(response("a", null, null, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("response a exists already");
        assertThat(found("a").input()).extracting(StoredItem::id).containsExactly("in_a");
    }

    @Test
    void anyAppendIsOne() {
        Lease lease = begun("a", null);
        messages.clear();

        for (Append append : List.of(
                append(-1, 70, null, "first", "second"),
                append(69, 1, null),
                new Append(70, 2, List.of(), List.of(new StoredItem("third", "{}")), null),
                append(70, 0, ResponseStatus.FAILED))) {
            assertThat(store.append(lease, append)).isEqualTo(Append.Result.OK);
        }

        assertThat(messages).hasSize(4).allMatch(message -> message.endsWith("; COMMIT"));
        StoredResponse ended = found("a");
        assertThat(ended.output()).extracting(StoredItem::id).containsExactly("first", "second", "third");
        assertThat(ended.lastSeq()).isEqualTo(70);
        assertThat(store.tail(TENANT, new ResponseId("a"), -1, 100)
                        .orElseThrow()
                        .events())
                .extracting(StoredEvent::seq)
                .containsExactlyElementsOf(LongStream.range(0, 71).boxed().toList());
    }

    @Test
    void whatTheRowDoesNotAllowWritesNothing() throws SQLException {
        Lease lease = begun("a", null);
        Lease old = new Lease(lease.tenant(), lease.id(), lease.owner(), lease.epoch() + 1);
        long before = Sources.rows(pool);

        assertThat(store.append(old, append(-1, 2, null, "out"))).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, append(5, 2, null, "out"))).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(old, append(-1, 0, ResponseStatus.FAILED))).isEqualTo(Append.Result.FENCED);

        assertThat(Sources.rows(pool)).isEqualTo(before);
        assertThat(found("a").lastSeq()).isEqualTo(-1);
    }

    @Test
    void whatWasGivenUpAndIsCarriedOutAfterAllIsNotWrittenTwice() throws SQLException {
        Lease lease = begun("a", null);
        Append items = new Append(-1, 0, List.of(), List.of(new StoredItem("out", "{}")), null);
        hinderedBy("UPDATE r4j_response SET attempts = attempts", hasty -> {
            for (int n = 0; n < 3; n++) {
                assertThat(hasty.append(lease, items)).isEqualTo(Append.Result.UNKNOWN);
            }
        });

        assertThat(found("a").output()).extracting(StoredItem::id).containsExactly("out");
    }

    @Test
    void theEndOfATurnOfAConversationGivesItBack() {
        store.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        long version =
                store.conversationContent(TENANT, CONVERSATION).orElseThrow().version();
        Lease lease = begun("a", new ConversationTurn(CONVERSATION, version));

        assertThat(store.append(lease, append(-1, 0, ResponseStatus.COMPLETED, "out")))
                .isEqualTo(Append.Result.OK);

        assertThat(store.conversationContent(TENANT, CONVERSATION).orElseThrow().items())
                .extracting(StoredItem::id)
                .containsExactly("in_a", "out");
        assertThat(begun("b", new ConversationTurn(CONVERSATION, version + 1))).isNotNull();
    }

    @Test
    void otherNodesAreToldOfWhatCanBeFollowedAndOfNothingElse() throws InterruptedException {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Set<String> all = new HashSet<>();
        try (Pool second = new Pool(url);
                JdbcResponseStore other = JdbcResponseStore.open(second, OPTIONS)) {
            store.onHint(key -> {});
            other.onHint(key -> heard.add(key.id().value()));
            Lease followed = begun("followed", null);
            long last = -1;
            // It may not have begun to listen.
            while (all.isEmpty() && last < 500) {
                store.append(followed, append(last++, 1, null));
                String id = heard.poll(20, TimeUnit.MILLISECONDS);
                if (id != null) {
                    all.add(id);
                }
            }

            store.append(begun("plain", null), append(-1, 0, ResponseStatus.COMPLETED, "out"));
            // What comes after the second one comes after whatever is told of the plain one.
            for (String id : List.of("second", "third")) {
                store.append(begun(id, null), append(-1, 1, null));
                while (!all.contains(id)) {
                    all.add(Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS)));
                }
            }

            assertThat(all).containsExactlyInAnyOrder("followed", "second", "third");
        }
    }
}
