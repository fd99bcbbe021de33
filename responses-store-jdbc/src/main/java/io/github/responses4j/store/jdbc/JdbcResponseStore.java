package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.store.UsageRecord;
import io.github.responses4j.store.jdbc.Database.Repeat;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A store in a relational database: H2 or SQLite in a file for one process, PostgreSQL, MySQL or MariaDB for any number of nodes.
 *
 * <p>It makes its tables itself, takes a connection from the data source for each call and gives it back at its end. It
 * has threads of its own for H2, which an interrupt of the caller's would harm, for callers that have been interrupted, and on PostgreSQL once somebody {@linkplain #onHint
 * listens}, where a connection more is held. Ids, once their unusual characters are escaped, have at most 255 characters; JSON text is ASCII. What has expired
 * stays in the tables, where nobody sees it, until {@link #sweep} removes it.
 */
public final class JdbcResponseStore implements ResponseStore {
    /** In one transaction, which keeps the rows of their conversations from everybody else. */
    private static final int SWEPT_AT_ONCE = 20;

    private final Database database;
    private final Retention retention;
    private final Hints hints;

    private JdbcResponseStore(Database database, Retention retention) {
        this.database = database;
        this.retention = retention;
        this.hints = new Hints(database);
    }

    /** Opens a store with {@link JdbcStoreOptions#DEFAULT}. */
    public static JdbcResponseStore open(DataSource source) {
        return open(source, JdbcStoreOptions.DEFAULT);
    }

    /**
     * Opens a store: checks how lasting its commits are and brings the tables up to date.
     *
     * @param source gives connections in auto-commit mode; stays the caller's, to be closed after the store
     * @throws IllegalStateException if commits would not be as lasting as asked for, transactions are not kept apart as they must be, or a
     *     newer program has written the tables
     * @throws IllegalArgumentException if the database is of an unknown kind
     * @throws StoreException if the database cannot be reached
     */
    public static JdbcResponseStore open(DataSource source, JdbcStoreOptions options) {
        return new JdbcResponseStore(Database.open(source, options), options.retention());
    }

    /** The number of the newest tables that this program knows; it refuses a database that has newer ones. */
    public static int schemaVersion() {
        return Schema.VERSION;
    }

    @Override
    public Created create(NewResponse response) {
        String uid = Names.uid();
        Database.Work<Created> creation = session -> new Creation(session, response, uid).run(retention.timeToLive());
        return database.isJoined()
                ? database.writeJoined(creation)
                : database.write(creation, Repeat.IF_TAKEN_OR_UNKNOWN);
    }

    /**
     * Lets responses be created in a transaction of the caller's: what this thread's calls of {@link #create} write inside {@code
     * work} is committed when the caller commits, together with what else the caller has written, and gone if the caller rolls
     * back. Nobody else sees it before, and nothing may be done under its lease. All other calls of this store stay as they are,
     * on connections of their own, which do not see it either; on H2 and SQLite no such call may write inside {@code work}, as
     * the caller's transaction is in its way.
     *
     * <p>A create that is refused, or fails, has written nothing. What the database says to it when the caller commits, such as
     * that somebody else has taken the conversation, is the caller's to handle.
     *
     * @param open a connection of this store's database with auto-commit off; stays open, and the caller commits it
     * @param work is called on this thread, once
     * @return what {@code work} gives
     * @throws IllegalArgumentException if {@code open} commits by itself, or is a connection of another database; {@code work}
     *     was not called then
     * @throws Exception what {@code work} throws
     */
    public <T> T within(Connection open, Callable<T> work) throws Exception {
        return database.within(open, work);
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        return take(true, node, max, ttl);
    }

    @Override
    public List<Claim> reap(NodeId node, int max, Duration ttl) {
        return take(false, node, max, ttl);
    }

    private List<Claim> take(boolean background, NodeId node, int max, Duration ttl) {
        if (max < 0 || ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("max is not negative and ttl positive, were " + max + ", " + ttl);
        }
        return database.write(session -> Runs.claim(session, background, node, max, ttl));
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("ttl is not negative, was " + ttl);
        }
        Set<Lease> prolonged = database.write(session -> Runs.renew(session, held, ttl));
        if (ttl.isZero()) {
            prolonged.forEach(lease -> hints.changed(lease.tenant(), lease.id()));
        }
        return prolonged;
    }

    @Override
    public Append.Result append(Lease lease, Append append) {
        Append.Result result;
        try {
            result = appendInOneMessage(lease, append)
                    ? Append.Result.OK
                    : database.tryWrite(session -> Runs.append(session, lease, append), Repeat.NEVER);
        } catch (Database.FateUnknown e) {
            result = Append.Result.UNKNOWN;
        }
        // Nobody follows what has no log.
        boolean followed = append.expectedLastSeq() >= 0 || !append.events().isEmpty();
        if (followed && result != Append.Result.FENCED) {
            hints.changed(lease.tenant(), lease.id());
        }
        return result;
    }

    private boolean appendInOneMessage(Lease lease, Append append) {
        // One that gave no answer may be carried out long after it was given up, and must find then that it was written
        // again.
        boolean once =
                !append.events().isEmpty() || append.terminal() != null || append.expectedItems() != Append.ANY_ITEMS;
        if (!once || !database.dialect().takesSeveralStatements()) {
            return false;
        }
        AtomicInteger rows = new AtomicInteger();
        database.tryWrite(
                session -> {
                    OneMessage.append(session, lease, append, rows::set);
                    return rows;
                },
                Repeat.NEVER);
        return rows.get() > 0;
    }

    @Override
    public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
        return database.write(session -> Runs.toolStarted(session, lease, callId, requestHash));
    }

    @Override
    public Cancelled cancel(Tenant tenant, ResponseId id) {
        Cancelled cancelled = database.write(session -> Runs.cancel(session, tenant, id));
        if (cancelled == Cancelled.CANCELLED) {
            hints.changed(tenant, id);
        }
        return cancelled;
    }

    @Override
    public Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max) {
        if (after < -1 || max < 1) {
            throw new IllegalArgumentException("after is at least -1 and max 1, were " + after + ", " + max);
        }
        return database.read(session -> Reads.tail(session, tenant, id, after, max));
    }

    @Override
    public Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched) {
        return database.read(session -> Reads.changed(session, watched));
    }

    @Override
    public Optional<Created> underKey(Tenant tenant, IdempotencyKey key) {
        return database.read(session -> Optional.ofNullable(Creation.underKey(session, Names.known(tenant.id()), key)));
    }

    @Override
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return database.read(session -> Reads.find(session, tenant, id));
    }

    @Override
    public Optional<Chain> chain(Tenant tenant, ResponseId id) {
        return database.read(session -> Reads.chain(session, tenant, id));
    }

    @Override
    public Optional<List<ResponseId>> lineage(Tenant tenant, ResponseId id) {
        return database.read(session -> Reads.lineage(session, tenant, id));
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return database.read(session -> Reads.inputItems(session, tenant, id, query));
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        boolean deleted = database.write(session -> Leavings.delete(session, retention, tenant, id), Repeat.IF_TAKEN);
        if (deleted) {
            hints.changed(tenant, id);
        }
        return deleted;
    }

    @Override
    public boolean restore(Tenant tenant, ResponseId id) {
        return database.write(session -> Leavings.restore(session, tenant, id), Repeat.IF_TAKEN);
    }

    @Override
    public int sweep(int max) {
        requirePositive(max);
        int swept = 0;
        int found;
        do {
            // A little at a time, so that nobody waits for long.
            int some = Math.min(SWEPT_AT_ONCE, max - swept);
            found = database.write(session -> Leavings.sweep(session, retention, some), Repeat.IF_TAKEN);
            swept += found;
            // The last of a chain makes way for the one before it.
        } while (found > 0 && swept < max);
        return swept;
    }

    @Override
    public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
        requirePositive(max);
        return database.read(session ->
                Leavings.usage(session, retention.keepsUsage(), tenant, new Leavings.Interval(from, to), max));
    }

    private static void requirePositive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max is at least 1, was " + max);
        }
    }

    @Override
    public Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds) {
        return database.read(session -> Reads.items(session, tenant, itemIds));
    }

    @Override
    public Page<StoredResponse> responses(Tenant tenant, PageQuery query) {
        return database.read(session -> Reads.responses(session, tenant, query));
    }

    @Override
    public void createConversation(NewConversation conversation) {
        database.write(session -> Conversations.create(session, conversation), Repeat.IF_TAKEN);
    }

    @Override
    public Optional<StoredConversation> conversation(Tenant tenant, ConversationId id) {
        return database.read(session -> Conversations.find(session, tenant, id));
    }

    @Override
    public boolean updateConversation(Tenant tenant, ConversationId id, String document) {
        return database.write(session -> Conversations.update(session, tenant, id, document));
    }

    @Override
    public boolean deleteConversation(Tenant tenant, ConversationId id) {
        return database.write(session -> Conversations.delete(session, tenant, id));
    }

    @Override
    public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
        return database.read(session -> Conversations.content(session, tenant, id));
    }

    @Override
    public Optional<Page<StoredItem>> conversationItems(Tenant tenant, ConversationId id, PageQuery query) {
        return database.read(session -> Conversations.items(session, tenant, id, query));
    }

    @Override
    public Optional<StoredItem> conversationItem(Tenant tenant, ConversationId id, String itemId) {
        return database.read(session -> Conversations.item(session, tenant, id, itemId));
    }

    @Override
    public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items) {
        Set<String> ids = new HashSet<>();
        if (!items.stream().allMatch(item -> ids.add(item.id()))) {
            throw new IllegalArgumentException("two items have the same id");
        }
        return database.write(session -> Conversations.add(session, tenant, id, items));
    }

    @Override
    public ConversationChange deleteConversationItem(Tenant tenant, ConversationId id, String itemId) {
        return database.write(session -> Conversations.remove(session, tenant, id, itemId));
    }

    @Override
    public Listening onHint(Consumer<ResponseKey> hint) {
        return hints.listen(hint);
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public boolean healthy() {
        return database.healthy();
    }

    @Override
    public void close() {
        hints.close();
        database.close();
    }
}
