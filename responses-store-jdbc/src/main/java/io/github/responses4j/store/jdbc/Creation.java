package io.github.responses4j.store.jdbc;

import static io.github.responses4j.store.jdbc.Rows.VISIBLE;

import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One create: looks at the key, the ids and the conversation, in this order, and writes the response. */
final class Creation {
    private static final Created LOCKED = new Created(Created.Outcome.CONVERSATION_LOCKED, null, null);

    private final Session session;
    private final NewResponse response;
    private final String tenant;
    private final String name;
    private final String uid;

    /**
     * A create.
     *
     * @param uid the same each time that it is tried: what is found under it was written before
     */
    Creation(Session session, NewResponse response, String uid) {
        this.session = session;
        this.response = response;
        this.uid = uid;
        this.tenant = Names.encode(response.tenant().id());
        this.name = Names.encode(response.id().value());
    }

    Created run(Duration timeToLive) throws SQLException {
        if (isWritten()) {
            return created();
        }
        Created answer;
        try {
            answer = answer(timeToLive);
        } catch (IllegalArgumentException e) {
            if (isWritten()) {
                return created();
            }
            throw e;
        }
        // Whoever is in the way may be this create itself, whose commit came through meanwhile.
        return answer.outcome() == Created.Outcome.CREATED || isWritten() ? created() : session.refuse(answer);
    }

    /** Whether an earlier attempt's commit that gave no answer has happened. It writes, so that its own commit is worth as much. */
    private boolean isWritten() throws SQLException {
        return session.isAgain()
                && session.update(
                                "UPDATE r4j_response SET attempts = attempts WHERE tenant = ? AND uid = ?", tenant, uid)
                        == 1;
    }

    private Created answer(Duration timeToLive) throws SQLException {
        Created known = underKey();
        if (known != null) {
            return known;
        }
        // Before the conversation, which may be the one that the response of this id holds.
        if (session.isAgain() || response.conversation() != null) {
            refuseTakenName();
        }
        String parent = parent();
        ConversationTurn turn = response.conversation();
        String conversationUid = turn == null ? null : hold(turn);
        if (turn != null && conversationUid == null) {
            // Whoever holds it may have come with the same key.
            awaitHolder(turn);
            Created meanwhile = underKey();
            return meanwhile == null ? LOCKED : meanwhile;
        }
        insert(parent, conversationUid, response.timeToLive() == null ? timeToLive : response.timeToLive());
        Runs.items(session, new Runs.Home(tenant, uid, 0), 0, response.input());
        Runs.events(session, tenant, uid, response.events());
        return created();
    }

    private Created created() {
        Lease lease = response.background() ? null : new Lease(response.tenant(), response.id(), response.node(), 1);
        return new Created(Created.Outcome.CREATED, lease, null);
    }

    /**
     * Whether nobody is harmed if a message that was given up, with the caller told so, is carried out later: a response that only
     * its caller waits for is ended when its lease has run out. One in the background would be worked on, a key or a conversation held.
     */
    private boolean isPlain() {
        return !response.background() && response.idempotencyKey() == null && response.conversation() == null;
    }

    /** Ids are new, as a rule: whether one is taken is looked at when it could not be written. */
    private void refuseTakenName() throws SQLException {
        forgetExpired(session, tenant, "name", name);
        if (session.exists("SELECT 1 FROM r4j_response WHERE tenant = ? AND name = ?", tenant, name)) {
            throw new IllegalArgumentException("response " + response.id() + " exists already");
        }
    }

    private @Nullable Created underKey() throws SQLException {
        IdempotencyKey key = response.idempotencyKey();
        if (key == null) {
            return null;
        }
        Created known = underKey(session, tenant, key);
        if (known == null) {
            forgetExpired(session, tenant, "key_hash", Names.hash(key.key()));
        }
        return known;
    }

    /** What is known under a key; null if it is free. */
    static @Nullable Created underKey(Session session, String tenant, IdempotencyKey key) throws SQLException {
        record Earlier(String id, String requestHash) {}
        Optional<Earlier> earlier = session.one(
                "SELECT r.id, r.request_hash FROM r4j_response r WHERE r.tenant = ? AND r.key_hash = ? AND " + VISIBLE,
                row -> new Earlier(Rows.name(row, 1), row.getString(2)),
                tenant,
                Names.hash(key.key()));
        if (earlier.isEmpty()) {
            return null;
        }
        return earlier.get().requestHash().equals(Names.hash(key.requestHash()))
                ? new Created(
                        Created.Outcome.DUPLICATE,
                        null,
                        new ResponseId(earlier.get().id()))
                : new Created(Created.Outcome.KEY_REUSED, null, null);
    }

    /** Takes the names of a response that has expired, so that they may be given again; chains go by its uid. */
    static void forgetExpired(Session session, String tenant, String column, String value) throws SQLException {
        session.update(
                "UPDATE r4j_response SET name = NULL, key_hash = NULL WHERE tenant = ? AND " + column
                        + " = ? AND expires_at <= {now}",
                tenant,
                value);
    }

    private @Nullable String parent() throws SQLException {
        ResponseId previous = response.previousId();
        if (previous == null) {
            return null;
        }
        return session.one(
                        "SELECT r.uid FROM r4j_response r WHERE r.tenant = ? AND r.name = ? AND " + VISIBLE,
                        row -> row.getString(1),
                        tenant,
                        Names.known(previous.value()))
                .orElseThrow(() -> new IllegalArgumentException("no previous response " + previous));
    }

    /** Takes the conversation's lock if it is free and as the turn has read it. */
    private @Nullable String hold(ConversationTurn turn) throws SQLException {
        String id = Names.known(turn.id().value());
        int found = session.update(
                "UPDATE r4j_conversation SET holder = ? WHERE tenant = ? AND id = ? AND version = ? AND holder IS NULL",
                uid,
                tenant,
                id,
                turn.version());
        return found == 0
                ? null
                : session.one(
                                "SELECT uid FROM r4j_conversation WHERE tenant = ? AND id = ?",
                                row -> row.getString(1),
                                tenant,
                                id)
                        .orElse(null);
    }

    /**
     * Waits for whoever writes a conversation that was not to be had, where {@link #hold} has not done so: the one who took it
     * lets go of its row when all others see the response as well.
     */
    private void awaitHolder(ConversationTurn turn) throws SQLException {
        String lock = session.awaitsWriters();
        if ((response.idempotencyKey() != null || session.isAgain()) && !lock.isEmpty()) {
            session.exists(
                    "SELECT 1 FROM r4j_conversation WHERE tenant = ? AND id = ? " + lock,
                    tenant,
                    Names.known(turn.id().value()));
        }
    }

    private void insert(@Nullable String parent, @Nullable String conversationUid, Duration timeToLive)
            throws SQLException {
        ConversationTurn turn = response.conversation();
        ResponseId previous = response.previousId();
        IdempotencyKey key = response.idempotencyKey();
        boolean background = response.background();
        String sql =
                "INSERT INTO r4j_response (tenant, uid, name, id, parent, previous_id, conversation_uid, conversation_id,"
                        + " key_hash, request_hash, background, status, owner, epoch, attempts, handed_back, due_at,"
                        + " created_at, time_to_live, deleted, last_seq, inputs, outputs, document, request)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, "
                        + (background ? "0" : "{now} + " + Rows.micros(response.leaseTtl()))
                        + ", {now}, ?, 0, ?, ?, 0, ?, ?)";
        @Nullable
        Object[] values = {
            tenant,
            uid,
            name,
            name,
            parent,
            previous == null ? null : Names.encode(previous.value()),
            conversationUid,
            turn == null ? null : Names.encode(turn.id().value()),
            key == null ? null : Names.hash(key.key()),
            key == null ? null : Names.hash(key.requestHash()),
            background ? 1 : 0,
            background ? "queued" : "in_progress",
            background
                    ? null
                    : Names.encode(Objects.requireNonNull(response.node()).value()),
            background ? 0L : 1L,
            Rows.micros(timeToLive),
            response.events().size() - 1L,
            response.input().size(),
            Names.bytes(response.document()),
            Names.bytes(response.request())
        };
        List<@Nullable Object[]> row = List.<@Nullable Object[]>of(values);
        if (isPlain()) {
            session.last(sql, row);
        } else {
            session.batch(sql, row);
        }
    }
}
