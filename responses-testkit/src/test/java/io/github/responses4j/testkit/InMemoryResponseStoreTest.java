package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InMemoryResponseStoreTest extends ResponseStoreContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TICK = Duration.ofNanos(1);

    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        return ResponseStore.inMemory(clock, retention, 10_000);
    }

    @BeforeEach
    void keepForAnHour() {
        boundTo(10_000);
    }

    /** Goes on with a store that keeps only so many responses. */
    private void boundTo(int maxResponses) {
        store.close();
        store = ResponseStore.inMemory(clock, HOUR, maxResponses);
    }

    private List<String> kept(String... ids) {
        return List.of(ids).stream()
                .filter(name -> store.find(TENANT, id(name)).isPresent())
                .toList();
    }

    @Test
    void itsBoundsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseStore.inMemory(clock, Duration.ZERO, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseStore.inMemory(clock, TICK.negated(), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseStore.inMemory(clock, TICK, 0));
        ResponseStore.inMemory(clock, TICK, 1).close();
    }

    @Test
    void itHasItsOwnTimeToLiveAfterTheEnd() {
        completed("a");
        running("b");
        queued("c");
        completed(draft("short").timeToLive(Duration.ofMinutes(1)));
        completed(draft("long").timeToLive(HOUR.multipliedBy(2)));
        completed(draft("forever").timeToLive(ChronoUnit.FOREVER.getDuration()));

        clock.advance(Duration.ofMinutes(1));
        assertThat(kept("a", "b", "c", "short", "long", "forever")).containsExactly("a", "b", "c", "long", "forever");
        clock.advance(Duration.ofMinutes(59).minus(TICK));
        assertThat(kept("a", "b", "c", "long", "forever")).containsExactly("a", "b", "c", "long", "forever");
        clock.advance(TICK);
        assertThat(kept("a", "b", "c", "long", "forever")).containsExactly("b", "c", "long", "forever");
        store.cancel(TENANT, id("b"));
        clock.advance(HOUR.minus(TICK));
        assertThat(kept("b", "c", "long", "forever")).containsExactly("b", "c", "long", "forever");
        clock.advance(TICK);
        assertThat(kept("b", "c", "long", "forever")).containsExactly("c", "forever");
    }

    @Test
    void aClockThatGoesBackHurtsNobody() {
        completed("a");
        queued("b");
        Lease lease = claimOnly(NODE).lease();
        clock.advance(HOUR.negated());

        queued("c");
        assertThat(claimOnly(NODE).lease().id()).isEqualTo(id("c"));
        assertThat(store.renew(List.of(lease), LEASE)).containsExactly(lease);
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);
        completed("d");
        clock.advance(HOUR);
        assertThat(kept("a", "b", "c", "d")).containsExactly("a", "b", "c");
    }

    @Test
    void theOldestEndedGoesOnlyAboveTheBound() {
        boundTo(3);
        Lease first = running("a");
        completed("b");
        completed("c");
        assertThat(kept("a", "b", "c")).containsExactly("a", "b", "c");

        // The one that ended first goes, not the one that was created first.
        assertThat(store.append(first, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        completed("d");
        assertThat(kept("a", "b", "c", "d")).containsExactly("a", "c", "d");
        completed("e");
        completed("f");
        assertThat(kept("a", "b", "c", "d", "e", "f")).containsExactly("d", "e", "f");
        // What was deleted makes room.
        store.delete(TENANT, id("e"));
        completed("g");
        assertThat(kept("d", "e", "f", "g")).containsExactly("d", "f", "g");
    }

    @Test
    void runningOnesAreNeverDropped() {
        boundTo(2);
        completed("ended");
        Lease first = running("a");
        queued("b");
        Lease third = running("c");
        queued("d");
        assertThat(kept("ended", "a", "b", "c", "d")).containsExactly("a", "b", "c", "d");

        // As long as there are too many, each goes as soon as it has ended.
        assertThat(store.append(first, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        assertThat(kept("a", "b", "c", "d")).containsExactly("b", "c", "d");
        store.cancel(TENANT, id("b"));
        assertThat(kept("b", "c", "d")).containsExactly("c", "d");
        assertThat(store.append(third, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        assertThat(kept("c", "d")).containsExactly("c", "d");
        assertThat(claimOnly(NODE).lease().id()).isEqualTo(id("d"));
    }

    @Test
    void anEvictedAncestorIsStillPartOfTheChain() {
        boundTo(1);
        completed(draft("a").input(items("in_a")).key("key", "hash"));
        StoredResponse first = found("a");
        completed(draft("b").previous("a"));
        StoredResponse second = found("b");

        running(draft("c").previous("b"));

        assertThat(kept("a", "b", "c")).containsExactly("c");
        assertThat(store.chain(TENANT, id("c"))).contains(chain(first, second, found("c")));
        running(draft("d").key("key", "another hash"));
        assertThatIllegalArgumentException().isThrownBy(() -> create(draft("e").previous("a")));
    }

    @Test
    void textThatIsNotEscapedComesBackToo() {
        String text = "\0\ud800 \udc00\ud83d\ude00\uffff";
        Lease lease = running(draft("a").document(text).request(text).input(List.of(new StoredItem(text, text))));
        store.append(lease, new Append(-1, List.of(new StoredEvent(0, text)), List.of(), null));

        assertThat(found("a").document()).isEqualTo(text);
        assertThat(found("a").request()).isEqualTo(text);
        assertThat(found("a").input()).containsExactly(new StoredItem(text, text));
        assertThat(store.tail(TENANT, id("a"), -1, 1).map(Tail::events)).contains(List.of(new StoredEvent(0, text)));
    }

    /** Texts that the store was given, to see whether it still has them. */
    private static final class Traces {
        private final Map<String, WeakReference<String>> texts = new ConcurrentHashMap<>();

        String text(String name) {
            String own = new String(name.toCharArray());
            texts.put(name, new WeakReference<>(own));
            return own;
        }

        /** The names of the texts that somebody still holds. */
        List<String> held(int expected) {
            for (int n = 0; n < 50 && names().size() > expected; n++) {
                System.gc();
            }
            return names();
        }

        private List<String> names() {
            return texts.entrySet().stream()
                    .filter(entry -> entry.getValue().get() != null)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }
    }

    /** Writes a response whose every text leaves a trace, and ends it. */
    private void traced(Traces traces, String name, Draft draft) {
        String conversation = traces.text(name + " conversation");
        Lease lease = running(draft.document(traces.text(name + " first document"))
                .request(traces.text(name + " request"))
                .key(traces.text(name + " key"), traces.text(name + " hash"))
                .conversation(conversation)
                .input(List.of(new StoredItem(traces.text(name + " input id"), traces.text(name + " input")))));
        assertThat(store.toolStarted(lease, traces.text(name + " call"), traces.text(name + " call hash")))
                .isNotNull();
        assertThat(store.append(
                        lease,
                        new Append(
                                -1,
                                List.of(new StoredEvent(0, traces.text(name + " event"))),
                                List.of(new StoredItem(
                                        traces.text(name + " output id"), traces.text(name + " output"))),
                                new Append.Terminal(ResponseStatus.COMPLETED, traces.text(name + " document"), true))))
                .isEqualTo(Append.Result.OK);
        // A conversation stays until it is deleted, whatever becomes of its responses.
        assertThat(store.deleteConversation(TENANT, new ConversationId(conversation)))
                .isTrue();
    }

    @Test
    void itReleasesWhatIsDeletedExpiredOrEvicted() {
        boundTo(2);
        Traces traces = new Traces();
        traced(traces, "deleted", draft("deleted"));
        store.delete(TENANT, id("deleted"));
        assertThat(traces.held(0)).isEmpty();

        traced(traces, "evicted", draft("evicted"));
        completed("b");
        completed("c");
        assertThat(traces.held(0)).isEmpty();

        traced(traces, "expired", draft("expired"));
        clock.advance(HOUR);
        assertThat(store.find(TENANT, id("c"))).isEmpty();
        assertThat(traces.held(0)).isEmpty();
    }

    @Test
    void ofAnExpiredAncestorItKeepsWhatTheChainShows() {
        Traces traces = new Traces();
        traced(traces, "a", draft("a"));
        running(draft("b").previous("a"));
        clock.advance(HOUR);
        assertThat(kept("a", "b")).containsExactly("b");

        assertThat(traces.held(7))
                .containsExactly(
                        "a conversation",
                        "a document",
                        "a input",
                        "a input id",
                        "a output",
                        "a output id",
                        "a request");
        assertThat(chainOf("b")).containsExactly("a", "b");
        store.delete(TENANT, id("b"));
        assertThat(traces.held(0)).isEmpty();
    }

    @Test
    void ofADeletedAncestorItKeepsNothing() {
        Traces traces = new Traces();
        traced(traces, "a", draft("a"));
        traced(traces, "b", draft("b").previous("a"));
        running(draft("c").previous("b"));
        store.delete(TENANT, id("b"));
        store.delete(TENANT, id("a"));

        assertThat(traces.held(0)).isEmpty();
        assertThat(store.chain(TENANT, id("c"))).isEmpty();
    }

    @Test
    void aDeletedAncestorHoldsNoneOfItsOwn() {
        Traces traces = new Traces();
        traced(traces, "a", draft("a"));
        completed(draft("b").previous("a"));
        running(draft("c").previous("b"));
        store.delete(TENANT, id("b"));
        clock.advance(HOUR);

        assertThat(kept("a", "b", "c")).containsExactly("c");
        assertThat(traces.held(0)).isEmpty();
    }

    @Test
    void noIndexHoldsWhatIsGone() {
        Traces traces = new Traces();
        List<Lease> leases = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            String name = traces.text("a" + n);
            String conversation = traces.text("conversation " + n);
            queued(draft(name).conversation(conversation).document(traces.text("document " + n)));
            if (n % 5 < 4) {
                leases.add(claimOnly(NODE).lease());
            }
            if (n % 5 < 3) {
                clock.advance(Duration.ofSeconds(1));
                assertThat(store.renew(List.of(leases.get(leases.size() - 1)), HOUR))
                        .hasSize(1);
            }
            switch (n % 5) {
                case 0 -> store.append(leases.get(leases.size() - 1), end(-1, ResponseStatus.FAILED));
                case 1, 3 -> store.cancel(TENANT, id(name));
                default -> store.delete(TENANT, id(name));
            }
            leases.clear();
            assertThat(store.deleteConversation(TENANT, new ConversationId(conversation)))
                    .isTrue();
        }
        clock.advance(HOUR);

        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();
        assertThat(traces.held(0)).isEmpty();
    }

    @Test
    void noneIsEvictedTooMany() {
        int max = 20;
        int threads = 8;
        boundTo(max);
        List<ResponseKey> keys = new ArrayList<>();
        for (int n = 0; n < max; n++) {
            completed("first" + n);
            keys.add(key("first" + n));
        }
        for (int round = 0; round < 200; round++) {
            String prefix = "a" + round + "_";
            IntStream.range(0, threads).forEach(n -> keys.add(key(prefix + n)));
            race(IntStream.range(0, threads)
                    .<Callable<Append.Result>>mapToObj(
                            n -> () -> store.append(running(prefix + n), end(-1, ResponseStatus.COMPLETED)))
                    .toList());
            assertThat(store.changed(keys)).hasSize(max);
        }
    }

    @Test
    void aMixOfEverythingKeepsTheBoundsAndEndsFree() throws Exception {
        int max = 50;
        boundTo(max);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> futures = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(seed -> threads.submit(() -> new Chaos(new Random(seed), seed).run(3000)))
                    .toList();
            for (Future<?> future : futures) {
                future.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        // End whatever still runs; then every conversation is free and no more than the bound is kept.
        List<ResponseKey> all = allChaos();
        for (ResponseKey key : all) {
            store.cancel(key.tenant(), key.id());
        }
        assertThat(store.changed(all)).hasSizeLessThanOrEqualTo(max).isNotEmpty();
        clock.advance(LEASE);
        assertThat(store.claim(NODE, 10, LEASE)).isEmpty();
        for (int n = 0; n < Chaos.CONVERSATIONS; n++) {
            running(draft("after" + n).conversation("conv" + n));
        }
        clock.advance(HOUR);
        assertThat(store.changed(all)).isEmpty();
    }

    private final List<ResponseKey> chaosKeys = new ArrayList<>();

    private List<ResponseKey> allChaos() {
        synchronized (chaosKeys) {
            return List.copyOf(chaosKeys);
        }
    }

    /** Random calls on few conversations, keys and responses, so that they meet. */
    private final class Chaos {
        static final int CONVERSATIONS = 6;
        private final Random random;
        private final int thread;
        private final List<Lease> leases = new ArrayList<>();

        Chaos(Random random, int thread) {
            this.random = random;
            this.thread = thread;
        }

        void run(int calls) {
            for (int n = 0; n < calls; n++) {
                step("a" + thread + "_" + n);
            }
        }

        private ResponseKey any() {
            synchronized (chaosKeys) {
                int size = chaosKeys.size();
                int recent = Math.max(0, size - 60);
                return size == 0 ? key("none") : chaosKeys.get(recent + random.nextInt(size - recent));
            }
        }

        private void step(String name) {
            ResponseKey some = any();
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> create(name, some);
                case 4 -> store.claim(NODE, 2, LEASE).forEach(claim -> leases.add(claim.lease()));
                case 5, 6 -> write();
                case 7 -> store.cancel(TENANT, some.id());
                case 8 -> store.delete(TENANT, some.id());
                case 9 ->
                    store.chain(TENANT, some.id())
                            .ifPresent(chain -> assertThat(chain.last().id()).isEqualTo(some.id()));
                case 10 -> store.renew(leases, random.nextBoolean() ? Duration.ZERO : LEASE);
                default -> clock.advance(Duration.ofSeconds(10));
            }
        }

        private void create(String name, ResponseKey some) {
            Draft draft = draft(name);
            if (random.nextBoolean()) {
                draft.background();
            }
            if (random.nextBoolean()) {
                draft.previous(some.id().value());
            }
            if (random.nextInt(4) == 0) {
                draft.conversation("conv" + random.nextInt(CONVERSATIONS));
            }
            if (random.nextInt(4) == 0) {
                draft.key("key" + random.nextInt(5), "hash" + random.nextInt(2));
            }
            NewResponse response =
                    draft.timeToLive(Duration.ofSeconds(random.nextInt(3000))).build();
            try {
                Lease lease = store.create(response).lease();
                if (lease != null) {
                    leases.add(lease);
                }
            } catch (IllegalArgumentException previousIsGone) {
                assertThat(previousIsGone).hasMessageStartingWith("no previous response");
            }
            synchronized (chaosKeys) {
                chaosKeys.add(new ResponseKey(TENANT, response.id()));
            }
        }

        private void write() {
            if (leases.isEmpty()) {
                return;
            }
            Lease lease = leases.get(random.nextInt(leases.size()));
            Progress progress = store.changed(List.of(new ResponseKey(TENANT, lease.id())))
                    .get(new ResponseKey(TENANT, lease.id()));
            long last = progress == null ? -1 : progress.lastSeq();
            boolean ends = random.nextBoolean();
            Append append = ends ? end(last, ResponseStatus.COMPLETED) : more(last, 3);
            if (store.append(lease, append) == Append.Result.FENCED || ends) {
                leases.remove(lease);
            }
        }
    }
}
