package io.github.responses4j.store.jdbc;

import static io.github.responses4j.store.jdbc.Rows.VISIBLE;

import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How responses go, and what stays of them. */
final class Leavings {
    /** Spares the parent of a response that is being created. */
    private static final String EXPIRED_LONG_AGO = "r.expires_at <= {begun} - 60000000";

    private Leavings() {}

    private record Gone(String tenant, Runs.Ties ties) {}

    static boolean delete(Session session, Retention retention, Tenant of, ResponseId id) throws SQLException {
        String tenant = Names.known(of.id());
        String name = Names.known(id.value());
        Optional<Runs.Ties> found = session.one(
                "SELECT r.uid, r.conversation_uid FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND " + VISIBLE,
                row -> new Runs.Ties(row.getString(1), row.getString(2), 0),
                tenant,
                name);
        if (found.isEmpty()) {
            return false;
        }
        return retention.restoreWindow().isZero()
                ? drop(session, retention, new Gone(tenant, found.get()))
                : bury(session, retention, new Gone(tenant, found.get()), name);
    }

    /** Hides a response, so that it may be restored; false if somebody else did. */
    private static boolean bury(Session session, Retention retention, Gone response, String name) throws SQLException {
        String uid = response.ties().uid();
        // The status comes last: MySQL reads what was set before it.
        int hidden = session.update(
                "UPDATE r4j_response SET name = NULL, key_hash = NULL, deleted = 1, owner = NULL, due_at = NULL,"
                        + " epoch = epoch + CASE WHEN status IN ('queued', 'in_progress') THEN 1 ELSE 0 END,"
                        + " expires_at = CASE WHEN status IN ('queued', 'in_progress') THEN {now} + time_to_live"
                        + " ELSE expires_at END,"
                        + " status = CASE WHEN status IN ('queued', 'in_progress') THEN 'cancelled' ELSE status END"
                        + " WHERE tenant = ? AND uid = ? AND deleted = 0",
                response.tenant(),
                uid);
        if (hidden == 0) {
            return session.refuse(false);
        }
        Conversations.release(session, response.tenant(), response.ties(), false);
        session.update(
                "INSERT INTO r4j_deleted (tenant, id, uid, deleted_at, until_at) VALUES (?, ?, ?, {now}, {now} + ?)",
                response.tenant(),
                name,
                uid,
                Rows.micros(retention.restoreWindow()));
        return true;
    }

    static boolean restore(Session session, Tenant of, ResponseId id) throws SQLException {
        record Buried(String uid, boolean restorable) {}
        String tenant = Names.known(of.id());
        String name = Names.known(id.value());
        // The one that was deleted last, whether or not its time is over.
        Optional<Buried> buried = session.one(
                "SELECT d.uid, CASE WHEN d.until_at > {now} AND " + VISIBLE + " THEN 1 ELSE 0 END FROM r4j_deleted d"
                        + " JOIN r4j_response r ON r.tenant = d.tenant AND r.uid = d.uid"
                        + " WHERE d.tenant = ? AND d.id = ? ORDER BY d.deleted_at DESC, d.uid DESC LIMIT 1",
                row -> new Buried(row.getString(1), row.getInt(2) == 1),
                tenant,
                name);
        if (buried.isEmpty() || !buried.get().restorable()) {
            return session.refuse(false);
        }
        Creation.forgetExpired(session, tenant, "name", name);
        if (session.exists("SELECT 1 FROM r4j_response WHERE tenant = ? AND name = ?", tenant, name)) {
            return session.refuse(false);
        }
        String uid = buried.get().uid();
        int back = session.update(
                "UPDATE r4j_response SET name = id, deleted = 0 WHERE tenant = ? AND uid = ? AND deleted = 1",
                tenant,
                uid);
        if (back == 0) {
            return session.refuse(false);
        }
        session.update("DELETE FROM r4j_deleted WHERE tenant = ? AND id = ? AND uid = ?", tenant, name, uid);
        return true;
    }

    /** Leaves nothing of a response but its usage and what has joined a conversation; false if somebody else did. */
    private static boolean drop(Session session, Retention retention, Gone response) throws SQLException {
        String tenant = response.tenant();
        String uid = response.ties().uid();
        // Writes nothing new: it waits for whoever is about to end the response, so that what it has used is seen.
        if (session.update("UPDATE r4j_response SET attempts = attempts WHERE tenant = ? AND uid = ?", tenant, uid)
                == 0) {
            return false;
        }
        if (retention.keepsUsage()) {
            session.update(
                    "INSERT INTO r4j_usage (tenant, created_at, uid, id, status, usage_json)"
                            + " SELECT tenant, created_at, uid, id, status, usage_json FROM r4j_response"
                            + " WHERE tenant = ? AND uid = ? AND usage_json IS NOT NULL",
                    tenant,
                    uid);
        }
        session.update("DELETE FROM r4j_response WHERE tenant = ? AND uid = ?", tenant, uid);
        // Holds the conversation from here on: who deletes it has let go of the items, or will see that the response is
        // gone.
        Conversations.release(session, tenant, response.ties(), false);
        session.update("DELETE FROM r4j_item WHERE tenant = ? AND home = ? AND conversation_uid IS NULL", tenant, uid);
        session.update("DELETE FROM r4j_event WHERE tenant = ? AND response_uid = ?", tenant, uid);
        session.update("DELETE FROM r4j_tool_call WHERE tenant = ? AND response_uid = ?", tenant, uid);
        return true;
    }

    /**
     * Drops deleted responses whose window has passed, then expired ones that are part of no chain any more.
     *
     * <p>Several in one transaction may meet others in a deadlock over their conversations, after which one of them begins again.
     */
    static int sweep(Session session, Retention retention, int max) throws SQLException {
        record Buried(String id, Gone response) {}
        List<Buried> buried = session.list(
                "SELECT d.tenant, d.uid, d.id, (SELECT r.conversation_uid FROM r4j_response r"
                        + " WHERE r.tenant = d.tenant AND r.uid = d.uid) FROM r4j_deleted d WHERE d.until_at <= {begun}"
                        + " ORDER BY d.until_at LIMIT ? {skipLocked}",
                row -> new Buried(
                        row.getString(3),
                        new Gone(row.getString(1), new Runs.Ties(row.getString(2), row.getString(4), 0))),
                max);
        for (Buried one : buried) {
            String tenant = one.response().tenant();
            String uid = one.response().ties().uid();
            session.update("DELETE FROM r4j_deleted WHERE tenant = ? AND id = ? AND uid = ?", tenant, one.id(), uid);
            drop(session, retention, one.response());
        }
        List<Gone> expired = session.list(
                "SELECT r.tenant, r.uid, r.conversation_uid FROM r4j_response r WHERE " + EXPIRED_LONG_AGO
                        + " AND r.deleted = 0 AND NOT EXISTS"
                        + " (SELECT 1 FROM r4j_response c WHERE c.tenant = r.tenant AND c.parent = r.uid)"
                        + " LIMIT ? {skipLocked}",
                row -> new Gone(row.getString(1), new Runs.Ties(row.getString(2), row.getString(3), 0)),
                max - buried.size());
        for (Gone response : expired) {
            drop(session, retention, response);
        }
        return buried.size() + expired.size();
    }

    static List<UsageRecord> usage(Session session, boolean ofWhatIsGone, Tenant of, Interval interval, int max)
            throws SQLException {
        String tenant = Names.known(of.id());
        String columns = "SELECT %1$s.id, %1$s.created_at, %1$s.status, %1$s.usage_json, %1$s.uid FROM ";
        String which = " WHERE %1$s.tenant = ? AND %1$s.created_at >= ? AND %1$s.created_at < ?";
        List<@Nullable Object> values = new ArrayList<>();
        List<Object> range = List.of(tenant, Rows.micros(interval.from()), Rows.micros(interval.to()));
        values.addAll(range);
        String sql = String.format(columns + "r4j_response %1$s" + which, "r") + " AND r.usage_json IS NOT NULL";
        if (ofWhatIsGone) {
            sql += " UNION ALL " + String.format(columns + "r4j_usage %1$s" + which, "u");
            values.addAll(range);
        } else {
            sql += " AND r.name IS NOT NULL AND " + VISIBLE;
        }
        values.add(max);
        return session.list(
                sql + " ORDER BY created_at, uid LIMIT ?",
                row -> new UsageRecord(
                        new ResponseId(Rows.name(row, 1)),
                        Rows.time(row.getLong(2)),
                        ResponseStatus.ofWire(Rows.name(row, 3)),
                        Rows.json(row, 4)),
                values.toArray());
    }

    /** From a time on and before another. */
    record Interval(Instant from, Instant to) {}
}
