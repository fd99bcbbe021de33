package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.ToolStart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The same rules when many threads call at once. */
abstract class StoreRaceRules extends StoreRetentionRules {
    private static final int THREADS = 32;
    private static final int ROUNDS = 100;

    /** Lets every task begin at the same moment and gives their results, in the order of the tasks. */
    static <T> List<T> race(List<Callable<T>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> task : tasks) {
                futures.add(threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(60, TimeUnit.SECONDS));
            }
            return results;
        } catch (ExecutionException failed) {
            throw new AssertionError("a racing thread failed: " + failed.getCause(), failed.getCause());
        } catch (InterruptedException | TimeoutException stuck) {
            throw new AssertionError("the race did not end", stuck);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> List<T> race(IntFunction<Callable<T>> task) {
        return race(IntStream.range(0, THREADS).mapToObj(task).toList());
    }

    private static <T> List<T> times(int count, T value) {
        return Collections.nCopies(count, value);
    }

    @Test
    void required_S4_eachQueuedResponseIsClaimedByOne() {
        List<String> names = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            names.add("a" + n);
            queued("a" + n);
        }

        List<Claim> claims = new ArrayList<>();
        race(thread -> () -> {
                    List<Claim> mine = new ArrayList<>();
                    List<Claim> next = store.claim(new NodeId("node_" + thread), 3, LEASE);
                    while (!next.isEmpty()) {
                        mine.addAll(next);
                        next = store.claim(new NodeId("node_" + thread), 3, LEASE);
                    }
                    return mine;
                })
                .forEach(claims::addAll);

        assertThat(claims.stream().map(claim -> claim.response().id().value()))
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(claims)
                .allMatch(claim -> claim.attempt() == 1 && claim.lease().epoch() == 1);
        for (Claim claim : claims) {
            assertThat(store.append(claim.lease(), end(-1, ResponseStatus.COMPLETED)))
                    .isEqualTo(Append.Result.OK);
        }
    }

    @Test
    void required_S4_anExpiredLeaseIsClaimedByOne() {
        queued("a");
        claimOnly(NODE);
        for (int round = 2; round < 12; round++) {
            clock.advance(LEASE);
            List<Claim> claims = new ArrayList<>();
            race(thread -> () -> store.claim(new NodeId("node_" + thread), 3, LEASE))
                    .forEach(claims::addAll);
            assertThat(claims).hasSize(1);
            assertThat(claims.get(0).attempt()).isEqualTo(round);
            assertThat(claims.get(0).lease().epoch()).isEqualTo(round);
        }
    }

    @Test
    void required_S5_aCancelAndAnEndHaveOneWinner() {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "a" + round;
            Lease lease = running(draft(name).conversation("conv"));

            List<Object> results = race(List.of(
                    () -> store.cancel(TENANT, id(name)),
                    () -> store.append(lease, end(-1, ResponseStatus.COMPLETED))));

            StoredResponse response = found(name);
            if (results.get(0) == Cancelled.CANCELLED) {
                assertThat(results.get(1)).isEqualTo(Append.Result.FENCED);
                assertThat(response.status()).isEqualTo(ResponseStatus.CANCELLED);
                assertThat(response.lastSeq()).isEqualTo(-1);
                assertThat(response.epoch()).isEqualTo(2);
            } else {
                assertThat(results).containsExactly(Cancelled.ALREADY_ENDED, Append.Result.OK);
                assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
                assertThat(response.document()).isEqualTo(FINAL);
                assertThat(response.lastSeq()).isZero();
                assertThat(response.epoch()).isEqualTo(1);
            }
        }
    }

    @Test
    void required_S5_aCancelHasOneWinner() {
        queued("a");

        List<Cancelled> results = race(thread -> () -> store.cancel(TENANT, id("a")));

        assertThat(results).contains(Cancelled.CANCELLED);
        results.remove(Cancelled.CANCELLED);
        assertThat(results).isEqualTo(times(THREADS - 1, Cancelled.ALREADY_ENDED));
        assertThat(found("a").epoch()).isEqualTo(1);
    }

    @Test
    void required_S5_aCancelAndAClaimAgree() {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "a" + round;
            queued(name);

            List<Object> results =
                    race(List.of(() -> store.cancel(TENANT, id(name)), () -> store.claim(NODE, 1, LEASE)));

            // Whoever came first, the run is cancelled and a worker that has it is fenced.
            assertThat(results.get(0)).isEqualTo(Cancelled.CANCELLED);
            for (Object claim : (List<?>) results.get(1)) {
                assertThat(store.append(((Claim) claim).lease(), more(-1, 1))).isEqualTo(Append.Result.FENCED);
            }
            assertThat(status(name)).isEqualTo(ResponseStatus.CANCELLED);
            clock.advance(LEASE);
            assertThat(store.claim(OTHER_NODE, 1, LEASE)).isEmpty();
        }
    }

    @Test
    void required_S2_aConversationIsTakenByOne() {
        for (int round = 0; round < 10; round++) {
            String prefix = "a" + round + "_";
            List<Created.Outcome> outcomes = race(thread ->
                    () -> create(draft(prefix + thread).conversation("conv")).outcome());

            int winner = outcomes.indexOf(Created.Outcome.CREATED);
            assertThat(winner).isNotNegative();
            outcomes.remove(winner);
            assertThat(outcomes).isEqualTo(times(THREADS - 1, Created.Outcome.CONVERSATION_LOCKED));
            for (int thread = 0; thread < THREADS; thread++) {
                assertThat(store.find(TENANT, id(prefix + thread)).isPresent()).isEqualTo(thread == winner);
            }
            store.cancel(TENANT, id(prefix + winner));
        }
    }

    @Test
    void required_S10_itemsAreAddedOneCallAtATime() {
        conversation("conv");
        List<ConversationChange> changes = race(thread ->
                () -> store.addConversationItems(TENANT, conv("conv"), items("item_" + thread, "b_" + thread)));

        assertThat(changes).isEqualTo(times(THREADS, ConversationChange.DONE));
        ConversationItems content = content("conv");
        assertThat(content.version()).isEqualTo(THREADS);
        List<String> ids = content.items().stream().map(StoredItem::id).toList();
        assertThat(ids).hasSize(2 * THREADS).doesNotHaveDuplicates();
        for (int thread = 0; thread < THREADS; thread++) {
            assertThat(ids.indexOf("b_" + thread)).isEqualTo(ids.indexOf("item_" + thread) + 1);
        }
        List<ConversationChange> removals =
                race(thread -> () -> store.deleteConversationItem(TENANT, conv("conv"), "item_0"));
        assertThat(Collections.frequency(removals, ConversationChange.DONE)).isEqualTo(1);
        assertThat(Collections.frequency(removals, ConversationChange.NOT_FOUND))
                .isEqualTo(THREADS - 1);
    }

    @Test
    void required_S10_aTurnAndAChangeHaveOneWinner() {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "a" + round;
            String conversation = "conv" + round;
            conversation(conversation, "item_1");

            List<Object> results = race(List.of(
                    () -> create(draft(name).conversation(conversation)).outcome(),
                    () -> store.deleteConversationItem(TENANT, conv(conversation), "item_1")));

            List<Object> turnFirst = List.of(Created.Outcome.CREATED, ConversationChange.LOCKED);
            List<Object> changeFirst = List.of(Created.Outcome.CONVERSATION_LOCKED, ConversationChange.DONE);
            assertThat(results).isIn(turnFirst, changeFirst);
            assertThat(store.find(TENANT, id(name)).isPresent()).isEqualTo(results.equals(turnFirst));
            assertThat(content(conversation).items()).hasSize(results.equals(turnFirst) ? 1 : 0);
        }
    }

    @Test
    void required_S10_anEndAndADeletionOfTheConversationLeaveNothing() {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "a" + round;
            conversation(name, "item_1");
            Lease lease = running(draft(name).conversation(name).input(items("in_1")));
            Append.Terminal joining = new Append.Terminal(ResponseStatus.COMPLETED, FINAL, true);

            List<Object> results = race(List.of(
                    () -> store.append(lease, new Append(-1, events(0, 1), items("out_1"), joining)),
                    () -> store.deleteConversation(TENANT, conv(name))));

            assertThat(results).containsExactly(Append.Result.OK, true);
            assertThat(store.conversation(TENANT, conv(name))).isEmpty();
            assertThat(store.items(TENANT, List.of("item_1", "in_1", "out_1")).keySet())
                    .containsExactlyInAnyOrder("in_1", "out_1");
            assertThat(store.delete(TENANT, id(name))).isTrue();
            assertThat(store.items(TENANT, List.of("item_1", "in_1", "out_1"))).isEmpty();
        }
    }

    @Test
    void required_S2_aConversationIdIsTakenByOne() {
        List<Object> results = race(thread -> () -> {
            try {
                conversation("conv", "item_" + thread);
                return "made";
            } catch (IllegalArgumentException refused) {
                return "refused";
            }
        });

        int winner = results.indexOf("made");
        assertThat(winner).isNotNegative();
        results.remove(winner);
        assertThat(results).isEqualTo(times(THREADS - 1, (Object) "refused"));
        assertThat(content("conv").items()).isEqualTo(items("item_" + winner));
    }

    @Test
    void required_S2_aKeyMakesOneResponse() {
        for (int round = 0; round < 10; round++) {
            String prefix = "a" + round + "_";
            List<Created> results = race(thread ->
                    () -> create(draft(prefix + thread).conversation(prefix).key(prefix, "hash")));

            int winner = results.stream().map(Created::outcome).toList().indexOf(Created.Outcome.CREATED);
            assertThat(winner).isNotNegative();
            results.remove(winner);
            Created duplicate = new Created(Created.Outcome.DUPLICATE, null, id(prefix + winner));
            assertThat(results).isEqualTo(times(THREADS - 1, duplicate));
            for (int thread = 0; thread < THREADS; thread++) {
                assertThat(store.find(TENANT, id(prefix + thread)).isPresent()).isEqualTo(thread == winner);
            }
        }
    }

    @Test
    void required_S2_aLockedConversationLeavesNoKeyForOthersToSee() {
        Lease holder = running(draft("holder").conversation("conv"));

        List<Created.Outcome> outcomes = race(
                thread -> () -> create(draft("a" + thread).conversation("conv").key("key", "hash"))
                        .outcome());

        // A duplicate would name a response that does not exist.
        assertThat(outcomes).isEqualTo(times(THREADS, Created.Outcome.CONVERSATION_LOCKED));
        assertThat(store.append(holder, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
    }

    @Test
    void required_S2_anIdIsTakenByOne() {
        List<Object> results = race(thread -> () -> {
            try {
                return create(draft("a").document("{\"by\":" + thread + "}")).outcome();
            } catch (IllegalArgumentException refused) {
                return "refused";
            }
        });

        int winner = results.indexOf(Created.Outcome.CREATED);
        assertThat(winner).isNotNegative();
        results.remove(winner);
        assertThat(results).isEqualTo(times(THREADS - 1, (Object) "refused"));
        assertThat(found("a").document()).isEqualTo("{\"by\":" + winner + "}");
    }

    @Test
    void required_S6_anEventNumberIsTakenByOne() {
        Lease lease = running("a");
        for (int round = 0; round < 20; round++) {
            long last = round - 1L;
            List<Append.Result> results = race(thread -> () -> {
                StoredEvent event = new StoredEvent(last + 1, "{\"by\":" + thread + "}");
                return store.append(lease, new Append(last, List.of(event), items("out_" + last), null));
            });

            int winner = results.indexOf(Append.Result.OK);
            assertThat(winner).isNotNegative();
            results.remove(winner);
            assertThat(results).isEqualTo(times(THREADS - 1, Append.Result.FENCED));
            assertThat(store.tail(TENANT, id("a"), last, 10).orElseThrow().events())
                    .containsExactly(new StoredEvent(last + 1, "{\"by\":" + winner + "}"));
            assertThat(found("a").output()).hasSize(round + 1);
        }
    }

    @Test
    void required_S1_aToolCallIsStartedByOne() {
        Lease lease = running("a");
        int calls = 100;

        List<Integer> started = new ArrayList<>();
        race(thread -> () -> IntStream.range(0, calls)
                        .filter(call -> store.toolStarted(lease, "call_" + call, "hash") == ToolStart.STARTED)
                        .boxed()
                        .toList())
                .forEach(started::addAll);

        assertThat(started)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, calls).boxed().toList());
    }

    @Test
    void required_S1_aResponseIsDeletedByOne() {
        for (int round = 0; round < 20; round++) {
            running(draft("a").conversation("conv").key("key", "hash"));

            List<Boolean> results = race(thread -> () -> store.delete(TENANT, id("a")));

            assertThat(results).contains(true);
            results.remove(true);
            assertThat(results).isEqualTo(times(THREADS - 1, false));
        }
    }

    @Test
    void required_S7_aTerminalStatusIsNeverSeenBeforeItsEvents() {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "a" + round;
            Lease lease = running(name);
            List<List<Tail>> results = race(List.of(() -> writeToTheEnd(lease, 20), () -> readToTheEnd(name)));

            List<StoredEvent> read = new ArrayList<>();
            for (Tail tail : results.get(1)) {
                read.addAll(tail.events());
                long reached = read.size() - 1L;
                // The status is the older of the two, so the events may be ahead of it, never behind.
                assertThat(reached).isGreaterThanOrEqualTo(tail.lastSeq());
                if (tail.status().isTerminal()) {
                    assertThat(reached).isEqualTo(tail.lastSeq());
                }
            }
            assertThat(read).isEqualTo(events(0, 21));
        }
    }

    private List<Tail> writeToTheEnd(Lease lease, int count) {
        for (int last = -1; last < count - 1; last++) {
            assertThat(store.append(lease, more(last, 1))).isEqualTo(Append.Result.OK);
        }
        assertThat(store.append(lease, end(count - 1, ResponseStatus.COMPLETED)))
                .isEqualTo(Append.Result.OK);
        return List.of();
    }

    /** Reads as a client that resumes does: until a terminal status. */
    private List<Tail> readToTheEnd(String name) {
        List<Tail> tails = new ArrayList<>();
        long after = -1;
        Tail tail;
        do {
            tail = store.tail(TENANT, id(name), after, 1000).orElseThrow();
            List<StoredEvent> events = tail.events();
            after = events.isEmpty() ? after : events.get(events.size() - 1).seq();
            tails.add(tail);
        } while (!tail.status().isTerminal() && !Thread.currentThread().isInterrupted());
        return tails;
    }

    @Test
    void required_S2_anAppendIsSeenWholeOrNotAtAll() {
        for (int round = 0; round < 20; round++) {
            String name = "a" + round;
            Lease lease = running(name);
            List<List<StoredResponse>> results =
                    race(List.of(() -> writeItemsToTheEnd(lease, 30), () -> watchToTheEnd(name)));

            for (StoredResponse seen : results.get(1)) {
                // Each append has one item and two events, the last of them the final document.
                assertThat(seen.lastSeq()).isEqualTo(2L * seen.output().size() - 1);
                assertThat(seen.status().isTerminal()).isEqualTo(seen.output().size() == 30);
                assertThat(seen.document().equals(FINAL))
                        .isEqualTo(seen.status().isTerminal());
            }
        }
    }

    private List<StoredResponse> writeItemsToTheEnd(Lease lease, int count) {
        for (int n = 0; n < count; n++) {
            Append.Terminal terminal =
                    n == count - 1 ? new Append.Terminal(ResponseStatus.COMPLETED, FINAL, false) : null;
            long last = 2L * n - 1;
            Append append = new Append(last, events(last + 1, last + 3), items("out_" + n), terminal);
            assertThat(store.append(lease, append)).isEqualTo(Append.Result.OK);
        }
        return List.of();
    }

    private List<StoredResponse> watchToTheEnd(String name) {
        List<StoredResponse> seen = new ArrayList<>();
        StoredResponse response;
        do {
            response = found(name);
            seen.add(response);
        } while (!response.status().isTerminal() && !Thread.currentThread().isInterrupted());
        return seen;
    }

    @Test
    void required_S9_aChainIsWholeWhileAnAncestorIsDeleted() {
        int depth = 12;
        for (int round = 0; round < ROUNDS; round++) {
            String prefix = "a" + round + "_";
            for (int n = 0; n < depth; n++) {
                Draft draft = draft(prefix + n);
                completed(n == 0 ? draft : draft.previous(prefix + (n - 1)));
            }
            ResponseId leaf = id(prefix + (depth - 1));
            ResponseId victim = id(prefix + round % (depth - 1));

            AtomicBoolean deleted = new AtomicBoolean();

            List<List<Integer>> results = race(List.of(
                    () -> {
                        List<Integer> sizes = new ArrayList<>();
                        boolean last;
                        do {
                            last = deleted.get();
                            sizes.add(store.chain(TENANT, leaf)
                                    .map(chain -> chain.ids().size())
                                    .orElse(0));
                        } while (!last);
                        return sizes;
                    },
                    () -> {
                        boolean found = store.delete(TENANT, victim);
                        deleted.set(true);
                        return List.of(found ? 1 : 0);
                    }));

            List<Integer> sizes = results.get(0);
            int whole = Collections.frequency(sizes, depth);
            List<Integer> expected = new ArrayList<>(times(whole, depth));
            expected.addAll(times(Math.max(1, sizes.size() - whole), 0));
            assertThat(sizes).isEqualTo(expected);
            assertThat(results.get(1)).containsExactly(1);
        }
    }
}
