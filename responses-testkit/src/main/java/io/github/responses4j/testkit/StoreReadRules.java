package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Logs, chains, pages, expiry, and the end of the store. */
abstract class StoreReadRules extends StoreRunRules {
    private static final Duration SHORT = Duration.ofMinutes(1);

    @Test
    void required_S1_anUnknownResponseIsNotFound() {
        running("a");

        assertThat(store.find(TENANT, UNKNOWN)).isEmpty();
        assertThat(store.find(TENANT, id("a")).map(StoredResponse::id)).contains(id("a"));
    }

    @Test
    void required_S6_aTailIsReadInPages() {
        Lease lease = running("a");
        store.append(lease, more(-1, 7));
        store.append(lease, end(6, ResponseStatus.COMPLETED));

        List<Tail> pages = new ArrayList<>();
        for (long after = -1;
                after < 7;
                after = pages.get(pages.size() - 1).events().get(2).seq()) {
            pages.add(tail("a", after, 3));
            if (pages.size() == 3) {
                break;
            }
        }

        assertThat(pages)
                .containsExactly(
                        new Tail(ResponseStatus.COMPLETED, 7, events(0, 3)),
                        new Tail(ResponseStatus.COMPLETED, 7, events(3, 6)),
                        new Tail(ResponseStatus.COMPLETED, 7, events(6, 8)));
        Tail over = new Tail(ResponseStatus.COMPLETED, 7, List.of());
        assertThat(tail("a", 7, 3)).isEqualTo(over);
        assertThat(tail("a", 8, 3)).isEqualTo(over);
        assertThat(tail("a", Long.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(over);
        assertThat(tail("a", 6, Integer.MAX_VALUE).events()).isEqualTo(events(7, 8));
        assertThat(store.tail(TENANT, UNKNOWN, -1, 3)).isEmpty();
    }

    @Test
    void required_S7_aTailTellsTheStatusBeforeThereAreEvents() {
        queued("a");
        assertThat(tail("a", -1, 1)).isEqualTo(new Tail(ResponseStatus.QUEUED, -1, List.of()));
        Lease lease = claimOnly(NODE).lease();
        assertThat(tail("a", -1, 1)).isEqualTo(new Tail(ResponseStatus.IN_PROGRESS, -1, List.of()));
        store.append(lease, more(-1, 1));
        assertThat(tail("a", 0, 1)).isEqualTo(new Tail(ResponseStatus.IN_PROGRESS, 0, List.of()));
        store.append(
                lease, new Append(0, List.of(), List.of(), new Append.Terminal(ResponseStatus.FAILED, FINAL, false)));
        assertThat(tail("a", 0, 1)).isEqualTo(new Tail(ResponseStatus.FAILED, 0, List.of()));
    }

    private Tail tail(String id, long after, int max) {
        return store.tail(TENANT, id(id), after, max).orElseThrow(() -> new AssertionError("no log of " + id));
    }

    @Test
    void required_S6_changedTellsHowFarEachLogHasCome() {
        running("a");
        completed("b");
        store.append(running("c"), more(-1, 5));
        queued("d");
        store.cancel(TENANT, id("d"));

        List<ResponseKey> watched = List.of(
                key("a"),
                key("b"),
                key("c"),
                key("d"),
                new ResponseKey(TENANT, UNKNOWN),
                new ResponseKey(OTHER, id("c")));
        assertThat(store.changed(watched))
                .isEqualTo(Map.of(
                        key("a"), new Progress(ResponseStatus.IN_PROGRESS, -1),
                        key("b"), new Progress(ResponseStatus.COMPLETED, 0),
                        key("c"), new Progress(ResponseStatus.IN_PROGRESS, 4),
                        key("d"), new Progress(ResponseStatus.CANCELLED, -1)));
        assertThat(store.changed(List.of())).isEmpty();
    }

    @Test
    void required_S9_aChainIsReadOldestFirst() {
        completed(draft("a").input(items("in_a")));
        completed(draft("b").previous("a").input(items("in_b")));
        running(draft("c").previous("b").input(items("in_c")));

        assertThat(store.chain(TENANT, id("c"))).contains(chain(found("a"), found("b"), found("c")));
        assertThat(store.chain(TENANT, id("a"))).contains(chain(found("a")));
        assertThat(store.chain(TENANT, UNKNOWN)).isEmpty();
    }

    @Test
    void required_S9_aDeepChainIsReadWhole() {
        // Some databases stop at 1,000 unless they are told otherwise.
        int depth = 1100;
        List<String> expected = new ArrayList<>();
        for (int n = 0; n < depth; n++) {
            Draft draft = draft("a" + n).input(items("in_" + n));
            completed(n == 0 ? draft : draft.previous("a" + (n - 1)));
            expected.add("a" + n);
        }

        assertThat(chainOf("a" + (depth - 1))).isEqualTo(expected);
        assertThat(chainOf("a" + depth / 2)).isEqualTo(expected.subList(0, depth / 2 + 1));
    }

    @Test
    void required_S9_branchesShareTheirPastAndNothingElse() {
        completed("root");
        completed(draft("left").previous("root"));
        completed(draft("right").previous("root"));
        completed(draft("left_2").previous("left"));

        assertThat(chainOf("left_2")).containsExactly("root", "left", "left_2");
        assertThat(chainOf("right")).containsExactly("root", "right");
        assertThat(store.delete(TENANT, id("left"))).isTrue();
        assertThat(store.chain(TENANT, id("left_2"))).isEmpty();
        assertThat(chainOf("right")).containsExactly("root", "right");
        assertThat(chainOf("root")).containsExactly("root");
    }

    @Test
    void required_S9_aDeletedAncestorMakesTheChainUnreadable() {
        completed("a");
        completed(draft("b").previous("a"));
        completed(draft("c").previous("b"));
        Lease lease = running(draft("d").previous("c"));

        assertThat(store.delete(TENANT, id("b"))).isTrue();

        assertNoChain("c");
        assertNoChain("d");
        assertThat(chainOf("a")).containsExactly("a");
        assertThat(status("c")).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(store.append(lease, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        // Its id may be given again; that makes another response, not the lost ancestor.
        completed("b");
        assertNoChain("d");
    }

    @Test
    void required_S9_anExpiredAncestorIsStillPartOfTheChain() {
        completed(draft("a").timeToLive(SHORT).input(items("in_a")));
        completed(draft("b").previous("a"));
        StoredResponse first = found("a");

        clock.advance(SHORT);

        assertThat(store.find(TENANT, id("a"))).isEmpty();
        assertThat(store.chain(TENANT, id("b"))).contains(chain(first, found("b")));
        assertThat(chainOf("b")).containsExactly("a", "b");
        assertNoChain("a");
    }

    @Test
    void required_S1_aResponseIsKeptItsTimeToLiveAfterItsEnd() {
        Lease lease = running(draft("a").timeToLive(SHORT).key("key", "hash").input(items("in_1")));
        clock.advance(SHORT.multipliedBy(10));
        store.append(lease, end(-1, ResponseStatus.COMPLETED));
        clock.advance(SHORT.minusMillis(1));
        assertThat(status("a")).isEqualTo(ResponseStatus.COMPLETED);

        clock.advance(Duration.ofMillis(1));

        assertThat(store.find(TENANT, id("a"))).isEmpty();
        assertThat(store.tail(TENANT, id("a"), -1, 1)).isEmpty();
        assertThat(store.chain(TENANT, id("a"))).isEmpty();
        assertThat(store.inputItems(TENANT, id("a"), PageQuery.first())).isEmpty();
        assertThat(store.changed(List.of(key("a")))).isEmpty();
        assertThat(store.delete(TENANT, id("a"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> create(draft("b").previous("a")));
        running(draft("b").key("key", "another hash"));
    }

    @Test
    void required_inputItemsAreReadInPagesBothWays() {
        List<StoredItem> all = items(0, 7);
        running(draft("a").input(all));

        for (int limit = 1; limit <= 8; limit++) {
            assertThat(pages(query -> page("a", query), StoredItem::id, limit, false))
                    .isEqualTo(all);
            assertThat(pages(query -> page("a", query), StoredItem::id, limit, true))
                    .isEqualTo(reversed(all));
        }
        assertThat(page("a", new PageQuery("item_2", 3, false))).isEqualTo(new Page<>(all.subList(3, 6), true));
        assertThat(page("a", new PageQuery("item_2", 4, false))).isEqualTo(new Page<>(all.subList(3, 7), false));
        assertThat(page("a", new PageQuery("item_2", 1, true))).isEqualTo(new Page<>(all.subList(1, 2), true));
        assertThat(page("a", new PageQuery("item_6", 1, false))).isEqualTo(new Page<>(List.of(), false));
        assertThat(page("a", new PageQuery("item_0", 1, true))).isEqualTo(new Page<>(List.of(), false));
    }

    private Page<StoredItem> page(String id, PageQuery query) {
        return store.inputItems(TENANT, id(id), query).orElseThrow(() -> new AssertionError("no items of " + id));
    }

    @Test
    void required_inputItemsAreTheResponsesOwnInput() {
        completed(draft("a").input(items("in_a")));
        Lease lease = running(draft("b").previous("a").input(items("in_b")));
        store.append(lease, new Append(-1, List.of(), items("out_b"), null));
        running("c");

        assertThat(page("b", PageQuery.first())).isEqualTo(new Page<>(items("in_b"), false));
        assertThat(page("c", PageQuery.first())).isEqualTo(new Page<>(List.of(), false));
        assertThat(store.inputItems(TENANT, UNKNOWN, PageQuery.first())).isEmpty();
        assertThat(store.inputItems(TENANT, UNKNOWN, new PageQuery("in_b", 1, true)))
                .isEmpty();
        for (String stranger : List.of("in_a", "out_b", "nowhere", "IN_B")) {
            assertThatIllegalArgumentException().isThrownBy(() -> page("b", new PageQuery(stranger, 1, true)));
        }
    }

    @Test
    void required_aClosedStoreRefusesCalls() {
        Lease lease = running(draft("a").conversation("conv"));
        ConversationId conv = conv("conv");
        assertThat(store.healthy()).isTrue();

        store.close();

        List<Function<ResponseStore, Object>> calls = List.of(
                s -> s.create(draft("b").build()),
                s -> s.claim(NODE, 1, LEASE),
                s -> s.reap(NODE, 1, LEASE),
                s -> s.sweep(1),
                s -> s.usage(TENANT, Instant.EPOCH, Instant.MAX, 1),
                s -> s.lineage(TENANT, id("a")),
                s -> s.restore(TENANT, id("a")),
                s -> s.renew(List.of(lease), LEASE),
                s -> s.append(lease, more(-1, 1)),
                s -> s.toolStarted(lease, "call", "hash"),
                s -> s.cancel(TENANT, id("a")),
                s -> s.tail(TENANT, id("a"), -1, 1),
                s -> s.changed(List.of(key("a"))),
                s -> s.find(TENANT, id("a")),
                s -> s.chain(TENANT, id("a")),
                s -> s.inputItems(TENANT, id("a"), PageQuery.first()),
                s -> s.delete(TENANT, id("a")),
                s -> s.items(TENANT, List.of("item_1")),
                s -> s.responses(TENANT, PageQuery.first()),
                s -> s.conversation(TENANT, conv),
                s -> s.conversationContent(TENANT, conv),
                s -> s.conversationItems(TENANT, conv, PageQuery.first()),
                s -> s.conversationItem(TENANT, conv, "item_1"),
                s -> s.updateConversation(TENANT, conv, "{}"),
                s -> s.deleteConversation(TENANT, conv),
                s -> s.addConversationItems(TENANT, conv, List.of()),
                s -> s.deleteConversationItem(TENANT, conv, "item_1"));
        assertThatIllegalStateException().isThrownBy(() -> conversation("new"));
        calls.forEach(call -> assertThatIllegalStateException().isThrownBy(() -> call.apply(store)));
        assertThat(store.healthy()).isFalse();
        store.close();
    }
}
