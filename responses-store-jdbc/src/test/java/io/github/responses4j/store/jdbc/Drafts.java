package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tests have a store create. */
final class Drafts {
    private Drafts() {}

    /** A response in the foreground that continues none. */
    static NewResponse response(Tenant tenant, ResponseId id, @Nullable ConversationTurn turn, StoredItem... input) {
        return new NewResponse(
                tenant,
                id,
                null,
                turn,
                null,
                false,
                new NodeId("node"),
                Duration.ofSeconds(30),
                null,
                "{}",
                "{}",
                List.of(input),
                List.of());
    }
}
