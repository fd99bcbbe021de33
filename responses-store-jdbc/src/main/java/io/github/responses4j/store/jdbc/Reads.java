package io.github.responses4j.store.jdbc;

import static io.github.responses4j.store.jdbc.Rows.COLUMNS;
import static io.github.responses4j.store.jdbc.Rows.ITEMS;
import static io.github.responses4j.store.jdbc.Rows.VISIBLE;

import io.github.responses4j.store.Chain;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is read: each whole response by one statement, so that it is seen as one commit left it. */
final class Reads {
    /** How many names one statement asks for. */
    private static final int CHUNK = 200;

    /** A page of a log ends with the event that makes it this long: there may be many readers, and each holds one until its client has taken it. */
    private static final int TAIL_CHARACTERS = 256 * 1024;

    private static final String ONE =
            "SELECT " + COLUMNS + " FROM r4j_response r" + ITEMS + "WHERE r.tenant = ? AND %s ORDER BY i.kind, i.place";

    /** The rows along a chain; {@code %1$s}, {@code %2$s} and {@code %3$s}: a further column. */
    private static final String CHAINED = "WITH RECURSIVE chain (uid, id, parent, depth%1$s) AS ("
            + "SELECT r.uid, r.id, r.parent, 0%2$s FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND "
            + VISIBLE + " UNION ALL SELECT p.uid, p.id, p.parent, c.depth + 1%3$s FROM chain c"
            + " JOIN r4j_response p ON p.tenant = ? AND p.uid = c.parent AND p.deleted = 0) ";

    private static final String LINEAGE =
            CHAINED.formatted("", "", "") + "SELECT c.id, c.parent FROM chain c ORDER BY c.depth DESC";

    /** What the last of a chain is made of, in a row of its own, and a row for each item of each turn; in no order, which costs more than it helps. */
    private static final String CHAIN = CHAINED.formatted(", request", ", r.request", ", p.request")
            + "SELECT " + Rows.WHOLE + " FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND " + VISIBLE
            + " UNION ALL SELECT " + Rows.OF_CHAIN + " FROM chain c"
            + " LEFT JOIN r4j_item i ON i.tenant = ? AND i.home = c.uid";

    private Reads() {}

    static Optional<StoredResponse> find(Session session, Tenant tenant, ResponseId id) throws SQLException {
        return session
                .query(
                        String.format(ONE, "r.name = ? AND " + VISIBLE),
                        Rows::responses,
                        Names.known(tenant.id()),
                        Names.known(id.value()))
                .stream()
                .findFirst();
    }

    static StoredResponse byUid(Session session, String tenant, String uid) throws SQLException {
        return session.query(String.format(ONE, "r.uid = ?"), Rows::responses, tenant, uid)
                .get(0);
    }

    /** The whole chain in one round trip; the oldest that is left has lost its parent if it names one. */
    static Optional<Chain> chain(Session session, Tenant of, ResponseId id) throws SQLException {
        String tenant = Names.known(of.id());
        String name = Names.known(id.value());
        return session.query(CHAIN, Rows::chain, tenant, name, tenant, tenant, name, tenant);
    }

    /** The ids along a chain in one round trip. */
    static Optional<List<ResponseId>> lineage(Session session, Tenant of, ResponseId id) throws SQLException {
        String tenant = Names.known(of.id());
        return session.query(
                LINEAGE,
                rows -> {
                    List<ResponseId> ids = new ArrayList<>();
                    boolean whole = false;
                    while (rows.next()) {
                        whole |= ids.isEmpty() && rows.getString(2) == null;
                        ids.add(new ResponseId(Rows.name(rows, 1)));
                    }
                    return whole ? Optional.of(ids) : Optional.empty();
                },
                tenant,
                Names.known(id.value()),
                tenant);
    }

    /** The status is read before the events, so what it says has happened is among them. */
    static Optional<Tail> tail(Session session, Tenant of, ResponseId id, long after, int max) throws SQLException {
        record Head(String uid, ResponseStatus status, long lastSeq) {}
        String tenant = Names.known(of.id());
        Optional<Head> head = session.one(
                "SELECT r.uid, r.status, r.last_seq FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND "
                        + VISIBLE,
                row -> new Head(row.getString(1), ResponseStatus.ofWire(Rows.name(row, 2)), row.getLong(3)),
                tenant,
                Names.known(id.value()));
        if (head.isEmpty()) {
            return Optional.empty();
        }
        List<StoredEvent> events = after >= head.get().lastSeq()
                ? List.of()
                : session.query(
                        "SELECT seq, body FROM r4j_event WHERE tenant = ? AND response_uid = ? AND seq > ?"
                                + " ORDER BY seq LIMIT ?",
                        Reads::page,
                        tenant,
                        head.get().uid(),
                        after,
                        max);
        return Optional.of(new Tail(head.get().status(), head.get().lastSeq(), events));
    }

    private static List<StoredEvent> page(ResultSet rows) throws SQLException {
        List<StoredEvent> events = new ArrayList<>();
        for (long characters = 0; characters < TAIL_CHARACTERS && rows.next(); ) {
            StoredEvent event = Rows.event(rows);
            characters += event.json().length();
            events.add(event);
        }
        return events;
    }

    static Map<ResponseKey, Progress> changed(Session session, Collection<ResponseKey> watched) throws SQLException {
        Map<ResponseKey, Progress> progress = new HashMap<>();
        List<ResponseKey> keys = List.copyOf(new LinkedHashSet<>(watched));
        for (int from = 0; from < keys.size(); from += CHUNK) {
            List<ResponseKey> some = keys.subList(from, Math.min(from + CHUNK, keys.size()));
            List<@Nullable Object> values = new ArrayList<>();
            for (ResponseKey key : some) {
                values.add(Names.known(key.tenant().id()));
                values.add(Names.known(key.id().value()));
            }
            session.list(
                    "SELECT r.tenant, r.id, r.status, r.last_seq FROM r4j_response r WHERE " + VISIBLE + " AND ("
                            + String.join(" OR ", Collections.nCopies(some.size(), "(r.tenant = ? AND r.name = ?)"))
                            + ")",
                    row -> progress.put(
                            new ResponseKey(new Tenant(Rows.name(row, 1)), new ResponseId(Rows.name(row, 2))),
                            new Progress(ResponseStatus.ofWire(Rows.name(row, 3)), row.getLong(4))),
                    values.toArray());
        }
        return progress;
    }

    static Map<String, StoredItem> items(Session session, Tenant tenant, Collection<String> itemIds)
            throws SQLException {
        Map<String, StoredItem> items = new HashMap<>();
        List<String> ids = List.copyOf(new LinkedHashSet<>(itemIds));
        for (int from = 0; from < ids.size(); from += CHUNK) {
            List<String> some = ids.subList(from, Math.min(from + CHUNK, ids.size()));
            List<@Nullable Object> values = new ArrayList<>();
            values.add(Names.known(tenant.id()));
            some.forEach(id -> values.add(Names.known(id)));
            session.list(
                            "SELECT i.id, i.json FROM r4j_item i WHERE i.tenant = ? AND i.id IN ("
                                    + String.join(", ", Collections.nCopies(some.size(), "?"))
                                    + ") AND (i.conversation_uid IS NOT NULL OR EXISTS (SELECT 1 FROM r4j_response r"
                                    + " WHERE r.tenant = i.tenant AND r.uid = i.home AND r.name IS NOT NULL AND "
                                    + VISIBLE + "))",
                            Rows::item,
                            values.toArray())
                    .forEach(item -> items.putIfAbsent(item.id(), item));
        }
        return items;
    }

    static Page<StoredResponse> responses(Session session, Tenant of, PageQuery query) throws SQLException {
        record Place(long createdAt, String uid) {}
        String tenant = Names.known(of.id());
        String way = query.newestFirst() ? " DESC" : " ASC";
        List<@Nullable Object> values = new ArrayList<>(List.of(tenant));
        String from = "";
        String after = query.after();
        if (after != null) {
            Place place = session.one(
                            "SELECT r.created_at, r.uid FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND "
                                    + VISIBLE,
                            row -> new Place(row.getLong(1), row.getString(2)),
                            tenant,
                            Names.known(after))
                    .orElseThrow(() -> new IllegalArgumentException("after is not a response of this tenant"));
            from = query.newestFirst()
                    ? " AND (r.created_at < ? OR (r.created_at = ? AND r.uid < ?))"
                    : " AND (r.created_at > ? OR (r.created_at = ? AND r.uid > ?))";
            values.addAll(List.of(place.createdAt(), place.createdAt(), place.uid()));
        }
        values.add(query.limit() + 1);
        List<StoredResponse> found = session.query(
                "SELECT " + COLUMNS + " FROM (SELECT r.tenant, r.uid FROM r4j_response r WHERE r.tenant = ?"
                        + " AND r.name IS NOT NULL AND " + VISIBLE + from + " ORDER BY r.created_at" + way
                        + ", r.uid" + way + " LIMIT ?) p"
                        + " JOIN r4j_response r ON r.tenant = p.tenant AND r.uid = p.uid" + ITEMS
                        + "ORDER BY r.created_at" + way + ", r.uid" + way + ", i.kind, i.place",
                Rows::responses,
                values.toArray());
        return page(found, query.limit());
    }

    static Optional<Page<StoredItem>> inputItems(Session session, Tenant of, ResponseId id, PageQuery query)
            throws SQLException {
        String tenant = Names.known(of.id());
        Optional<String> uid = session.one(
                "SELECT r.uid FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND " + VISIBLE,
                row -> row.getString(1),
                tenant,
                Names.known(id.value()));
        if (uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(itemPage(session, new ItemList(tenant, "home = ? AND kind = 0", uid.get(), "place"), query));
    }

    /** Items that stand in the order of a column. */
    record ItemList(String tenant, String which, String of, String order) {}

    static Page<StoredItem> itemPage(Session session, ItemList list, PageQuery query) throws SQLException {
        String which = " FROM r4j_item WHERE tenant = ? AND " + list.which();
        List<@Nullable Object> values = new ArrayList<>(List.of(list.tenant(), list.of()));
        String from = "";
        String after = query.after();
        if (after != null) {
            long place = session.one(
                            "SELECT " + list.order() + which + " AND id = ? ORDER BY " + list.order() + " LIMIT 1",
                            row -> row.getLong(1),
                            list.tenant(),
                            list.of(),
                            Names.known(after))
                    .orElseThrow(() -> new IllegalArgumentException("after is not an item of this list"));
            from = " AND " + list.order() + (query.newestFirst() ? " < ?" : " > ?");
            values.add(place);
        }
        values.add(query.limit() + 1);
        String way = query.newestFirst() ? " DESC" : " ASC";
        List<StoredItem> found = session.list(
                "SELECT id, json" + which + from + " ORDER BY " + list.order() + way + " LIMIT ?",
                Rows::item,
                values.toArray());
        return page(found, query.limit());
    }

    /** A page of a list that was read one entry too far. */
    private static <T> Page<T> page(List<T> found, int limit) {
        return new Page<>(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }
}
