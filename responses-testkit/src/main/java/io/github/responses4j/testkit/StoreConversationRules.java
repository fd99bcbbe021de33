package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rule S10, conversations; and what a turn brings into one. */
abstract class StoreConversationRules extends StoreReadRules {
    private static final Created LOCKED = new Created(Created.Outcome.CONVERSATION_LOCKED, null, null);

    /** Ends a run with output items that join its conversation. */
    private static Append joining(long last, String... output) {
        return new Append(
                last,
                events(last + 1, last + 2),
                items(output),
                new Append.Terminal(ResponseStatus.COMPLETED, FINAL, true));
    }

    @Test
    void required_S1_aConversationIsReadAsItWasCreated() {
        store.createConversation(
                new NewConversation(TENANT, conv("conv"), "{\"of\":\"conv\"}", items("item_1", "item_2")));
        StoredConversation expected =
                new StoredConversation(TENANT, conv("conv"), clock.instant(), "{\"of\":\"conv\"}", 0);
        clock.advance(Duration.ofDays(1000));

        assertThat(store.conversation(TENANT, conv("conv"))).contains(expected);
        assertThat(content("conv")).isEqualTo(new ConversationItems(0, items("item_1", "item_2")));
        assertThat(store.conversationItem(TENANT, conv("conv"), "item_2")).contains(item("item_2"));
        assertThat(store.conversationItem(TENANT, conv("conv"), "ITEM_2")).isEmpty();
    }

    @Test
    void required_S1_anUnknownConversationIsNotFound() {
        conversation("conv", "item_1");
        ConversationId unknown = conv("unknown");

        assertThat(store.conversation(TENANT, unknown)).isEmpty();
        assertThat(store.conversationContent(TENANT, unknown)).isEmpty();
        assertThat(store.conversationItem(TENANT, unknown, "item_1")).isEmpty();
        assertThat(store.conversationItems(TENANT, unknown, new PageQuery("item_1", 1, true)))
                .isEmpty();
        assertThat(store.updateConversation(TENANT, unknown, "{}")).isFalse();
        assertThat(store.deleteConversation(TENANT, unknown)).isFalse();
        assertThat(store.addConversationItems(TENANT, unknown, items("item_2")))
                .isEqualTo(ConversationChange.NOT_FOUND);
        assertThat(store.deleteConversationItem(TENANT, unknown, "item_1")).isEqualTo(ConversationChange.NOT_FOUND);
        assertThat(store.conversation(TENANT, unknown)).isEmpty();
    }

    @Test
    void required_S2_aConversationIdIsUsedOnce() {
        conversation("conv", "item_1");

        assertThatIllegalArgumentException().isThrownBy(() -> conversation("conv", "item_2"));
        assertThat(content("conv")).isEqualTo(new ConversationItems(0, items("item_1")));
        assertThat(store.items(TENANT, List.of("item_2"))).isEmpty();

        store.addConversationItems(TENANT, conv("conv"), items("item_2"));
        assertThat(store.deleteConversation(TENANT, conv("conv"))).isTrue();
        assertThat(store.deleteConversation(TENANT, conv("conv"))).isFalse();
        assertThat(store.conversation(TENANT, conv("conv"))).isEmpty();
        assertThat(store.items(TENANT, List.of("item_1", "item_2"))).isEmpty();
        // Its id may be given again; that makes another conversation.
        conversation("conv");
        assertThat(content("conv")).isEqualTo(new ConversationItems(0, List.of()));
    }

    @Test
    void required_S10_itemsComeAndGoOneChangeAtATime() {
        conversation("conv", "item_1");

        assertThat(add("item_2", "item_3")).isEqualTo(ConversationChange.DONE);
        assertThat(content("conv")).isEqualTo(new ConversationItems(1, items("item_1", "item_2", "item_3")));
        assertThat(remove("item_2")).isEqualTo(ConversationChange.DONE);
        assertThat(content("conv")).isEqualTo(new ConversationItems(2, items("item_1", "item_3")));
        assertThat(remove("item_2")).isEqualTo(ConversationChange.NOT_FOUND);
        assertThat(store.conversationItem(TENANT, conv("conv"), "item_2")).isEmpty();
        assertThat(add("item_2")).isEqualTo(ConversationChange.DONE);
        assertThat(content("conv")).isEqualTo(new ConversationItems(3, items("item_1", "item_3", "item_2")));
        assertThat(store.conversation(TENANT, conv("conv")))
                .map(StoredConversation::version)
                .contains(3L);
    }

    private ConversationChange add(String... itemIds) {
        return store.addConversationItems(TENANT, conv("conv"), items(itemIds));
    }

    private ConversationChange remove(String itemId) {
        return store.deleteConversationItem(TENANT, conv("conv"), itemId);
    }

    @Test
    void required_S10_anItemIdComesOnceInAConversation() {
        conversation("conv", "item_1");

        assertThatIllegalArgumentException().isThrownBy(() -> add("item_2", "item_1"));
        assertThatIllegalArgumentException().isThrownBy(() -> add("item_2", "item_2"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.addConversationItems(TENANT, conv("unknown"), items("item_2", "item_2")));
        assertThatIllegalArgumentException().isThrownBy(() -> conversation("other", "item_2", "item_2"));

        assertThat(content("conv")).isEqualTo(new ConversationItems(0, items("item_1")));
        assertThat(store.conversation(TENANT, conv("other"))).isEmpty();
        // Two conversations may have an item of the same id.
        conversation("other", "item_1");
        assertThat(add("ITEM_1")).isEqualTo(ConversationChange.DONE);
    }

    @Test
    void required_S10_anUpdateReplacesTheDocumentAlone() {
        conversation("conv", "item_1");
        add("item_2");
        StoredConversation before = store.conversation(TENANT, conv("conv")).orElseThrow();

        assertThat(store.updateConversation(TENANT, conv("conv"), "{\"new\":1}"))
                .isTrue();

        assertThat(store.conversation(TENANT, conv("conv")))
                .contains(new StoredConversation(TENANT, conv("conv"), before.createdAt(), "{\"new\":1}", 1));
        assertThat(content("conv")).isEqualTo(new ConversationItems(1, items("item_1", "item_2")));
        running(draft("a").conversation("conv", 1));
        assertThat(store.updateConversation(TENANT, conv("conv"), "{\"new\":2}"))
                .isTrue();
        assertThat(store.conversation(TENANT, conv("conv")))
                .map(StoredConversation::document)
                .contains("{\"new\":2}");
    }

    @Test
    void required_S10_whileAResponseHoldsItNobodyElseChangesIt() {
        conversation("conv", "item_1");
        Lease lease = running(draft("a").conversation("conv").input(items("in_1")));

        assertThat(add("item_2")).isEqualTo(ConversationChange.LOCKED);
        assertThat(remove("item_1")).isEqualTo(ConversationChange.LOCKED);
        assertThat(remove("unknown")).isEqualTo(ConversationChange.NOT_FOUND);
        store.append(lease, new Append(-1, events(0, 1), items("out_1"), null));
        assertThat(add("item_2")).isEqualTo(ConversationChange.LOCKED);
        assertThat(content("conv")).isEqualTo(new ConversationItems(0, items("item_1")));
        assertThat(store.items(TENANT, List.of("item_2"))).isEmpty();

        assertThat(store.append(lease, end(0, ResponseStatus.FAILED))).isEqualTo(Append.Result.OK);
        assertThat(add("item_2")).isEqualTo(ConversationChange.DONE);
        queued(draft("b").conversation("conv", 1));
        assertThat(add("item_3")).isEqualTo(ConversationChange.LOCKED);
        assertThat(store.cancel(TENANT, id("b"))).isEqualTo(Cancelled.CANCELLED);
        assertThat(remove("item_1")).isEqualTo(ConversationChange.DONE);
        running(draft("c").conversation("conv", 2));
        assertThat(remove("item_2")).isEqualTo(ConversationChange.LOCKED);
        assertThat(store.delete(TENANT, id("c"))).isTrue();
        assertThat(remove("item_2")).isEqualTo(ConversationChange.DONE);
        assertThat(content("conv")).isEqualTo(new ConversationItems(3, List.of()));
    }

    @Test
    void required_S10_aTurnThatWasOvertakenIsRefused() {
        conversation("conv", "item_1");
        add("item_2");

        for (long version : List.of(0L, 2L, -1L)) {
            Draft draft = draft("a").conversation("conv", version).key("key", "hash");
            assertThat(store.create(draft.build())).as("version " + version).isEqualTo(LOCKED);
        }
        assertThat(store.find(TENANT, id("a"))).isEmpty();
        assertThat(add("item_3")).isEqualTo(ConversationChange.DONE);
        running(draft("b").conversation("conv", 2).key("key", "another hash"));
        assertThat(found("b").conversation()).isEqualTo(conv("conv"));
    }

    @Test
    void required_S10_aTurnOfAnUnknownConversationIsRefused() {
        conversation("conv");
        store.deleteConversation(TENANT, conv("conv"));

        for (String name : List.of("conv", "unknown", "CONV")) {
            assertThat(store.create(draft("a").conversation(name).build())).isEqualTo(LOCKED);
            assertThat(store.conversation(TENANT, conv(name))).isEmpty();
        }
        assertThat(store.find(TENANT, id("a"))).isEmpty();
    }

    @Test
    void required_S10_anEndBringsItsOwnInputAndThenItsOutput() {
        conversation("conv", "item_1");
        completed(draft("before").input(items("in_before")));
        Lease lease = running(draft("a").previous("before").conversation("conv").input(items("in_1", "in_2")));
        store.append(lease, new Append(-1, events(0, 1), items("out_1"), null));

        assertThat(store.append(lease, joining(0, "out_2", "out_3"))).isEqualTo(Append.Result.OK);

        assertThat(content("conv"))
                .isEqualTo(new ConversationItems(1, items("item_1", "in_1", "in_2", "out_1", "out_2", "out_3")));
        assertThat(found("a").output()).isEqualTo(items("out_1", "out_2", "out_3"));
        assertThat(store.conversationItem(TENANT, conv("conv"), "out_2")).contains(item("out_2"));
        assertThat(store.append(running(draft("b").conversation("conv", 1)), joining(-1)))
                .isEqualTo(Append.Result.OK);
        assertThat(content("conv").version()).isEqualTo(2);
        assertThat(content("conv").items()).hasSize(6);
    }

    @Test
    void required_S10_whatTheConversationHasIsNotAddedAgain() {
        conversation("conv", "item_1", "out_1");
        StoredItem sentBack = new StoredItem("item_1", "{\"sent\":\"back\"}");
        Lease lease = running(draft("a").conversation("conv").input(List.of(item("in_1"), sentBack)));

        assertThat(store.append(lease, joining(-1, "out_1", "out_2", "in_1"))).isEqualTo(Append.Result.OK);

        assertThat(content("conv")).isEqualTo(new ConversationItems(1, items("item_1", "out_1", "in_1", "out_2")));
        assertThat(found("a").input()).containsExactly(item("in_1"), sentBack);
        assertThat(found("a").output()).isEqualTo(items("out_1", "out_2", "in_1"));
    }

    @Test
    void required_S10_onlyAnEndThatSaysSoBringsItems() {
        conversation("conv", "item_1");
        Lease lease = running(draft("a").conversation("conv").input(items("in_a")));
        store.append(lease, new Append(-1, events(0, 1), items("out_a"), null));
        assertThat(content("conv").items()).isEqualTo(items("item_1"));
        store.append(lease, end(0, ResponseStatus.COMPLETED));
        running(draft("b").conversation("conv").input(items("in_b")));
        store.cancel(TENANT, id("b"));
        running(draft("c").conversation("conv").input(items("in_c")));
        store.delete(TENANT, id("c"));
        Lease fenced = running(draft("d").conversation("conv").input(items("in_d")));
        store.cancel(TENANT, id("d"));
        assertThat(store.append(fenced, joining(-1, "out_d"))).isEqualTo(Append.Result.FENCED);

        assertThat(content("conv")).isEqualTo(new ConversationItems(0, items("item_1")));
        // Without a conversation there is nothing to join.
        assertThat(store.append(running("e"), joining(-1, "out_e"))).isEqualTo(Append.Result.OK);
    }

    @Test
    void required_S10_aDeletedConversationGetsNothing() {
        conversation("conv", "item_1");
        Lease first = running(draft("a").conversation("conv").input(items("in_a")));

        assertThat(store.deleteConversation(TENANT, conv("conv"))).isTrue();

        assertThat(store.append(first, more(-1, 1))).isEqualTo(Append.Result.OK);
        conversation("conv");
        assertThat(store.append(first, joining(0, "out_a"))).isEqualTo(Append.Result.OK);
        assertThat(content("conv")).isEqualTo(new ConversationItems(0, List.of()));
        assertThat(found("a").conversation()).isEqualTo(conv("conv"));
        assertThat(found("a").output()).isEqualTo(items("out_a"));

        running(draft("b").conversation("conv"));
        store.deleteConversation(TENANT, conv("conv"));
        conversation("conv");
        running(draft("c").conversation("conv"));
        store.cancel(TENANT, id("b"));
        // The end of the one does not free the conversation that the other holds.
        assertThat(create(draft("d").conversation("conv"))).isEqualTo(LOCKED);
    }

    @Test
    void required_S1_whatJoinedStaysWhenTheResponseGoes() {
        conversation("conv");
        Lease lease = running(draft("a").conversation("conv").input(items("in_a")));
        store.append(lease, joining(-1, "out_a"));

        assertThat(store.delete(TENANT, id("a"))).isTrue();

        assertThat(content("conv")).isEqualTo(new ConversationItems(1, items("in_a", "out_a")));
        assertThat(store.items(TENANT, List.of("in_a", "out_a")).keySet()).containsExactlyInAnyOrder("in_a", "out_a");
        store.deleteConversation(TENANT, conv("conv"));
        assertThat(store.items(TENANT, List.of("in_a", "out_a"))).isEmpty();
    }

    @Test
    void required_conversationItemsAreReadInPagesBothWays() {
        List<StoredItem> all = items(0, 7);
        conversation("conv");
        store.addConversationItems(TENANT, conv("conv"), all.subList(0, 3));
        store.addConversationItems(TENANT, conv("conv"), all.subList(3, 7));

        for (int limit = 1; limit <= 8; limit++) {
            assertThat(pages(this::page, StoredItem::id, limit, false)).isEqualTo(all);
            assertThat(pages(this::page, StoredItem::id, limit, true)).isEqualTo(reversed(all));
        }
        assertThat(page(new PageQuery("item_2", 4, false))).isEqualTo(new Page<>(all.subList(3, 7), false));
        assertThat(page(new PageQuery("item_2", 1, true))).isEqualTo(new Page<>(all.subList(1, 2), true));
        assertThat(page(new PageQuery("item_6", 1, false))).isEqualTo(new Page<>(List.of(), false));
        assertThat(page(new PageQuery("item_0", 1, true))).isEqualTo(new Page<>(List.of(), false));
        for (String stranger : List.of("nowhere", "ITEM_1")) {
            assertThatIllegalArgumentException().isThrownBy(() -> page(new PageQuery(stranger, 1, true)));
        }
        conversation("empty");
        assertThat(store.conversationItems(TENANT, conv("empty"), PageQuery.first()))
                .contains(new Page<>(List.of(), false));
    }

    private Page<StoredItem> page(PageQuery query) {
        return store.conversationItems(TENANT, conv("conv"), query).orElseThrow();
    }

    @Test
    void required_itemsAreFoundByTheirIds() {
        conversation("conv", "item_1");
        Lease lease = running(draft("a").input(items("in_a", "shared")));
        store.append(lease, new Append(-1, List.of(), items("out_a"), null));
        completed(draft("b").timeToLive(Duration.ofMinutes(1)).input(items("in_b", "shared")));
        List<String> asked = List.of("item_1", "in_a", "out_a", "in_b", "shared", "unknown", "IN_A", "in_a");

        assertThat(store.items(TENANT, asked)).isEqualTo(byId("item_1", "in_a", "out_a", "in_b", "shared"));
        assertThat(store.items(TENANT, List.of())).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(store.items(TENANT, asked)).isEqualTo(byId("item_1", "in_a", "out_a", "shared"));
        store.cancel(TENANT, id("a"));
        assertThat(store.items(TENANT, asked)).isEqualTo(byId("item_1", "in_a", "out_a", "shared"));
        store.delete(TENANT, id("a"));
        assertThat(store.items(TENANT, asked)).isEqualTo(byId("item_1"));
        remove("item_1");
        assertThat(store.items(TENANT, asked)).isEmpty();
        completed(draft("c").input(items("item_1")));
        assertThat(store.items(TENANT, asked)).isEqualTo(byId("item_1"));
    }

    private static Map<String, StoredItem> byId(String... itemIds) {
        Map<String, StoredItem> byId = new HashMap<>();
        items(itemIds).forEach(item -> byId.put(item.id(), item));
        return byId;
    }

    @Test
    void required_responsesAreListedInTheOrderOfTheirCreation() {
        List<String> all = new ArrayList<>();
        for (int n = 0; n < 7; n++) {
            String name = "a" + (n * 5 % 7);
            all.add(name);
            if (n % 3 == 0) {
                queued(name);
            } else {
                completed(draft(name).input(items("in_" + n)));
            }
            clock.advance(Duration.ofSeconds(1));
        }

        for (int limit = 1; limit <= 8; limit++) {
            assertThat(listed(limit, false)).isEqualTo(all);
            assertThat(listed(limit, true)).isEqualTo(reversed(all));
        }
        assertThat(store.responses(TENANT, new PageQuery(null, 2, true)))
                .isEqualTo(new Page<>(List.of(found(all.get(6)), found(all.get(5))), true));
        assertThat(store.responses(TENANT, new PageQuery(all.get(6), 2, false)))
                .isEqualTo(new Page<>(List.of(), false));
        assertThat(store.responses(TENANT, new PageQuery(all.get(0), 2, true))).isEqualTo(new Page<>(List.of(), false));
        for (String stranger : List.of("nowhere", "A1")) {
            PageQuery query = new PageQuery(stranger, 1, true);
            assertThatIllegalArgumentException().isThrownBy(() -> store.responses(TENANT, query));
        }
    }

    private List<String> listed(int limit, boolean newestFirst) {
        return pages(query -> store.responses(TENANT, query), r -> r.id().value(), limit, newestFirst).stream()
                .map(response -> response.id().value())
                .toList();
    }

    @Test
    void required_S1_whatIsGoneIsNotListed() {
        completed(draft("short").timeToLive(Duration.ofMinutes(1)));
        running("a");
        completed("b");
        clock.advance(Duration.ofMinutes(1));
        assertThat(listed(10, false)).containsExactlyInAnyOrder("a", "b");
        store.delete(TENANT, id("a"));

        assertThat(listed(10, false)).containsExactly("b");
        for (String gone : List.of("short", "a")) {
            PageQuery query = new PageQuery(gone, 1, true);
            assertThatIllegalArgumentException().isThrownBy(() -> store.responses(TENANT, query));
        }
        store.delete(TENANT, id("b"));
        assertThat(store.responses(TENANT, PageQuery.first())).isEqualTo(new Page<>(List.of(), false));
    }
}
