package io.github.responses4j.testkit;

import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link NewResponse} in the making: a foreground response of the first tenant, with nothing that is optional. */
final class Draft {
    private final ResponseId id;
    private Tenant tenant = StoreFixture.TENANT;
    private @Nullable ResponseId previousId;
    private @Nullable ConversationTurn conversation;
    private @Nullable IdempotencyKey key;
    private boolean background;
    private @Nullable Duration timeToLive;
    private String document = "{\"object\":\"response\"}";
    private String request = "{}";
    private List<StoredItem> input = List.of();
    private List<StoredEvent> events = List.of();

    Draft(String id) {
        this.id = new ResponseId(id);
    }

    Draft tenant(Tenant value) {
        tenant = value;
        return this;
    }

    Draft previous(String value) {
        previousId = new ResponseId(value);
        return this;
    }

    Draft conversation(String value) {
        return conversation(value, 0);
    }

    /** A conversation as a turn has read it. */
    Draft conversation(String value, long version) {
        conversation = new ConversationTurn(new ConversationId(value), version);
        return this;
    }

    Draft events(List<StoredEvent> value) {
        events = value;
        return this;
    }

    Draft key(String value, String requestHash) {
        key = new IdempotencyKey(value, requestHash);
        return this;
    }

    Draft background() {
        background = true;
        return this;
    }

    Draft timeToLive(Duration value) {
        timeToLive = value;
        return this;
    }

    Draft document(String value) {
        document = value;
        return this;
    }

    Draft request(String value) {
        request = value;
        return this;
    }

    Draft input(List<StoredItem> value) {
        input = value;
        return this;
    }

    NewResponse build() {
        return new NewResponse(
                tenant,
                id,
                previousId,
                conversation,
                key,
                background,
                StoreFixture.NODE,
                StoreFixture.LEASE,
                timeToLive,
                document,
                request,
                input,
                events);
    }
}
