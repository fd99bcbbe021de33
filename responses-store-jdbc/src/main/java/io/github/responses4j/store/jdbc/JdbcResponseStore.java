package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Created;
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
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * A store in a relational database: H2 or SQLite in a file for one process, PostgreSQL, MySQL or MariaDB for any number of nodes.
 *
 * <p>It makes its tables itself, takes a connection from the data source for each call and gives it back at its end, and needs
 * no thread. Ids, once their unusual characters are escaped, have at most 255 characters; JSON text is ASCII. What has expired
 * is removed by the calls that come in.
 */
public final class JdbcResponseStore implements ResponseStore {
    private static final long PURGE_EVERY = TimeUnit.MINUTES.toNanos(1);

    private final Database database;
    private final Duration timeToLive;
    private final AtomicLong nextPurge = new AtomicLong(System.nanoTime() + PURGE_EVERY);

    private JdbcResponseStore(Database database, Duration timeToLive) {
        this.database = database;
        this.timeToLive = timeToLive;
    }

    /** Opens a store with {@link JdbcStoreOptions#DEFAULT}. */
    public static JdbcResponseStore open(DataSource source) {
        return open(source, JdbcStoreOptions.DEFAULT);
    }

    /**
     * Opens a store: checks how lasting its commits are and brings the tables up to date.
     *
     * @param source gives connections in auto-commit mode; stays the caller's, to be closed after the store
     * @throws IllegalStateException if commits would not be as lasting as asked for, or a newer program has written the tables
     * @throws IllegalArgumentException if the database is of an unknown kind
     * @throws StoreException if the database cannot be reached
     */
    public static JdbcResponseStore open(DataSource source, JdbcStoreOptions options) {
        return new JdbcResponseStore(
                Database.open(source, options.durability(), options.clock()), options.timeToLive());
    }

    @Override
    public Created create(NewResponse response) {
        Created created;
        try {
            created = database.write(session -> new Creation(session, response).run(timeToLive), true);
        } catch (Database.FateUnknown e) {
            throw new StoreException("the commit's fate is not known", true, e);
        }
        purge();
        return created;
    }

    @Override
    public List<Claim> claim(NodeId node, int max, Duration ttl) {
        if (max < 0 || ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("max is not negative and ttl positive, were " + max + ", " + ttl);
        }
        String skipLocked = database.dialect().skipLocked();
        return database.write(session -> Runs.claim(session, skipLocked, node, max, ttl));
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held, Duration ttl) {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("ttl is not negative, was " + ttl);
        }
        return database.write(session -> Runs.renew(session, held, ttl));
    }

    @Override
    public Append.Result append(Lease lease, Append append) {
        try {
            return database.write(session -> Runs.append(session, lease, append), false);
        } catch (Database.FateUnknown e) {
            return Append.Result.UNKNOWN;
        }
    }

    @Override
    public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
        return database.write(session -> Runs.toolStarted(session, lease, callId, requestHash));
    }

    @Override
    public Cancelled cancel(Tenant tenant, ResponseId id) {
        return database.write(session -> Runs.cancel(session, tenant, id));
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
    public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        return database.read(session -> Reads.find(session, tenant, id));
    }

    @Override
    public Optional<List<StoredResponse>> chain(Tenant tenant, ResponseId id) {
        return database.read(session -> Reads.chain(session, tenant, id));
    }

    @Override
    public Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return database.read(session -> Reads.inputItems(session, tenant, id, query));
    }

    @Override
    public boolean delete(Tenant tenant, ResponseId id) {
        return database.write(session -> Runs.delete(session, tenant, id));
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
        try {
            database.write(session -> Conversations.create(session, conversation), true);
        } catch (Database.FateUnknown e) {
            throw new StoreException("the commit's fate is not known", true, e);
        }
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
    public boolean durable() {
        return true;
    }

    @Override
    public boolean healthy() {
        return database.healthy();
    }

    @Override
    public void close() {
        database.close();
    }

    /** Now and then removes what expired. */
    private void purge() {
        long due = nextPurge.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextPurge.compareAndSet(due, now + PURGE_EVERY)) {
            try {
                removeExpired();
            } catch (StoreException later) {
                // What it would have removed is invisible already; the next round tries again.
                nextPurge.set(now + PURGE_EVERY);
            }
        }
    }

    /** Removes some of what expired more than a minute ago, and tells how much. */
    int removeExpired() {
        return database.write(Runs::purge);
    }
}
