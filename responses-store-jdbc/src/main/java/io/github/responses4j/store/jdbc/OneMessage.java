package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An append to a response outside of conversations as one statement, which goes to the database together with the commit. For PostgreSQL.
 *
 * <p>What the row does not allow writes nothing: then it is to be done step by step, to find out why.
 */
final class OneMessage {
    private static final String ITEMS =
            "INSERT INTO r4j_item (tenant, home, kind, place, id, json) SELECT h.tenant, h.uid, 1, h.outputs - ? + i.n - 1,"
                    + " i.id, i.json FROM held h, unnest(?, ?) WITH ORDINALITY AS i (id, json, n)";
    private static final String EVENTS =
            "INSERT INTO r4j_event (tenant, response_uid, seq, body) SELECT h.tenant, h.uid, e.seq, e.body"
                    + " FROM held h, unnest(?, ?) AS e (seq, body)";

    private OneMessage() {}

    /**
     * Sends an append with the commit.
     *
     * @param found is told afterwards how many rows it has written; 0 if it has done nothing at all
     */
    static void append(Session session, Lease lease, Append append, IntConsumer found) {
        Runs.Change change = Runs.Change.of(lease, append);
        // Only an end touches the conversation.
        String update = change.update() + (append.terminal() == null ? "" : " AND conversation_uid IS NULL");
        List<@Nullable Object> values = new ArrayList<>(change.values());
        boolean items = !append.items().isEmpty();
        boolean events = !append.events().isEmpty();
        if (items) {
            addItems(values, append.items());
        }
        if (events) {
            addEvents(values, append.events());
        }
        if (!items && !events) {
            session.last(update, values, found);
            return;
        }
        String held = "WITH held AS (" + update + " RETURNING tenant, uid, outputs)";
        String rows = items && events ? ", items AS (" + ITEMS + ") " + EVENTS : " " + (items ? ITEMS : EVENTS);
        session.last(held + rows, values, found);
    }

    private static void addItems(List<@Nullable Object> values, List<StoredItem> items) {
        List<String> ids = items.stream().map(item -> Names.encode(item.id())).toList();
        values.add(items.size());
        values.add(new Session.Column<>("text", ids, String[]::new));
        values.add(bytes(items.stream().map(StoredItem::json)));
    }

    private static void addEvents(List<@Nullable Object> values, List<StoredEvent> events) {
        List<Long> numbers = events.stream().map(StoredEvent::seq).toList();
        values.add(new Session.Column<>("bigint", numbers, Long[]::new));
        values.add(bytes(events.stream().map(StoredEvent::json)));
    }

    private static Session.Column<byte[]> bytes(Stream<String> json) {
        return new Session.Column<>("bytea", json.map(Names::bytes).toList(), byte[][]::new);
    }
}
