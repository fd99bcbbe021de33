package io.github.responses4j.store.jdbc;

import static io.github.responses4j.store.jdbc.Rows.VISIBLE;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who writes a run, and how it ends. The right to write is checked by the statement that writes. */
final class Runs {
    /** The fence: only the current lease of a run that has not ended finds the row. */
    private static final String HELD =
            " WHERE tenant = ? AND name = ? AND owner = ? AND epoch = ? AND status = 'in_progress'";

    private Runs() {}

    /** What belongs to a response's row. */
    record Ties(String uid, @Nullable String conversationUid, int outputs) {}

    private static final String TIES = "uid, conversation_uid, outputs";

    private static Ties ties(ResultSet row) throws SQLException {
        return new Ties(row.getString(1), row.getString(2), row.getInt(3));
    }

    private static Optional<Ties> ties(Session session, String tenant, String name) throws SQLException {
        return session.one(
                "SELECT " + TIES + " FROM r4j_response WHERE tenant = ? AND name = ?", Runs::ties, tenant, name);
    }

    /** Writes to a response's row and reads what belongs to it; empty if the statement has not found it. */
    private static Optional<Ties> written(
            Session session, String tenant, String name, String update, @Nullable Object... values)
            throws SQLException {
        if (session.returnsRows()) {
            return session.one(update + " RETURNING " + TIES, Runs::ties, values);
        }
        return session.update(update, values) == 0 ? Optional.empty() : ties(session, tenant, name);
    }

    /** Takes over what is due: background responses to go on with, or foreground responses to end. */
    static List<Claim> claim(Session session, boolean background, NodeId node, int max, Duration ttl)
            throws SQLException {
        record Candidate(String tenant, String uid, long epoch) {}
        // Runs that lost their owner come first: a queue that is never empty must not starve them.
        List<Candidate> candidates = session.list(
                "SELECT tenant, uid, epoch FROM r4j_response WHERE background = ? AND due_at <= {begun}"
                        + " ORDER BY status, due_at, created_at LIMIT ? {skipLocked}",
                row -> new Candidate(row.getString(1), row.getString(2), row.getLong(3)),
                background ? 1 : 0,
                max);
        List<Claim> claims = new ArrayList<>();
        for (Candidate candidate : candidates) {
            int found = session.update(
                    "UPDATE r4j_response SET status = 'in_progress', owner = ?, epoch = epoch + 1,"
                            + " attempts = attempts + 1 - handed_back, handed_back = 0, due_at = {now} + ?"
                            + " WHERE tenant = ? AND uid = ? AND epoch = ? AND due_at <= {now}",
                    Names.encode(node.value()),
                    Rows.micros(ttl),
                    candidate.tenant(),
                    candidate.uid(),
                    candidate.epoch());
            if (found == 1) {
                StoredResponse response = Reads.byUid(session, candidate.tenant(), candidate.uid());
                int attempts = session.one(
                                "SELECT attempts FROM r4j_response WHERE tenant = ? AND uid = ?",
                                row -> row.getInt(1),
                                candidate.tenant(),
                                candidate.uid())
                        .orElseThrow();
                Lease lease = new Lease(response.tenant(), response.id(), node, response.epoch());
                claims.add(new Claim(lease, attempts, response));
            }
        }
        return claims;
    }

    static Set<Lease> renew(Session session, Iterable<Lease> held, Duration ttl) throws SQLException {
        Set<Lease> prolonged = new HashSet<>();
        // A foreground lease cannot be handed back: nobody may go on with its run.
        String change = ttl.isZero()
                ? "handed_back = background, due_at = CASE WHEN background = 1 THEN {now} ELSE due_at END"
                : "handed_back = 0, due_at = {now} + " + Rows.micros(ttl);
        for (Lease lease : held) {
            int found = session.update(
                    "UPDATE r4j_response SET " + change + HELD,
                    Names.known(lease.tenant().id()),
                    Names.known(lease.id().value()),
                    Names.known(lease.owner().value()),
                    lease.epoch());
            if (found == 1) {
                prolonged.add(lease);
            }
        }
        return prolonged;
    }

    /** What an append does to the response's row, if the lease is held and nobody else has written meanwhile. */
    record Change(String update, List<@Nullable Object> values) {
        static Change of(Lease lease, Append append) {
            Append.Terminal terminal = append.terminal();
            List<@Nullable Object> values = new ArrayList<>();
            values.add(append.expectedLastSeq() + append.events().size());
            values.add(append.items().size());
            String ending = "";
            if (terminal != null) {
                ending = ", status = ?, document = ?, usage_json = ?, owner = NULL, due_at = NULL,"
                        + " expires_at = {now} + time_to_live";
                values.add(terminal.status().wire());
                values.add(Names.bytes(terminal.document()));
                values.add(terminal.usage() == null ? null : Names.bytes(terminal.usage()));
            }
            values.add(Names.known(lease.tenant().id()));
            values.add(Names.known(lease.id().value()));
            values.add(Names.known(lease.owner().value()));
            values.add(lease.epoch());
            values.add(append.expectedLastSeq());
            String before = " AND last_seq = ?";
            if (append.expectedItems() != Append.ANY_ITEMS) {
                before += " AND outputs = ?";
                values.add(append.expectedItems());
            }
            return new Change(
                    "UPDATE r4j_response SET last_seq = ?, outputs = outputs + ?" + ending + HELD + before, values);
        }
    }

    static Append.Result append(Session session, Lease lease, Append append) throws SQLException {
        String tenant = Names.known(lease.tenant().id());
        String name = Names.known(lease.id().value());
        Change change = Change.of(lease, append);
        Optional<Ties> written =
                written(session, tenant, name, change.update(), change.values().toArray());
        if (written.isEmpty()) {
            return session.refuse(Append.Result.FENCED);
        }
        Ties ties = written.get();
        events(session, tenant, ties.uid(), append.events());
        items(
                session,
                new Home(tenant, ties.uid(), 1),
                ties.outputs() - append.items().size(),
                append.items());
        if (append.terminal() != null) {
            Conversations.release(session, tenant, ties, append.terminal().joinsConversation());
        }
        return Append.Result.OK;
    }

    static void events(Session session, String tenant, String uid, List<StoredEvent> events) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (StoredEvent event : events) {
            rows.add(new Object[] {tenant, uid, event.seq(), Names.bytes(event.json())});
        }
        session.last("INSERT INTO r4j_event (tenant, response_uid, seq, body) VALUES (?, ?, ?, ?)", rows);
    }

    /** Where items come from: 0 the input of a response, 1 its output. */
    record Home(String tenant, String uid, int kind) {}

    static void items(Session session, Home home, long from, List<StoredItem> items) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        long place = from;
        for (StoredItem item : items) {
            rows.add(new Object[] {
                home.tenant(), home.uid(), home.kind(), place++, Names.encode(item.id()), Names.bytes(item.json())
            });
        }
        session.last("INSERT INTO r4j_item (tenant, home, kind, place, id, json) VALUES (?, ?, ?, ?, ?, ?)", rows);
    }

    static ToolStart toolStarted(Session session, Lease lease, String callId, String requestHash) throws SQLException {
        String tenant = Names.known(lease.tenant().id());
        String name = Names.known(lease.id().value());
        // Writes nothing new: it holds the row, so that the lease stays current and one call at a time looks.
        int found = session.update(
                "UPDATE r4j_response SET attempts = attempts" + HELD,
                tenant,
                name,
                Names.known(lease.owner().value()),
                lease.epoch());
        if (found == 0) {
            return session.refuse(ToolStart.FENCED);
        }
        String uid = ties(session, tenant, name).orElseThrow().uid();
        String call = Names.hash(callId);
        if (session.exists(
                "SELECT 1 FROM r4j_tool_call WHERE tenant = ? AND response_uid = ? AND call_hash = ?",
                tenant,
                uid,
                call)) {
            return session.refuse(ToolStart.ALREADY_STARTED);
        }
        session.update(
                "INSERT INTO r4j_tool_call (tenant, response_uid, call_hash, request_hash) VALUES (?, ?, ?, ?)",
                tenant,
                uid,
                call,
                Names.hash(requestHash));
        return ToolStart.STARTED;
    }

    static Cancelled cancel(Session session, Tenant of, ResponseId id) throws SQLException {
        String tenant = Names.known(of.id());
        String name = Names.known(id.value());
        int found = session.update(
                "UPDATE r4j_response SET status = 'cancelled', epoch = epoch + 1, owner = NULL,"
                        + " due_at = NULL, expires_at = {now} + time_to_live"
                        + " WHERE tenant = ? AND name = ? AND status IN ('queued', 'in_progress')",
                tenant,
                name);
        if (found == 1) {
            Conversations.release(session, tenant, ties(session, tenant, name).orElseThrow(), false);
            return Cancelled.CANCELLED;
        }
        boolean ended = session.exists(
                "SELECT 1 FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND " + VISIBLE, tenant, name);
        return session.refuse(ended ? Cancelled.ALREADY_ENDED : Cancelled.NOT_FOUND);
    }
}
