package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Conversations. Every change of the items begins with the row of the conversation, so one comes after the other. */
final class Conversations {
    private static final String MEMBERS = "conversation_uid = ?";

    private Conversations() {}

    private static Optional<String> uid(Session session, String tenant, String id) throws SQLException {
        return session.one(
                "SELECT uid FROM r4j_conversation WHERE tenant = ? AND id = ?", row -> row.getString(1), tenant, id);
    }

    static boolean create(Session session, NewConversation conversation) throws SQLException {
        String tenant = Names.encode(conversation.tenant().id());
        String id = Names.encode(conversation.id().value());
        if (uid(session, tenant, id).isPresent()) {
            throw new IllegalArgumentException("conversation " + conversation.id() + " exists already");
        }
        String uid = Names.uid();
        session.update(
                "INSERT INTO r4j_conversation (tenant, uid, id, created_at, version, next_position, document)"
                        + " VALUES (?, ?, ?, {now}, 0, ?, ?)",
                tenant,
                uid,
                id,
                (long) conversation.items().size(),
                Names.bytes(conversation.document()));
        insert(session, tenant, uid, 0, conversation.items());
        return true;
    }

    private static void insert(Session session, String tenant, String uid, long from, List<StoredItem> items)
            throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        long place = from;
        for (StoredItem item : items) {
            rows.add(new Object[] {tenant, uid, place, Names.encode(item.id()), uid, place, Names.bytes(item.json())});
            place++;
        }
        session.batch(
                "INSERT INTO r4j_item (tenant, home, kind, place, id, conversation_uid, conversation_place, json)"
                        + " VALUES (?, ?, 2, ?, ?, ?, ?, ?)",
                rows);
    }

    static Optional<StoredConversation> find(Session session, Tenant tenant, ConversationId id) throws SQLException {
        return session.one(
                "SELECT created_at, document, version FROM r4j_conversation WHERE tenant = ? AND id = ?",
                row -> new StoredConversation(tenant, id, Rows.time(row.getLong(1)), Rows.json(row, 2), row.getLong(3)),
                Names.known(tenant.id()),
                Names.known(id.value()));
    }

    static boolean update(Session session, Tenant tenant, ConversationId id, String document) throws SQLException {
        return session.update(
                        "UPDATE r4j_conversation SET document = ? WHERE tenant = ? AND id = ?",
                        Names.bytes(document),
                        Names.known(tenant.id()),
                        Names.known(id.value()))
                == 1;
    }

    static boolean delete(Session session, Tenant of, ConversationId id) throws SQLException {
        String tenant = Names.known(of.id());
        String uid = uid(session, tenant, Names.known(id.value())).orElse(null);
        if (uid == null
                || session.update("DELETE FROM r4j_conversation WHERE tenant = ? AND uid = ?", tenant, uid) == 0) {
            return false;
        }
        session.update(
                "DELETE FROM r4j_item WHERE tenant = ? AND conversation_uid = ? AND NOT EXISTS"
                        + " (SELECT 1 FROM r4j_response r WHERE r.tenant = r4j_item.tenant AND r.uid = r4j_item.home)",
                tenant,
                uid);
        session.update(
                "UPDATE r4j_item SET conversation_uid = NULL, conversation_place = NULL"
                        + " WHERE tenant = ? AND conversation_uid = ?",
                tenant,
                uid);
        return true;
    }

    /** The version and the items in one statement, so that they are of one moment. */
    static Optional<ConversationItems> content(Session session, Tenant tenant, ConversationId id) throws SQLException {
        return session.query(
                "SELECT i.id, i.json, c.version FROM r4j_conversation c"
                        + " LEFT JOIN r4j_item i ON i.tenant = c.tenant AND i.conversation_uid = c.uid"
                        + " WHERE c.tenant = ? AND c.id = ? ORDER BY i.conversation_place",
                rows -> {
                    List<StoredItem> items = new ArrayList<>();
                    long version = -1;
                    while (rows.next()) {
                        version = rows.getLong(3);
                        if (rows.getString(1) != null) {
                            items.add(Rows.item(rows));
                        }
                    }
                    return version < 0 ? Optional.empty() : Optional.of(new ConversationItems(version, items));
                },
                Names.known(tenant.id()),
                Names.known(id.value()));
    }

    static Optional<Page<StoredItem>> items(Session session, Tenant of, ConversationId id, PageQuery query)
            throws SQLException {
        String tenant = Names.known(of.id());
        Optional<String> uid = uid(session, tenant, Names.known(id.value()));
        if (uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Reads.itemPage(session, new Reads.ItemList(tenant, MEMBERS, uid.get(), "conversation_place"), query));
    }

    static Optional<StoredItem> item(Session session, Tenant tenant, ConversationId id, String itemId)
            throws SQLException {
        return session.one(
                "SELECT i.id, i.json FROM r4j_conversation c"
                        + " JOIN r4j_item i ON i.tenant = c.tenant AND i.conversation_uid = c.uid"
                        + " WHERE c.tenant = ? AND c.id = ? AND i.id = ?",
                Rows::item,
                Names.known(tenant.id()),
                Names.known(id.value()),
                Names.known(itemId));
    }

    static ConversationChange add(Session session, Tenant of, ConversationId id, List<StoredItem> items)
            throws SQLException {
        String tenant = Names.known(of.id());
        String name = Names.known(id.value());
        if (!change(session, tenant, name)) {
            boolean known = uid(session, tenant, name).isPresent();
            return session.refuse(known ? ConversationChange.LOCKED : ConversationChange.NOT_FOUND);
        }
        String uid = uid(session, tenant, name).orElseThrow();
        for (StoredItem item : items) {
            if (isMember(session, tenant, uid, item.id())) {
                throw new IllegalArgumentException("the conversation has an item of this id already");
            }
        }
        insert(session, tenant, uid, places(session, tenant, uid, items.size()), items);
        return ConversationChange.DONE;
    }

    static ConversationChange remove(Session session, Tenant of, ConversationId id, String itemId) throws SQLException {
        String tenant = Names.known(of.id());
        String name = Names.known(id.value());
        boolean free = change(session, tenant, name);
        String uid = uid(session, tenant, name).orElse(null);
        if (uid == null || !isMember(session, tenant, uid, itemId)) {
            return session.refuse(ConversationChange.NOT_FOUND);
        }
        if (!free) {
            return session.refuse(ConversationChange.LOCKED);
        }
        String item = Names.known(itemId);
        int gone = session.update(
                "DELETE FROM r4j_item WHERE tenant = ? AND conversation_uid = ? AND id = ? AND NOT EXISTS"
                        + " (SELECT 1 FROM r4j_response r WHERE r.tenant = r4j_item.tenant AND r.uid = r4j_item.home)",
                tenant,
                uid,
                item);
        if (gone == 0) {
            session.update(
                    "UPDATE r4j_item SET conversation_uid = NULL, conversation_place = NULL"
                            + " WHERE tenant = ? AND conversation_uid = ? AND id = ?",
                    tenant,
                    uid,
                    item);
        }
        return ConversationChange.DONE;
    }

    /** Counts a change of a conversation that nobody holds; nobody else changes it until this one is committed. */
    private static boolean change(Session session, String tenant, String name) throws SQLException {
        return session.update(
                        "UPDATE r4j_conversation SET version = version + 1 WHERE tenant = ? AND id = ? AND holder IS NULL",
                        tenant,
                        name)
                == 1;
    }

    private static boolean isMember(Session session, String tenant, String uid, String itemId) throws SQLException {
        return session.exists(
                "SELECT 1 FROM r4j_item WHERE tenant = ? AND conversation_uid = ? AND id = ?",
                tenant,
                uid,
                Names.known(itemId));
    }

    /** Takes places at the end of a conversation whose row this transaction has written. */
    private static long places(Session session, String tenant, String uid, int count) throws SQLException {
        long next = session.one(
                        "SELECT next_position FROM r4j_conversation WHERE tenant = ? AND uid = ?",
                        row -> row.getLong(1),
                        tenant,
                        uid)
                .orElseThrow();
        session.update(
                "UPDATE r4j_conversation SET next_position = ? WHERE tenant = ? AND uid = ?",
                next + count,
                tenant,
                uid);
        return next;
    }

    /**
     * Ends the hold of a response that ends. Nobody else changes or deletes the conversation until this is committed, also if
     * the response has not held it any more. Who has written the response's row comes here, so nobody waits for that row meanwhile
     * who has written the conversation's.
     *
     * @param joins whether its items become items of the conversation
     */
    static void release(Session session, String tenant, Runs.Ties response, boolean joins) throws SQLException {
        String uid = response.conversationUid();
        if (uid == null) {
            return;
        }
        if (!joins) {
            session.update(
                    "UPDATE r4j_conversation SET holder = NULLIF(holder, ?) WHERE tenant = ? AND uid = ?",
                    response.uid(),
                    tenant,
                    uid);
            return;
        }
        int held = session.update(
                "UPDATE r4j_conversation SET holder = NULL, version = version + 1 WHERE tenant = ? AND uid = ? AND holder = ?",
                tenant,
                uid,
                response.uid());
        if (held == 1) {
            join(session, tenant, uid, response.uid());
        }
    }

    private static void join(Session session, String tenant, String uid, String responseUid) throws SQLException {
        record Own(int kind, long place, String id) {}
        Set<String> members = new HashSet<>(session.list(
                "SELECT id FROM r4j_item WHERE tenant = ? AND conversation_uid = ?"
                        + " AND id IN (SELECT id FROM r4j_item WHERE tenant = ? AND home = ?)",
                row -> row.getString(1),
                tenant,
                uid,
                tenant,
                responseUid));
        List<Own> own = session.list(
                "SELECT kind, place, id FROM r4j_item WHERE tenant = ? AND home = ? ORDER BY kind, place",
                row -> new Own(row.getInt(1), row.getLong(2), row.getString(3)),
                tenant,
                responseUid);
        List<Own> joining = own.stream().filter(item -> members.add(item.id())).toList();
        long place = places(session, tenant, uid, joining.size());
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Own item : joining) {
            rows.add(new Object[] {uid, place++, tenant, responseUid, item.kind(), item.place()});
        }
        session.batch(
                "UPDATE r4j_item SET conversation_uid = ?, conversation_place = ?"
                        + " WHERE tenant = ? AND home = ? AND kind = ? AND place = ?",
                rows);
    }
}
