package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may write a run, and how it ends: {@code claim}, {@code renew}, {@code append}, tools, {@code cancel}. */
abstract class StoreRunRules extends StoreCreateRules {
    static final Duration TICK = Duration.ofMillis(1);

    /** Leases that look like the current one and are not. */
    private static List<Lease> notQuite(Lease current) {
        return List.of(
                new Lease(current.tenant(), current.id(), current.owner(), current.epoch() - 1),
                new Lease(current.tenant(), current.id(), current.owner(), current.epoch() + 1),
                new Lease(current.tenant(), current.id(), OTHER_NODE, current.epoch()),
                new Lease(OTHER, current.id(), current.owner(), current.epoch()),
                new Lease(current.tenant(), UNKNOWN, current.owner(), current.epoch()));
    }

    /** Tries everything that a lease allows, and expects that none of it is. */
    void assertFenced(Lease lease) {
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, more(0, 1))).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, more(0, 0))).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, end(0, ResponseStatus.FAILED))).isEqualTo(Append.Result.FENCED);
        assertThat(store.toolStarted(lease, "call", "hash")).isEqualTo(ToolStart.FENCED);
        assertThat(store.renew(List.of(lease), LEASE)).isEmpty();
    }

    @Test
    void required_S1_aQueuedResponseIsClaimed() {
        queued(draft("a").input(items("in_1")));

        Claim claim = claimOnly(OTHER_NODE);

        assertThat(claim.lease()).isEqualTo(new Lease(TENANT, id("a"), OTHER_NODE, 1));
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.response()).isEqualTo(found("a"));
        assertThat(claim.response().status()).isEqualTo(ResponseStatus.IN_PROGRESS);
        assertThat(claim.response().epoch()).isEqualTo(1);
        assertThat(claim.response().input()).isEqualTo(items("in_1"));
        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();
    }

    @Test
    void required_S4_anExpiredLeaseIsClaimedWithAHigherEpoch() {
        queued("a");
        Lease first = claimOnly(NODE).lease();
        store.append(first, new Append(-1, events(0, 3), items("out_1"), null));

        clock.advance(LEASE.minus(TICK));
        assertThat(store.claim(OTHER_NODE, 10, LEASE)).isEmpty();
        clock.advance(TICK);
        Claim second = claimOnly(OTHER_NODE);

        assertThat(second.lease()).isEqualTo(new Lease(TENANT, id("a"), OTHER_NODE, 2));
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.response().output()).isEqualTo(items("out_1"));
        assertThat(second.response().lastSeq()).isEqualTo(2);
        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();
        clock.advance(LEASE);
        assertThat(claimOnly(OTHER_NODE).attempt()).isEqualTo(3);
    }

    @Test
    void required_S1_aClaimTakesAtMostAsManyAsAskedFor() {
        for (int n = 0; n < 5; n++) {
            queued("a" + n);
        }
        List<String> claimed = new ArrayList<>();
        assertThat(store.claim(NODE, 0, LEASE)).isEmpty();
        for (int expected : List.of(2, 2, 1, 0)) {
            List<Claim> claims = store.claim(NODE, 2, LEASE);
            assertThat(claims).hasSize(expected);
            claims.forEach(claim -> claimed.add(claim.response().id().value()));
        }
        assertThat(claimed).containsExactlyInAnyOrder("a0", "a1", "a2", "a3", "a4");
    }

    @Test
    void required_S3_aClaimServesAllTenantsEachUnderItsName() {
        queued("a");
        queued(draft("a").tenant(OTHER));

        assertThat(store.claim(NODE, 10, LEASE).stream().map(Claim::lease))
                .containsExactlyInAnyOrder(new Lease(TENANT, id("a"), NODE, 1), new Lease(OTHER, id("a"), NODE, 1));
    }

    @Test
    void required_S5_whatHasEndedIsNotClaimed() {
        queued("a");
        queued("b");
        queued("c");
        List<Claim> claims = store.claim(NODE, 2, LEASE);
        store.append(claims.get(0).lease(), end(-1, ResponseStatus.COMPLETED));
        store.cancel(TENANT, claims.get(1).lease().id());
        List.of("a", "b", "c").forEach(id -> store.cancel(TENANT, id(id)));
        queued("d");
        store.delete(TENANT, id("d"));
        clock.advance(LEASE);

        assertThat(store.claim(OTHER_NODE, 10, LEASE)).isEmpty();
    }

    @Test
    void required_S4_aRenewedLeaseIsNotClaimed() {
        queued("a");
        Lease lease = claimOnly(NODE).lease();
        clock.advance(LEASE.minus(TICK));

        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(lease);

        clock.advance(LEASE.minus(TICK));
        assertThat(store.claim(OTHER_NODE, 10, LEASE)).isEmpty();
        clock.advance(TICK);
        claimOnly(OTHER_NODE);
        assertThat(store.renew(List.of(lease), LEASE)).isEmpty();
    }

    @Test
    void required_S4_onlyCurrentLeasesAreRenewed() {
        Lease foreground = running("a");
        Lease ended = running("b");
        store.append(ended, end(-1, ResponseStatus.COMPLETED));
        List<Lease> held = new ArrayList<>(notQuite(foreground));
        held.add(foreground);
        held.add(ended);

        assertThat(store.renew(held, LEASE)).containsExactly(foreground);
        assertThat(store.renew(List.of(), LEASE)).isEmpty();
    }

    @Test
    void required_S4_aLeaseThatRanOutStaysCurrentUntilItIsClaimed() {
        queued("a");
        Lease lease = claimOnly(NODE).lease();
        clock.advance(LEASE.multipliedBy(2));

        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);
        assertThat(store.toolStarted(lease, "call", "hash")).isEqualTo(ToolStart.STARTED);
        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(lease);
        assertThat(store.claim(OTHER_NODE, 10, LEASE)).isEmpty();
    }

    @Test
    void required_S4_aRenewalByNothingHandsTheRunBack() {
        queued("a");
        Lease lease = claimOnly(NODE).lease();

        assertThat(store.renew(List.of(lease), Duration.ZERO)).containsExactly(lease);
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);

        assertThat(claimOnly(OTHER_NODE).lease().epoch()).isEqualTo(2);
        assertFenced(lease);
    }

    @Test
    void required_S2_anAppendAddsEventsAndItemsInOrder() {
        Lease lease = running("a");

        assertThat(store.append(lease, new Append(-1, events(0, 2), items("out_1", "out_2"), null)))
                .isEqualTo(Append.Result.OK);
        assertThat(store.append(lease, new Append(1, List.of(), items("out_3"), null)))
                .isEqualTo(Append.Result.OK);
        assertThat(store.append(lease, more(1, 3))).isEqualTo(Append.Result.OK);
        assertThat(store.append(lease, more(4, 0))).isEqualTo(Append.Result.OK);

        StoredResponse response = found("a");
        assertThat(response.output()).isEqualTo(items("out_1", "out_2", "out_3"));
        assertThat(response.lastSeq()).isEqualTo(4);
        assertThat(response.document()).isEqualTo("{\"object\":\"response\"}");
        assertThat(store.tail(TENANT, id("a"), -1, 100))
                .contains(new Tail(ResponseStatus.IN_PROGRESS, 4, events(0, 5)));
    }

    @Test
    void required_S2_itemsAreAddedToThoseThatTheHolderKnowsOf() {
        Lease lease = running("a");
        Append first = new Append(-1, 0, List.of(), items("out_1"), null);

        assertThat(store.append(lease, first)).isEqualTo(Append.Result.OK);
        assertThat(store.append(lease, first)).isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, new Append(-1, 2, List.of(), items("out_2"), null)))
                .isEqualTo(Append.Result.FENCED);
        assertThat(store.append(lease, new Append(-1, 1, List.of(), items("out_2"), null)))
                .isEqualTo(Append.Result.OK);

        assertThat(found("a").output()).isEqualTo(items("out_1", "out_2"));
    }

    @Test
    void required_S2_theOwnerEndsARunInAnyTerminalStatus() {
        for (ResponseStatus status : ResponseStatus.values()) {
            if (!status.isTerminal()) {
                continue;
            }
            String name = "a_" + status;
            Lease lease = running(name);
            store.append(lease, new Append(-1, events(0, 2), items("out_1"), null));

            Append last = new Append(1, events(2, 3), items("out_2"), new Append.Terminal(status, FINAL, false));
            assertThat(store.append(lease, last)).isEqualTo(Append.Result.OK);

            StoredResponse response = found(name);
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.document()).isEqualTo(FINAL);
            assertThat(response.output()).isEqualTo(items("out_1", "out_2"));
            assertThat(store.tail(TENANT, id(name), -1, 100)).contains(new Tail(status, 2, events(0, 3)));
        }
    }

    @Test
    void required_S4_onlyTheCurrentLeaseWrites() {
        Lease lease = running("a");
        store.append(lease, more(-1, 1));
        StoredResponse before = found("a");

        notQuite(lease).forEach(this::assertFenced);

        assertThat(found("a")).isEqualTo(before);
        assertThat(store.tail(TENANT, id("a"), -1, 100))
                .contains(new Tail(ResponseStatus.IN_PROGRESS, 0, events(0, 1)));
        assertThat(store.toolStarted(lease, "call", "hash")).isEqualTo(ToolStart.STARTED);
    }

    @Test
    void required_S4_aStaleEpochIsFenced() {
        queued("a");
        Lease stale = claimOnly(NODE).lease();
        store.append(stale, more(-1, 1));
        clock.advance(LEASE);
        // The same node may claim its own run again; the former epoch is stale all the same.
        Lease current = claimOnly(NODE).lease();
        StoredResponse before = found("a");

        assertFenced(stale);

        assertThat(found("a")).isEqualTo(before);
        assertThat(store.append(current, more(0, 1))).isEqualTo(Append.Result.OK);
    }

    @Test
    void required_S4_nobodyWritesAQueuedResponse() {
        queued("a");

        for (long epoch = -1; epoch <= 1; epoch++) {
            assertFenced(new Lease(TENANT, id("a"), NODE, epoch));
        }
        assertThat(status("a")).isEqualTo(ResponseStatus.QUEUED);
    }

    @Test
    void required_S5_nothingLeavesATerminalStatus() {
        for (ResponseStatus status : ResponseStatus.values()) {
            if (!status.isTerminal()) {
                continue;
            }
            String name = "a_" + status;
            queued(name);
            Lease lease = claimOnly(NODE).lease();
            store.append(lease, end(-1, status));
            StoredResponse before = found(name);
            clock.advance(LEASE);

            assertFenced(lease);
            notQuite(lease).forEach(this::assertFenced);
            assertThat(store.cancel(TENANT, id(name))).isEqualTo(Cancelled.ALREADY_ENDED);
            assertThat(store.claim(OTHER_NODE, 10, LEASE)).isEmpty();

            assertThat(found(name)).isEqualTo(before);
            assertThat(store.tail(TENANT, id(name), -1, 100)).contains(new Tail(status, 0, events(0, 1)));
        }
    }

    @Test
    void required_S6_eventNumbersHaveNoGapAndNoRepetition() {
        Lease lease = running("a");
        store.append(lease, more(-1, 3));
        StoredResponse before = found("a");

        for (long last : List.of(-1L, 0L, 1L, 3L, 4L)) {
            Append append = new Append(last, events(last + 1, last + 3), items("out_1"), null);
            assertThat(store.append(lease, append)).as("after %s", last).isEqualTo(Append.Result.FENCED);
            assertThat(store.append(lease, more(last, 0))).isEqualTo(Append.Result.FENCED);
            assertThat(store.append(lease, end(last, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.FENCED);
        }

        assertThat(found("a")).isEqualTo(before);
        assertThat(store.append(lease, more(2, 2))).isEqualTo(Append.Result.OK);
        assertThat(store.tail(TENANT, id("a"), -1, 100))
                .contains(new Tail(ResponseStatus.IN_PROGRESS, 4, events(0, 5)));
    }

    @Test
    void required_S1_aToolCallStartsOnce() {
        Lease lease = running("a");
        Lease other = running("b");

        assertThat(store.toolStarted(lease, "call_1", "hash")).isEqualTo(ToolStart.STARTED);
        assertThat(store.toolStarted(lease, "call_1", "hash")).isEqualTo(ToolStart.ALREADY_STARTED);
        assertThat(store.toolStarted(lease, "call_1", "another hash")).isEqualTo(ToolStart.ALREADY_STARTED);
        assertThat(store.toolStarted(lease, "CALL_1", "hash")).isEqualTo(ToolStart.STARTED);
        assertThat(store.toolStarted(other, "call_1", "hash")).isEqualTo(ToolStart.STARTED);
    }

    @Test
    void required_S1_theNextOwnerKnowsWhichToolsStarted() {
        queued("a");
        Lease first = claimOnly(NODE).lease();
        assertThat(store.toolStarted(first, "call_1", "hash")).isEqualTo(ToolStart.STARTED);
        clock.advance(LEASE);
        Lease second = claimOnly(OTHER_NODE).lease();

        assertThat(store.toolStarted(first, "call_2", "hash")).isEqualTo(ToolStart.FENCED);
        assertThat(store.toolStarted(second, "call_1", "hash")).isEqualTo(ToolStart.ALREADY_STARTED);
        assertThat(store.toolStarted(second, "call_2", "hash")).isEqualTo(ToolStart.STARTED);
    }

    @Test
    void required_S4_aCancelFencesTheOwner() {
        Lease lease = running("a");
        store.append(lease, new Append(-1, events(0, 1), items("out_1"), null));

        assertThat(store.cancel(TENANT, id("a"))).isEqualTo(Cancelled.CANCELLED);

        assertFenced(lease);
        assertFenced(new Lease(TENANT, id("a"), NODE, lease.epoch() + 1));
        StoredResponse response = found("a");
        assertThat(response.status()).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(response.epoch()).isEqualTo(lease.epoch() + 1);
        assertThat(response.output()).isEqualTo(items("out_1"));
        assertThat(response.document()).isEqualTo("{\"object\":\"response\"}");
        assertThat(store.tail(TENANT, id("a"), -1, 100)).contains(new Tail(ResponseStatus.CANCELLED, 0, events(0, 1)));
    }

    @Test
    void required_S5_aCancelHappensOnce() {
        queued("a");
        completed("b");

        assertThat(store.cancel(TENANT, id("a"))).isEqualTo(Cancelled.CANCELLED);
        assertThat(store.cancel(TENANT, id("a"))).isEqualTo(Cancelled.ALREADY_ENDED);
        assertThat(store.cancel(TENANT, id("b"))).isEqualTo(Cancelled.ALREADY_ENDED);
        assertThat(store.cancel(TENANT, UNKNOWN)).isEqualTo(Cancelled.NOT_FOUND);
        assertThat(status("a")).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(found("a").epoch()).isEqualTo(1);
        assertThat(status("b")).isEqualTo(ResponseStatus.COMPLETED);
    }

    @Test
    void required_S1_whatIsDeletedIsUnknown() {
        Lease lease = running("a");
        queued("b");
        completed("c");

        for (String name : List.of("a", "b", "c")) {
            assertThat(store.delete(TENANT, id(name))).isTrue();
            assertThat(store.delete(TENANT, id(name))).isFalse();
            assertThat(store.find(TENANT, id(name))).isEmpty();
            assertThat(store.tail(TENANT, id(name), -1, 1)).isEmpty();
            assertThat(store.chain(TENANT, id(name))).isEmpty();
            assertThat(store.cancel(TENANT, id(name))).isEqualTo(Cancelled.NOT_FOUND);
            assertThat(store.changed(List.of(key(name)))).isEmpty();
        }
        assertThat(store.delete(TENANT, UNKNOWN)).isFalse();
        assertFenced(lease);
        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();
    }

    @Test
    void required_argumentsOutOfRangeAreRefused() {
        NodeId node = NODE;
        Tenant tenant = TENANT;
        Lease lease = running("a");

        assertThatIllegalArgumentException().isThrownBy(() -> store.claim(node, -1, LEASE));
        assertThatIllegalArgumentException().isThrownBy(() -> store.claim(node, 1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store.claim(node, 1, LEASE.negated()));
        assertThatIllegalArgumentException().isThrownBy(() -> store.reap(node, -1, LEASE));
        assertThatIllegalArgumentException().isThrownBy(() -> store.reap(node, 1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store.sweep(0));
        assertThatIllegalArgumentException().isThrownBy(() -> store.usage(tenant, Instant.EPOCH, Instant.MAX, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store.renew(List.of(lease), LEASE.negated()));
        for (String name : List.of("a", UNKNOWN.value())) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.tail(tenant, id(name), -2, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> store.tail(tenant, id(name), -1, 0));
        }
    }
}
