package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rule S4 for runs whose process is gone: {@code reap}, and what counts as an attempt. */
abstract class StoreReapRules extends StoreTenantRules {
    private List<String> reaped(int max) {
        return store.reap(OTHER_NODE, max, LEASE).stream()
                .map(claim -> claim.response().id().value())
                .toList();
    }

    @Test
    void required_S4_anExpiredForegroundLeaseIsReaped() {
        Lease lease = running(draft("a").input(items("in_1")));
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);

        clock.advance(LEASE.minus(TICK));
        assertThat(store.reap(NODE, 10, LEASE)).isEmpty();
        clock.advance(TICK);
        assertThat(store.append(lease, new Append(0, List.of(), items("out_1"), null)))
                .isEqualTo(Append.Result.OK);
        // The same node may get it; the former epoch is stale all the same.
        List<Claim> claims = store.reap(NODE, 10, LEASE);

        Lease current = new Lease(TENANT, id("a"), NODE, 2);
        assertThat(claims).containsExactly(new Claim(current, 1, found("a")));
        assertThat(claims.get(0).response().background()).isFalse();
        assertThat(claims.get(0).response().status()).isEqualTo(ResponseStatus.IN_PROGRESS);
        assertThat(claims.get(0).response().output()).isEqualTo(items("out_1"));
        assertFenced(lease);
        assertThat(store.append(current, end(0, ResponseStatus.FAILED))).isEqualTo(Append.Result.OK);
        assertThat(status("a")).isEqualTo(ResponseStatus.FAILED);
    }

    @Test
    void required_S4_aRenewedForegroundLeaseIsNotReaped() {
        Lease lease = running("a");
        clock.advance(LEASE.minus(TICK));

        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(lease);

        clock.advance(LEASE.minus(TICK));
        assertThat(store.reap(OTHER_NODE, 10, LEASE)).isEmpty();
        clock.advance(TICK);
        assertThat(reaped(10)).containsExactly("a");
        assertThat(store.renew(List.of(lease), LEASE)).isEmpty();
    }

    @Test
    void required_S4_claimAndReapKeepToTheirOwn() {
        running("foreground");
        queued("claimed");
        claimOnly(NODE);
        queued("queued");

        assertThat(store.reap(OTHER_NODE, 10, LEASE)).isEmpty();
        clock.advance(LEASE);
        assertThat(reaped(10)).containsExactly("foreground");
        clock.advance(LEASE);
        assertThat(store.claim(NODE, 10, LEASE).stream()
                        .map(claim -> claim.response().id().value()))
                .containsExactlyInAnyOrder("claimed", "queued");
    }

    @Test
    void required_S4_whatIsReapedIsReapedAgainUntilItIsEnded() {
        running("a");
        for (int attempt = 1; attempt <= 3; attempt++) {
            clock.advance(LEASE);
            List<Claim> claims = store.reap(OTHER_NODE, 10, LEASE);
            assertThat(claims).hasSize(1);
            assertThat(claims.get(0).attempt()).isEqualTo(attempt);
            assertThat(claims.get(0).lease().epoch()).isEqualTo(attempt + 1);
            clock.advance(LEASE.minus(TICK));
            assertThat(store.reap(NODE, 10, LEASE)).isEmpty();
            clock.advance(TICK.minus(LEASE));
        }
    }

    @Test
    void required_S1_aReapTakesAtMostAsManyAsAskedFor() {
        for (int n = 0; n < 5; n++) {
            running("a" + n);
            clock.advance(TICK);
        }
        clock.advance(LEASE);
        List<String> all = new ArrayList<>();

        assertThat(reaped(0)).isEmpty();
        for (int expected : List.of(2, 2, 1, 0)) {
            List<String> some = reaped(2);
            assertThat(some).hasSize(expected);
            all.addAll(some);
        }
        assertThat(all).containsExactly("a0", "a1", "a2", "a3", "a4");
    }

    @Test
    void required_S5_whatHasEndedIsNotReaped() {
        store.append(running("a"), end(-1, ResponseStatus.COMPLETED));
        running("b");
        store.cancel(TENANT, id("b"));
        running("c");
        store.delete(TENANT, id("c"));
        running("d");
        clock.advance(LEASE);
        Lease last = store.reap(NODE, 10, LEASE).get(0).lease();
        assertThat(last.id()).isEqualTo(id("d"));
        store.append(last, end(-1, ResponseStatus.FAILED));
        clock.advance(LEASE);

        assertThat(reaped(10)).isEmpty();
    }

    @Test
    void required_S4_aRenewalByNothingLeavesAForegroundLease() {
        Lease lease = running("a");

        assertThat(store.renew(List.of(lease), Duration.ZERO)).containsExactly(lease);

        clock.advance(LEASE.minus(TICK));
        assertThat(reaped(10)).isEmpty();
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);
        clock.advance(TICK);
        assertThat(reaped(10)).containsExactly("a");
        assertThat(store.renew(List.of(lease), Duration.ZERO)).isEmpty();
    }

    @Test
    void required_S4_aClaimThatIsHandedBackIsNoAttempt() {
        queued("a");
        List<Integer> attempts = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            Claim claim = claimOnly(NODE);
            attempts.add(claim.attempt());
            // Twice is not more than once.
            store.renew(List.of(claim.lease()), Duration.ZERO);
            store.renew(List.of(claim.lease()), Duration.ZERO);
        }
        Claim kept = claimOnly(OTHER_NODE);
        attempts.add(kept.attempt());
        store.renew(List.of(kept.lease()), Duration.ZERO);
        // Whoever goes on after all has not handed it back.
        store.renew(List.of(kept.lease()), LEASE);
        clock.advance(LEASE);
        attempts.add(claimOnly(NODE).attempt());
        clock.advance(LEASE);
        attempts.add(claimOnly(NODE).attempt());

        assertThat(attempts).containsExactly(1, 1, 1, 1, 2, 3);
    }

    @Test
    void required_S4_anExpiredForegroundLeaseIsReapedByOne() {
        for (int round = 0; round < 50; round++) {
            running("a" + round);
            clock.advance(LEASE);
            List<List<Claim>> claims = StoreRaceRules.race(IntStream.range(0, 16)
                    .<Callable<List<Claim>>>mapToObj(n -> () -> store.reap(new NodeId("node" + n), 3, LEASE))
                    .toList());

            assertThat(claims.stream().mapToInt(List::size).sum()).isEqualTo(1);
            store.cancel(TENANT, id("a" + round));
        }
    }
}
