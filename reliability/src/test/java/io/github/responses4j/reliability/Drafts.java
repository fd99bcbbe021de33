package io.github.responses4j.reliability;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stores are given where no engine is at work. */
final class Drafts {
    static final Tenant TENANT = Tenant.SINGLE;
    static final Duration LEASE = Duration.ofSeconds(30);

    private Drafts() {}

    static NewResponse background(String id) {
        return response(id, true, new NodeId("creator"), null, null);
    }

    static NewResponse response(
            String id,
            boolean background,
            NodeId node,
            @Nullable ConversationTurn conversation,
            @Nullable IdempotencyKey key) {
        return new NewResponse(
                TENANT,
                new ResponseId(id),
                null,
                conversation,
                key,
                background,
                node,
                LEASE,
                null,
                "{}",
                "{}",
                List.of(new StoredItem("in_" + id, "{}")),
                List.of());
    }

    /** Some events after a number; each says who wrote it. */
    static List<StoredEvent> events(long after, int count, String by) {
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            events.add(new StoredEvent(after + i, "{\"by\":\"" + by + "\",\"n\":" + (after + i) + "}"));
        }
        return events;
    }

    static Append.Terminal end(ResponseStatus status) {
        return new Append.Terminal(status, "{\"status\":\"" + status.wire() + "\"}", true, null);
    }
}
