package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoredItem;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bound of the conversations in memory, and that nothing is left of one that is gone. */
class InMemoryConversationsTest extends StoreFixture {
    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        return ResponseStore.inMemory(clock, retention, 3);
    }

    private List<String> kept(String... ids) {
        return List.of(ids).stream()
                .filter(name -> store.conversation(TENANT, conv(name)).isPresent())
                .toList();
    }

    @Test
    void theOneWhoseLastChangeIsTheOldestGoesOnlyAboveTheBound() {
        conversation("a", "item_a");
        conversation("b", "item_b");
        conversation("c", "item_c");
        assertThat(kept("a", "b", "c")).containsExactly("a", "b", "c");

        // Reading is no change; adding, removing and updating are.
        content("b");
        store.addConversationItems(TENANT, conv("a"), items("more"));
        conversation("d");
        assertThat(kept("a", "b", "c", "d")).containsExactly("a", "c", "d");
        assertThat(store.items(TENANT, List.of("item_a", "item_b", "more")).keySet())
                .containsExactlyInAnyOrder("item_a", "more");
        store.deleteConversationItem(TENANT, conv("c"), "item_c");
        conversation("e");
        assertThat(kept("a", "c", "d", "e")).containsExactly("c", "d", "e");
        store.updateConversation(TENANT, conv("c"), "{}");
        conversation("f");
        assertThat(kept("c", "d", "e", "f")).containsExactly("c", "e", "f");
        // What was deleted makes room.
        store.deleteConversation(TENANT, conv("e"));
        conversation("g");
        assertThat(kept("c", "f", "g")).containsExactly("c", "f", "g");
    }

    @Test
    void oneThatAResponseHoldsIsNeverDropped() {
        Lease lease = null;
        for (String name : List.of("a", "b", "c", "d")) {
            lease = running(draft("of_" + name).conversation(name));
        }
        // All are held: the newest stays although there are too many.
        conversation("e");
        assertThat(kept("a", "b", "c", "d", "e")).containsExactly("a", "b", "c", "d", "e");

        // As long as there are too many, the one that rests longest goes as soon as one is free.
        assertThat(store.append(lease, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        assertThat(kept("a", "b", "c", "d", "e")).containsExactly("a", "b", "c");
        store.cancel(TENANT, id("of_a"));
        assertThat(kept("a", "b", "c")).containsExactly("a", "b", "c");
        conversation("f");
        assertThat(kept("a", "b", "c", "f")).containsExactly("b", "c", "f");
    }

    @Test
    void anEndIsAChange() {
        conversation("a");
        conversation("b");
        conversation("c");
        running(draft("of_a").conversation("a"));
        store.cancel(TENANT, id("of_a"));
        conversation("d");

        assertThat(kept("a", "b", "c", "d")).containsExactly("a", "c", "d");
    }

    @Test
    void noneIsEvictedTooMany() {
        for (int round = 0; round < 200; round++) {
            String prefix = "a" + round + "_";
            List<Callable<Boolean>> tasks = new ArrayList<>();
            IntStream.range(0, 8)
                    .forEach(n -> tasks.add(() -> {
                        conversation(prefix + n, "item_" + n);
                        return true;
                    }));
            StoreRaceRules.race(tasks);
            assertThat(IntStream.range(0, 8).filter(n -> !kept(prefix + n).isEmpty()))
                    .hasSize(3);
        }
        assertThat(store.items(
                        TENANT, IntStream.range(0, 8).mapToObj(n -> "item_" + n).toList()))
                .hasSize(3);
    }

    @Test
    void itReleasesWhatIsDeletedOrEvicted() {
        List<WeakReference<String>> traces = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            String name = traced(traces, "conv" + n);
            conversation(name, traced(traces, "item" + n));
            store.addConversationItems(
                    TENANT,
                    new ConversationId(name),
                    List.of(new StoredItem(traced(traces, "added" + n), traced(traces, "json" + n))));
            store.updateConversation(TENANT, new ConversationId(name), traced(traces, "document" + n));
            if (n % 3 == 0) {
                store.deleteConversation(TENANT, new ConversationId(name));
            }
            if (n % 3 == 1) {
                running(draft("a" + n).conversation(name, 1));
                store.deleteConversation(TENANT, new ConversationId(name));
                store.delete(TENANT, id("a" + n));
            }
        }
        for (String name : List.of("a", "b", "c")) {
            conversation(name);
        }

        for (int n = 0; n < 50 && held(traces) > 0; n++) {
            System.gc();
        }
        assertThat(held(traces)).isZero();
    }

    private static String traced(List<WeakReference<String>> traces, String text) {
        String own = new String(text.toCharArray());
        traces.add(new WeakReference<>(own));
        return own;
    }

    private static long held(List<WeakReference<String>> traces) {
        return traces.stream().filter(trace -> trace.get() != null).count();
    }

    @Test
    void anEndedResponseHoldsNothingOfItsConversation() {
        List<WeakReference<String>> traces = new ArrayList<>();
        StoredItem item = new StoredItem("item_1", traced(traces, "json"));
        store.createConversation(new NewConversation(TENANT, conv("a"), "{}", List.of(item)));
        completed(draft("of_a").conversation("a"));
        assertThat(content("a")).isEqualTo(new ConversationItems(0, List.of(item)));
        item = null;
        store.deleteConversation(TENANT, conv("a"));

        for (int n = 0; n < 50 && held(traces) > 0; n++) {
            System.gc();
        }
        assertThat(held(traces)).isZero();
        assertThat(found("of_a").conversation()).isEqualTo(conv("a"));
    }
}
