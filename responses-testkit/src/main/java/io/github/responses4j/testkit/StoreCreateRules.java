package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code create} writes and refuses; conversations and idempotency keys. */
abstract class StoreCreateRules extends StoreFixture {
    private static final Created LOCKED = new Created(Created.Outcome.CONVERSATION_LOCKED, null, null);
    private static final Created KEY_REUSED = new Created(Created.Outcome.KEY_REUSED, null, null);

    private static Created duplicateOf(String id) {
        return new Created(Created.Outcome.DUPLICATE, null, id(id));
    }

    @Test
    void required_S1_aForegroundResponseStartsInProgressUnderItsFirstLease() {
        completed("before");

        Created created = create(draft("a")
                .previous("before")
                .conversation("conv")
                .document("{\"d\":1}")
                .request("{\"r\":1}")
                .input(items("in_1", "in_2")));

        Lease lease = new Lease(TENANT, id("a"), NODE, 1);
        assertThat(created).isEqualTo(new Created(Created.Outcome.CREATED, lease, null));
        assertThat(found("a"))
                .isEqualTo(new StoredResponse(
                        TENANT,
                        id("a"),
                        id("before"),
                        new ConversationId("conv"),
                        false,
                        ResponseStatus.IN_PROGRESS,
                        clock.instant(),
                        "{\"d\":1}",
                        "{\"r\":1}",
                        items("in_1", "in_2"),
                        List.of(),
                        -1,
                        1));
    }

    @Test
    void required_S1_aBackgroundResponseStartsQueuedWithoutALease() {
        Created created = create(draft("a").background().input(items("in_1")));

        assertThat(created).isEqualTo(new Created(Created.Outcome.CREATED, null, null));
        assertThat(found("a"))
                .isEqualTo(new StoredResponse(
                        TENANT,
                        id("a"),
                        null,
                        null,
                        true,
                        ResponseStatus.QUEUED,
                        clock.instant(),
                        "{\"object\":\"response\"}",
                        "{}",
                        items("in_1"),
                        List.of(),
                        -1,
                        0));
    }

    @Test
    void required_S6_aLogMayBeginWithTheResponse() {
        queued(draft("a").events(events(0, 2)));
        assertThat(store.tail(TENANT, id("a"), -1, 10)).contains(new Tail(ResponseStatus.QUEUED, 1, events(0, 2)));
        assertThat(found("a").lastSeq()).isEqualTo(1);

        Lease lease = claimOnly(NODE).lease();
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, end(1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        assertThat(store.tail(TENANT, id("a"), -1, 10)).contains(new Tail(ResponseStatus.COMPLETED, 2, events(0, 3)));

        for (List<StoredEvent> gap :
                List.of(events(1, 2), List.of(events(0, 1).get(0), events(2, 3).get(0)))) {
            Draft draft = draft("b").events(gap);
            assertThatIllegalArgumentException().isThrownBy(() -> create(draft));
        }
    }

    @Test
    void required_S2_anIdIsUsedOnce() {
        running(draft("a").document("{\"first\":true}"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> create(
                        draft("a").conversation("conv").key("key", "hash").document("{\"second\":true}")));

        assertThat(found("a").document()).isEqualTo("{\"first\":true}");
        // Neither the conversation nor the key was taken by the create that failed.
        running(draft("b").conversation("conv").key("key", "another hash"));
    }

    @Test
    void required_S2_anUnknownPreviousResponseIsRefusedAndLeavesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> create(
                        draft("a").previous("nowhere").conversation("conv").key("key", "hash")));

        assertThat(store.find(TENANT, id("a"))).isEmpty();
        running(draft("b").conversation("conv").key("key", "another hash"));
    }

    @Test
    void required_S2_aDeletedPreviousResponseIsRefused() {
        completed("a");
        store.delete(TENANT, id("a"));

        assertThatIllegalArgumentException().isThrownBy(() -> create(draft("b").previous("a")));
        assertThat(store.find(TENANT, id("b"))).isEmpty();
    }

    @Test
    void required_S2_aPreviousResponseMayStillRun() {
        running("a");

        running(draft("b").previous("a"));

        assertThat(found("b").previousId()).isEqualTo(id("a"));
    }

    @Test
    void required_S2_aConversationHoldsOneRunAtATime() {
        Lease first = running(draft("a").conversation("conv"));

        assertThat(create(draft("b").conversation("conv"))).isEqualTo(LOCKED);
        assertThat(create(draft("b").conversation("conv").background())).isEqualTo(LOCKED);
        assertThat(store.find(TENANT, id("b"))).isEmpty();
        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();

        // Another conversation, or none, is free.
        running(draft("c").conversation("Conv"));
        running("d");
        // An append that does not end the run keeps the lock.
        assertThat(store.append(first, more(-1, 1))).isEqualTo(Append.Result.OK);
        assertThat(create(draft("b").conversation("conv"))).isEqualTo(LOCKED);
    }

    @Test
    void required_S2_everyEndFreesTheConversation() {
        for (ResponseStatus status : ResponseStatus.values()) {
            if (status.isTerminal()) {
                Lease lease = running(draft("a_" + status).conversation("conv"));
                assertThat(store.append(lease, end(-1, status))).isEqualTo(Append.Result.OK);
            }
        }
        running(draft("b").conversation("conv"));
        assertThat(store.cancel(TENANT, id("b"))).isEqualTo(Cancelled.CANCELLED);
        queued(draft("c").conversation("conv"));
        assertThat(store.cancel(TENANT, id("c"))).isEqualTo(Cancelled.CANCELLED);
        running(draft("d").conversation("conv"));
        assertThat(store.delete(TENANT, id("d"))).isTrue();
        queued(draft("e").conversation("conv"));
        assertThat(store.delete(TENANT, id("e"))).isTrue();
        running(draft("f").conversation("conv"));
    }

    @Test
    void required_S2_whatEndedLongAgoDoesNotFreeTheConversationOfAnother() {
        completed(draft("a").conversation("conv"));
        running(draft("b").conversation("conv"));

        store.cancel(TENANT, id("a"));
        store.delete(TENANT, id("a"));

        assertThat(create(draft("c").conversation("conv"))).isEqualTo(LOCKED);
    }

    @Test
    void required_S2_theLockOfAQueuedResponseStaysThroughItsClaims() {
        queued(draft("a").conversation("conv"));
        assertThat(create(draft("b").conversation("conv"))).isEqualTo(LOCKED);
        claimOnly(NODE);
        clock.advance(LEASE);
        assertThat(create(draft("b").conversation("conv"))).isEqualTo(LOCKED);
        Lease lease = claimOnly(OTHER_NODE).lease();
        assertThat(create(draft("b").conversation("conv"))).isEqualTo(LOCKED);
        store.append(lease, end(-1, ResponseStatus.COMPLETED));
        running(draft("b").conversation("conv"));
    }

    @Test
    void required_S3_conversationsOfTwoTenantsAreTwo() {
        running(draft("a").conversation("conv"));
        running(draft("b").conversation("conv").tenant(OTHER));

        assertThat(create(draft("c").conversation("conv").tenant(OTHER))).isEqualTo(LOCKED);
    }

    @Test
    void required_S8_aNameMayTakeTheRoomOf255Characters() {
        int n = 0;
        for (String name : List.of("x".repeat(255), "\u00e9".repeat(51), " ".repeat(51), "\ud800".repeat(51))) {
            StoredItem item = new StoredItem(name, "{}");
            completed(draft("a" + n).conversation(name).input(List.of(item)));
            assertThat(found("a" + n).conversation()).isEqualTo(new ConversationId(name));
            assertThat(found("a" + n).input()).containsExactly(item);
            n++;
        }
    }

    @Test
    void required_S2_aRepeatedRequestGetsTheFirstResponse() {
        queued(draft("a").key("key", "hash"));

        assertThat(create(draft("b").key("key", "hash"))).isEqualTo(duplicateOf("a"));
        assertThat(create(draft("b").key("key", "hash").background())).isEqualTo(duplicateOf("a"));
        assertThat(store.find(TENANT, id("b"))).isEmpty();
        claimOnly(NODE);

        store.cancel(TENANT, id("a"));
        assertThat(create(draft("b").key("key", "hash"))).isEqualTo(duplicateOf("a"));
    }

    @Test
    void required_S2_aKeyStandsForOneRequest() {
        running(draft("a").key("key", "hash"));

        assertThat(create(draft("b").key("key", "another hash"))).isEqualTo(KEY_REUSED);
        assertThat(create(draft("b").key("key", "HASH"))).isEqualTo(KEY_REUSED);
        assertThat(store.find(TENANT, id("b"))).isEmpty();
        running(draft("b").key("KEY", "another hash"));
    }

    @Test
    void required_S2_theKeyIsLookedAtFirst() {
        completed("before");
        running(draft("a").previous("before").conversation("conv").key("key", "hash"));
        store.delete(TENANT, id("before"));

        Draft repeated = draft("a").previous("before").conversation("conv").key("key", "hash");
        assertThat(create(repeated)).isEqualTo(duplicateOf("a"));
        assertThat(create(repeated.key("key", "another hash"))).isEqualTo(KEY_REUSED);
    }

    @Test
    void required_S2_theIdsAreLookedAtBeforeTheConversation() {
        running(draft("a").conversation("conv"));

        assertThatIllegalArgumentException().isThrownBy(() -> create(draft("a").conversation("conv")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> create(draft("b").conversation("conv").previous("nowhere")));
    }

    @Test
    void required_S2_aRefusedCreateRecordsNoKey() {
        Lease holder = running(draft("a").conversation("conv"));
        assertThat(create(draft("b").conversation("conv").key("key", "hash"))).isEqualTo(LOCKED);
        store.append(holder, end(-1, ResponseStatus.COMPLETED));

        running(draft("c").conversation("conv").key("key", "another hash"));
    }

    @Test
    void required_S2_aKeyIsForgottenWithItsResponse() {
        running(draft("a").key("key", "hash"));
        store.delete(TENANT, id("a"));

        running(draft("b").key("key", "another hash"));
        assertThat(create(draft("c").key("key", "another hash"))).isEqualTo(duplicateOf("b"));
    }

    @Test
    void required_S2_aKeyMayBeLookedAt() {
        assertThat(underKey("key", "hash")).isEmpty();
        assertThat(underKey("key", "hash")).isEmpty();
        running(draft("a").key("key", "hash"));

        assertThat(underKey("key", "hash")).contains(duplicateOf("a"));
        assertThat(underKey("key", "another hash")).contains(KEY_REUSED);
        assertThat(underKey("KEY", "hash")).isEmpty();
        assertThat(store.underKey(OTHER, new IdempotencyKey("key", "hash"))).isEmpty();

        store.delete(TENANT, id("a"));
        assertThat(underKey("key", "hash")).isEmpty();
        completed(draft("b").key("key", "hash"));
        assertThat(underKey("key", "hash")).contains(duplicateOf("b"));
    }

    private Optional<Created> underKey(String key, String requestHash) {
        return store.underKey(TENANT, new IdempotencyKey(key, requestHash));
    }

    @Test
    void required_S3_keysOfTwoTenantsAreTwo() {
        running(draft("a").key("key", "hash"));

        running(draft("b").key("key", "hash").tenant(OTHER));

        assertThat(create(draft("c").key("key", "hash").tenant(OTHER))).isEqualTo(duplicateOf("b"));
        assertThat(create(draft("c").key("key", "hash"))).isEqualTo(duplicateOf("a"));
    }
}
