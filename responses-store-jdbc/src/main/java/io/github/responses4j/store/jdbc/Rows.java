package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import io.github.responses4j.store.Tenant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whole responses as one statement reads them: a row for each item, the documents in the first of them. */
final class Rows {
    /** Whether a response still counts. */
    static final String VISIBLE = "(r.expires_at IS NULL OR r.expires_at > {now})";

    private static final String FIRST =
            "i.home IS NULL OR (i.place = 0 AND (i.kind = 0 OR (i.kind = 1 AND r.inputs = 0)))";

    private static final String HEAD =
            "r.tenant, r.uid, r.id, r.parent, r.previous_id, r.conversation_id, r.background,"
                    + " r.status, r.created_at, r.last_seq, r.epoch, ";

    /** What {@link #responses} reads. */
    static final String COLUMNS = HEAD
            + "CASE WHEN " + FIRST + " THEN r.document END,"
            + " CASE WHEN " + FIRST + " THEN r.request END,"
            + " i.kind, i.id, i.json";

    /** What {@link #chain} reads of its last response, in the places of {@link #COLUMNS}; its depth is that of no turn. */
    static final String WHOLE = HEAD + "r.document, r.request, NULL, NULL, NULL, NULL, -1, NULL";

    /** What {@link #chain} reads of the items of its turns. */
    static final String OF_CHAIN = "NULL, NULL, c.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
            + " CASE WHEN i.home IS NULL OR i.place = 0 THEN c.request END,"
            + " i.kind, i.id, i.json, i.place, c.depth, CASE WHEN c.parent IS NULL THEN 1 ELSE 0 END";

    /** Brings each response its items. */
    static final String ITEMS = " LEFT JOIN r4j_item i ON i.tenant = r.tenant AND i.home = r.uid ";

    private static final Duration FOREVER = Duration.ofSeconds(4_000_000_000_000L);

    private Rows() {}

    /** Responses that stand one after another in a result, each with its items in order. */
    static List<StoredResponse> responses(ResultSet rows) throws SQLException {
        List<StoredResponse> responses = new ArrayList<>();
        Draft draft = null;
        while (rows.next()) {
            String uid = rows.getString(2);
            if (draft == null || !draft.items.uid.equals(uid)) {
                if (draft != null) {
                    responses.add(draft.build());
                }
                draft = new Draft(new Items(uid), rows);
            }
            draft.items.add(rows);
        }
        if (draft != null) {
            responses.add(draft.build());
        }
        return responses;
    }

    /** A chain with the response at its end; empty if there is none, or the oldest that is left has lost its parent. */
    static Optional<Chain> chain(ResultSet rows) throws SQLException {
        Draft last = null;
        List<Turn> turns = new ArrayList<>();
        boolean whole = false;
        while (rows.next()) {
            int depth = rows.getInt(18);
            if (depth < 0) {
                last = new Draft(new Items(rows.getString(2)), rows);
                continue;
            }
            while (turns.size() <= depth) {
                turns.add(new Turn());
            }
            Turn turn = turns.get(depth);
            if (turn.id == null) {
                turn.id = new ResponseId(Objects.requireNonNull(ascii(rows, 3)));
                whole |= rows.getInt(19) == 1;
            }
            turn.add(rows);
        }
        if (last == null || !whole) {
            return Optional.empty();
        }
        List<StoredTurn> earlier = new ArrayList<>(turns.size());
        for (int depth = turns.size() - 1; depth > 0; depth--) {
            earlier.add(turns.get(depth).build());
        }
        turns.get(0).moveTo(last.items);
        return Optional.of(new Chain(earlier, last.build()));
    }

    /** A turn of a chain while its rows are read, in any order. */
    private static final class Turn {
        private static final Comparator<Placed> IN_ORDER =
                Comparator.comparingInt(Placed::kind).thenComparingLong(Placed::place);

        private record Placed(int kind, long place, StoredItem item) {}

        private final List<Placed> placed = new ArrayList<>(2);
        private @Nullable ResponseId id;
        private @Nullable String request;

        void add(ResultSet row) throws SQLException {
            byte[] notes = request == null ? row.getBytes(13) : null;
            if (notes != null) {
                request = Names.text(notes);
            }
            String itemId = ascii(row, 15);
            if (itemId != null) {
                placed.add(new Placed(row.getInt(14), row.getLong(17), new StoredItem(itemId, json(row, 16))));
            }
        }

        void moveTo(Items items) {
            placed.sort(IN_ORDER);
            placed.forEach(one -> (one.kind() == 0 ? items.input : items.output).add(one.item()));
        }

        StoredTurn build() {
            Items items = new Items("");
            moveTo(items);
            return new StoredTurn(
                    Objects.requireNonNull(id), request == null ? "" : request, items.input, items.output);
        }
    }

    /** The items of a response while its rows are read. */
    private static final class Items {
        final String uid;
        final List<StoredItem> input = new ArrayList<>();
        final List<StoredItem> output = new ArrayList<>();

        Items(String uid) {
            this.uid = uid;
        }

        void add(ResultSet row) throws SQLException {
            String itemId = row.getString(15);
            if (itemId != null) {
                (row.getInt(14) == 0 ? input : output).add(new StoredItem(Names.decode(itemId), json(row, 16)));
            }
        }
    }

    /** A response while its rows are read. */
    private static final class Draft {
        final Items items;
        private final Tenant tenant;
        private final ResponseId id;
        private final @Nullable ResponseId previousId;
        private final @Nullable ConversationId conversation;
        private final boolean background;
        private final ResponseStatus status;
        private final Instant createdAt;
        private final long lastSeq;
        private final long epoch;
        private final String document;
        private final String request;

        Draft(Items items, ResultSet row) throws SQLException {
            this.items = items;
            tenant = new Tenant(name(row, 1));
            id = new ResponseId(name(row, 3));
            String previous = row.getString(5);
            previousId = previous == null ? null : new ResponseId(Names.decode(previous));
            String inConversation = row.getString(6);
            conversation = inConversation == null ? null : new ConversationId(Names.decode(inConversation));
            background = row.getInt(7) == 1;
            status = ResponseStatus.ofWire(name(row, 8));
            createdAt = time(row.getLong(9));
            lastSeq = row.getLong(10);
            epoch = row.getLong(11);
            document = json(row, 12);
            request = json(row, 13);
        }

        StoredResponse build() {
            return new StoredResponse(
                    tenant,
                    id,
                    previousId,
                    conversation,
                    background,
                    status,
                    createdAt,
                    document,
                    request,
                    items.input,
                    items.output,
                    lastSeq,
                    epoch);
        }
    }

    static String name(ResultSet row, int column) throws SQLException {
        return Names.decode(Objects.requireNonNull(row.getString(column)));
    }

    /** A name, read as bytes: SQLite's driver takes many times as long for text. */
    private static @Nullable String ascii(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : Names.decode(Names.text(bytes));
    }

    static String json(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        // A driver may give no bytes as null.
        return bytes == null ? "" : Names.text(bytes);
    }

    static StoredItem item(ResultSet row) throws SQLException {
        return new StoredItem(name(row, 1), json(row, 2));
    }

    static StoredEvent event(ResultSet row) throws SQLException {
        return new StoredEvent(row.getLong(1), json(row, 2));
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** The first whole microsecond at or after a time, as near to it as a column can hold. */
    static long micros(Instant time) {
        long seconds = Math.max(-FOREVER.toSeconds(), Math.min(FOREVER.toSeconds(), time.getEpochSecond()));
        return seconds * 1_000_000 + (time.getNano() + 999) / 1000;
    }

    /** A duration in microseconds that may be added to any time. */
    static long micros(Duration duration) {
        Duration bounded = duration.compareTo(FOREVER) > 0 ? FOREVER : duration;
        return bounded.getSeconds() * 1_000_000 + bounded.getNano() / 1000;
    }
}
