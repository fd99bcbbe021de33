package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long responses are kept, how they come back, and what stays of them. */
abstract class StoreRetentionRules extends StoreReapRules {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Instant FUTURE = Instant.parse("9999-01-01T00:00:00Z");
    private static final Retention RESTORING = Retention.DEFAULT.withRestoreWindow(WINDOW);

    /** Creates a response that has ended and says what it used. */
    private void used(Draft draft, String usage) {
        Append.Terminal terminal = new Append.Terminal(ResponseStatus.INCOMPLETE, FINAL, false, usage);
        assertThat(store.append(running(draft), new Append(-1, events(0, 1), items("out_1"), terminal)))
                .isEqualTo(Append.Result.OK);
    }

    private List<String> usage(Tenant tenant) {
        return store.usage(tenant, Instant.EPOCH, FUTURE, 100).stream()
                .map(UsageRecord::usage)
                .toList();
    }

    /** Removes what is gone, a little at a time. */
    private void sweepAll() {
        int calls = 0;
        int removed;
        do {
            removed = store.sweep(2);
            assertThat(removed).isBetween(0, 2);
            calls++;
        } while (removed > 0 && calls < 100);
        assertThat(calls).isLessThan(100);
    }

    @Test
    void required_S1_theStoresTimeToLiveIsKept() {
        openStore(Retention.DEFAULT.withTimeToLive(MINUTE));
        completed("a");
        completed(draft("b").timeToLive(MINUTE.multipliedBy(2)));

        clock.advance(MINUTE.minus(TICK));
        assertThat(status("a")).isEqualTo(ResponseStatus.COMPLETED);
        clock.advance(TICK);
        assertThat(store.find(TENANT, id("a"))).isEmpty();
        assertThat(status("b")).isEqualTo(ResponseStatus.COMPLETED);
    }

    @Test
    void required_S1_aDeletedResponseComesBackWithinItsWindow() {
        openStore(RESTORING);
        completed("root");
        used(draft("a").previous("root").key("key", "hash").input(items("in_1")), "{}");
        completed(draft("b").previous("a"));
        StoredResponse before = found("a");
        Chain chain = store.chain(TENANT, id("b")).orElseThrow();
        Page<StoredResponse> list = store.responses(TENANT, PageQuery.first());

        assertThat(store.delete(TENANT, id("a"))).isTrue();

        assertThat(store.find(TENANT, id("a"))).isEmpty();
        assertThat(store.tail(TENANT, id("a"), -1, 1)).isEmpty();
        assertThat(store.inputItems(TENANT, id("a"), PageQuery.first())).isEmpty();
        assertThat(store.items(TENANT, List.of("in_1", "out_1"))).isEmpty();
        assertThat(store.changed(List.of(key("a")))).isEmpty();
        assertThat(store.responses(TENANT, PageQuery.first()).data()).hasSize(2).doesNotContain(before);
        assertThat(store.cancel(TENANT, id("a"))).isEqualTo(Cancelled.NOT_FOUND);
        assertThat(store.delete(TENANT, id("a"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> create(draft("c").previous("a")));
        assertThat(usage(TENANT)).isEmpty();
        assertNoChain("a");
        assertNoChain("b");
        // Its key may be given again.
        running(draft("d").key("key", "another hash"));
        store.delete(TENANT, id("d"));

        clock.advance(WINDOW.minus(TICK));
        sweepAll();
        assertThat(store.restore(TENANT, id("a"))).isTrue();
        assertThat(store.restore(TENANT, id("a"))).isFalse();

        assertThat(found("a")).isEqualTo(before);
        assertThat(store.tail(TENANT, id("a"), -1, 10)).contains(new Tail(ResponseStatus.INCOMPLETE, 0, events(0, 1)));
        assertThat(store.chain(TENANT, id("b"))).contains(chain);
        assertThat(chainOf("b")).containsExactly("root", "a", "b");
        assertThat(store.items(TENANT, List.of("in_1", "out_1"))).hasSize(2);
        assertThat(store.responses(TENANT, PageQuery.first())).isEqualTo(list);
        assertThat(usage(TENANT)).containsExactly("{}");
        completed(draft("e").previous("a").key("key", "yet another hash"));
    }

    @Test
    void required_S1_theWindowEnds() {
        openStore(RESTORING);
        completed("a");
        store.delete(TENANT, id("a"));
        clock.advance(WINDOW.minus(TICK));
        assertThat(store.restore(TENANT, id("a"))).isTrue();

        // Deleted again, it has the whole time again.
        store.delete(TENANT, id("a"));
        clock.advance(WINDOW.minus(TICK));
        sweepAll();
        assertThat(store.restore(TENANT, id("a"))).isTrue();
        store.delete(TENANT, id("a"));
        clock.advance(WINDOW);
        assertThat(store.restore(TENANT, id("a"))).isFalse();
        sweepAll();
        assertThat(store.restore(TENANT, id("a"))).isFalse();
        assertThat(store.restore(TENANT, UNKNOWN)).isFalse();
    }

    @Test
    void required_S1_whatHasExpiredDoesNotComeBack() {
        openStore(RESTORING);
        completed(draft("a").timeToLive(MINUTE));
        completed(draft("b").timeToLive(MINUTE));
        store.delete(TENANT, id("a"));

        clock.advance(MINUTE.minus(TICK));
        assertThat(store.restore(TENANT, id("a"))).isTrue();
        store.delete(TENANT, id("a"));
        clock.advance(TICK);
        assertThat(store.restore(TENANT, id("a"))).isFalse();
        assertThat(store.restore(TENANT, id("b"))).isFalse();
        assertThat(store.find(TENANT, id("b"))).isEmpty();
    }

    @Test
    void required_S1_withoutAWindowADeletionIsFinal() {
        completed("a");
        store.delete(TENANT, id("a"));

        assertThat(store.restore(TENANT, id("a"))).isFalse();
        assertThat(store.find(TENANT, id("a"))).isEmpty();
    }

    @Test
    void required_S1_theIdMayBeTakenMeanwhile() {
        openStore(RESTORING);
        completed(draft("a").document("{\"n\":1}").input(items("in_1")));
        store.delete(TENANT, id("a"));
        Lease lease = running(draft("a").document("{\"n\":2}").input(items("in_2")));

        assertThat(store.restore(TENANT, id("a"))).isFalse();
        assertThat(found("a").input()).isEqualTo(items("in_2"));
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);

        // The one that was deleted last comes back.
        clock.advance(TICK);
        store.delete(TENANT, id("a"));
        assertThat(store.restore(TENANT, id("a"))).isTrue();
        assertThat(found("a").input()).isEqualTo(items("in_2"));
        assertThat(store.restore(TENANT, id("a"))).isFalse();
    }

    @Test
    void required_S5_aRunThatWasDeletedComesBackCancelled() {
        openStore(RESTORING);
        Lease lease = running(draft("a").conversation("conv").input(items("in_1")));
        store.append(lease, more(-1, 2));
        queued("b");

        store.delete(TENANT, id("a"));
        store.delete(TENANT, id("b"));
        assertFenced(lease);
        running(draft("other").conversation("conv"));
        assertThat(store.restore(TENANT, id("a"))).isTrue();
        assertThat(store.restore(TENANT, id("b"))).isTrue();

        assertThat(status("a")).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(status("b")).isEqualTo(ResponseStatus.CANCELLED);
        assertThat(store.tail(TENANT, id("a"), -1, 10)).contains(new Tail(ResponseStatus.CANCELLED, 1, events(0, 2)));
        assertFenced(lease);
        assertFenced(new Lease(TENANT, id("a"), NODE, found("a").epoch()));
        clock.advance(LEASE);
        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();
        assertThat(store.reap(NODE, 10, LEASE)).hasSize(1);
        assertThat(content("conv")).isEqualTo(new ConversationItems(0, List.of()));
    }

    @Test
    void required_S1_whatHasJoinedIsNotTouchedByARestore() {
        openStore(RESTORING);
        conversation("conv", "item_1");
        Lease lease = running(draft("a").conversation("conv").input(items("in_1")));
        Append.Terminal joining = new Append.Terminal(ResponseStatus.COMPLETED, FINAL, true);
        store.append(lease, new Append(-1, List.of(), items("out_1"), joining));
        ConversationItems joined = new ConversationItems(1, items("item_1", "in_1", "out_1"));

        store.delete(TENANT, id("a"));
        assertThat(content("conv")).isEqualTo(joined);
        assertThat(store.deleteConversationItem(TENANT, conv("conv"), "in_1")).isNotNull();
        assertThat(store.restore(TENANT, id("a"))).isTrue();

        assertThat(content("conv")).isEqualTo(new ConversationItems(2, items("item_1", "out_1")));
        assertThat(found("a").input()).isEqualTo(items("in_1"));
        store.delete(TENANT, id("a"));
        clock.advance(WINDOW);
        sweepAll();
        assertThat(content("conv")).isEqualTo(new ConversationItems(2, items("item_1", "out_1")));
    }

    @Test
    void required_S3_anotherTenantRestoresNothing() {
        openStore(RESTORING);
        completed("a");
        store.delete(TENANT, id("a"));

        assertThat(store.restore(OTHER, id("a"))).isFalse();
        assertThat(store.find(OTHER, id("a"))).isEmpty();
        assertThat(store.find(TENANT, id("a"))).isEmpty();
        assertThat(store.restore(TENANT, id("a"))).isTrue();
    }

    @Test
    void required_S1_aSweepTakesOnlyWhatIsGone() {
        openStore(RESTORING);
        completed(draft("ancestor").timeToLive(MINUTE).input(items("in_1")));
        completed(draft("child").previous("ancestor"));
        completed("kept");
        Lease running = running("running");
        queued("queued");
        completed("deleted");
        StoredResponse ancestor = found("ancestor");
        store.delete(TENANT, id("deleted"));
        for (int n = 0; n < 5; n++) {
            completed(draft("expired" + n).timeToLive(MINUTE));
        }
        clock.advance(Duration.ofMinutes(5));

        sweepAll();

        assertThat(store.chain(TENANT, id("child"))).contains(chain(ancestor, found("child")));
        assertThat(chainOf("child")).containsExactly("ancestor", "child");
        assertThat(status("kept")).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(store.append(running, more(-1, 1))).isEqualTo(Append.Result.OK);
        assertThat(store.restore(TENANT, id("deleted"))).isTrue();
        assertThat(chainOf("deleted")).containsExactly("deleted");
        assertThat(claimOnly(NODE).lease().id()).isEqualTo(id("queued"));
        assertThat(store.sweep(10)).isZero();
        // An ancestor that was deleted breaks the chain before and after it is swept.
        store.delete(TENANT, id("child"));
        completed(draft("late").previous("deleted"));
        store.delete(TENANT, id("deleted"));
        clock.advance(WINDOW);
        sweepAll();
        assertNoChain("late");
        assertThat(status("late")).isEqualTo(ResponseStatus.COMPLETED);
    }

    @Test
    void required_S1_aChainThatHasExpiredIsSweptWhole() {
        completed(draft("a0").timeToLive(MINUTE));
        for (int n = 1; n < 5; n++) {
            completed(draft("a" + n).previous("a" + (n - 1)).timeToLive(MINUTE));
        }
        clock.advance(Duration.ofMinutes(5));

        assertThat(store.sweep(10)).isBetween(0, 5);

        assertThat(store.sweep(10)).isZero();
    }

    @Test
    void required_usageIsReadInTheOrderOfCreation() {
        Instant start = clock.instant();
        for (int n = 0; n < 5; n++) {
            used(draft("a" + n), "{\"n\":" + n + "}");
            clock.advance(MINUTE);
        }
        completed("silent");
        running("running");
        store.cancel(TENANT, id("running"));
        Lease fenced = running("fenced");
        store.cancel(TENANT, id("fenced"));
        Append.Terminal late = new Append.Terminal(ResponseStatus.COMPLETED, FINAL, false, "{\"late\":1}");
        assertThat(store.append(fenced, new Append(-1, List.of(), List.of(), late)))
                .isEqualTo(Append.Result.FENCED);

        List<UsageRecord> all = store.usage(TENANT, start, FUTURE, 100);
        assertThat(all).hasSize(5).startsWith(new UsageRecord(id("a0"), start, ResponseStatus.INCOMPLETE, "{\"n\":0}"));
        assertThat(usage(TENANT)).containsExactly("{\"n\":0}", "{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}");
        assertThat(store.usage(TENANT, start, FUTURE, 2)).isEqualTo(all.subList(0, 2));
        assertThat(store.usage(TENANT, all.get(1).createdAt(), all.get(3).createdAt(), 100))
                .isEqualTo(all.subList(1, 3));
        assertThat(store.usage(TENANT, all.get(1).createdAt().plus(TICK), FUTURE, 2))
                .isEqualTo(all.subList(2, 4));
        assertThat(store.usage(TENANT, FUTURE, start, 100)).isEmpty();
        assertThat(store.usage(TENANT, start, start, 100)).isEmpty();
    }

    @Test
    void required_S3_usageStaysWithinTheTenant() {
        used(draft("a"), "{\"of\":\"a\"}");
        used(draft("a").tenant(OTHER), "{\"of\":\"b\"}");

        assertThat(usage(TENANT)).containsExactly("{\"of\":\"a\"}");
        assertThat(usage(OTHER)).containsExactly("{\"of\":\"b\"}");
        assertThat(usage(new Tenant("nobody"))).isEmpty();
    }

    @Test
    void required_usageGoesWithItsResponse() {
        used(draft("deleted"), "{\"n\":1}");
        used(draft("expired").timeToLive(MINUTE), "{\"n\":2}");
        clock.advance(TICK);
        used(draft("kept"), "{\"n\":3}");

        store.delete(TENANT, id("deleted"));
        assertThat(usage(TENANT)).containsExactly("{\"n\":2}", "{\"n\":3}");
        clock.advance(MINUTE);
        assertThat(usage(TENANT)).containsExactly("{\"n\":3}");
        sweepAll();
        assertThat(usage(TENANT)).containsExactly("{\"n\":3}");
    }

    @Test
    void required_usageOutlivesItsResponseIfItIsKept() {
        openStore(RESTORING.withKeepsUsage(true));
        used(draft("deleted").input(items("in_1")), "{\"n\":1}");
        clock.advance(TICK);
        used(draft("restored"), "{\"n\":2}");
        clock.advance(TICK);
        used(draft("expired").timeToLive(MINUTE), "{\"n\":3}");
        clock.advance(TICK);
        used(draft("kept"), "{\"n\":4}");
        List<UsageRecord> all = store.usage(TENANT, Instant.EPOCH, FUTURE, 100);
        assertThat(all).hasSize(4);

        store.delete(TENANT, id("deleted"));
        store.delete(TENANT, id("restored"));
        assertThat(store.usage(TENANT, Instant.EPOCH, FUTURE, 100)).isEqualTo(all);
        assertThat(store.restore(TENANT, id("restored"))).isTrue();
        assertThat(store.usage(TENANT, Instant.EPOCH, FUTURE, 100)).isEqualTo(all);
        clock.advance(WINDOW);
        assertThat(store.usage(TENANT, Instant.EPOCH, FUTURE, 100)).isEqualTo(all);
        clock.advance(MINUTE);
        sweepAll();
        assertThat(store.usage(TENANT, Instant.EPOCH, FUTURE, 100)).isEqualTo(all);
        assertThat(store.usage(OTHER, Instant.EPOCH, FUTURE, 100)).isEmpty();
        // Nothing but that stays.
        assertThat(store.items(TENANT, List.of("in_1"))).isEmpty();
        assertThat(Optional.of(all)).contains(store.usage(TENANT, Instant.EPOCH, FUTURE, 4));
    }

    @Test
    void required_aListeningIsClosedMoreThanOnce() {
        ResponseStore.Listening listening = store.onHint(hint -> {});
        running("a");
        listening.close();
        listening.close();
        assertThat(status("a")).isEqualTo(ResponseStatus.IN_PROGRESS);
    }
}
