package io.github.responses4j.reliability;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Clients, workers and readers of one store, one step at a time, all of them chosen by a seed: workers crash, stand still and come back
 * with leases that are long lost; commits fail on either side; runs are cancelled and deleted; the clock jumps. Beside the store a
 * ledger is kept of what it has promised, and every answer is held against it.
 */
final class Simulation {
    private static final int STEPS = 120;
    private static final int WORKERS = 3;

    private final Random random;
    private final SettableClock clock = new SettableClock();
    private final ResponseStore store;
    private final Map<String, Shadow> shadows = new LinkedHashMap<>();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final ConversationId conversation = new ConversationId("conv");

    /** What a response must be by now. */
    private static final class Shadow {
        final String id;
        final boolean background;
        final boolean converses;
        final List<String> log = new ArrayList<>();
        final List<String> output = new ArrayList<>();
        ResponseStatus status;
        long epoch;
        int attempts;
        Instant leaseUntil = Instant.MIN;
        final Map<String, Integer> tools = new HashMap<>();
        boolean deleted;

        Shadow(String id, boolean background, boolean converses, long epoch) {
            this.id = id;
            this.background = background;
            this.converses = converses;
            this.status = background ? ResponseStatus.QUEUED : ResponseStatus.IN_PROGRESS;
            this.epoch = epoch;
        }

        boolean isLive() {
            return !deleted && !status.isTerminal();
        }
    }

    /** Somebody who runs what it has claimed; knows only what it was told. */
    private static final class Worker {
        final NodeId node;
        final Map<Lease, Long> held = new LinkedHashMap<>();

        Worker(NodeId node) {
            this.node = node;
        }
    }

    /** Somebody who follows a log. */
    private static final class Reader {
        final String id;
        long cursor = -1;
        boolean ended;

        Reader(String id) {
            this.id = id;
        }
    }

    /** What somebody was told that cannot be. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1L;

        Violation(String text) {
            super(text);
        }
    }

    private Simulation(long seed, Function<SettableClock, ResponseStore> stores) {
        random = new Random(seed);
        store = stores.apply(clock);
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(new NodeId("node_" + i)));
        }
        store.createConversation(new NewConversation(Drafts.TENANT, conversation, "{}", List.of()));
    }

    /**
     * Runs one seed.
     *
     * @throws Violation if the store has broken a promise; the message has the steps that led there
     */
    static void run(long seed, Function<SettableClock, ResponseStore> stores) {
        Simulation simulation = new Simulation(seed, stores);
        try {
            for (int i = 0; i < STEPS; i++) {
                simulation.step();
                simulation.invariants();
            }
            simulation.settle();
        } catch (Violation | RuntimeException e) {
            throw new Violation("seed " + seed + ": " + e + "\n  " + String.join("\n  ", simulation.trace));
        } finally {
            simulation.store.close();
        }
    }

    private void step() {
        int choice = random.nextInt(100);
        Worker worker = workers.get(random.nextInt(WORKERS));
        if (choice < 14) {
            create(worker);
        } else if (choice < 26) {
            claim(worker);
        } else if (choice < 28) {
            reap(worker);
        } else if (choice < 60) {
            work(worker);
        } else if (choice < 66) {
            renew(worker);
        } else if (choice < 70) {
            say(worker.node + " crashes");
            worker.held.clear();
        } else if (choice < 78) {
            Duration jump = Duration.ofSeconds(random.nextInt(1, 45));
            say("clock +" + jump);
            clock.advance(jump);
        } else if (choice < 84) {
            cancel();
        } else if (choice < 86) {
            delete();
        } else if (choice < 88) {
            handBack(worker);
        } else {
            read();
        }
    }

    private void say(String text) {
        trace.add(text);
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new Violation(text);
        }
    }

    private void create(Worker worker) {
        String id = "resp_" + shadows.size();
        boolean background = random.nextInt(4) > 0;
        boolean converses = random.nextInt(3) == 0;
        ConversationTurn turn = null;
        if (converses) {
            ConversationItems content =
                    store.conversationContent(Drafts.TENANT, conversation).orElseThrow();
            turn = new ConversationTurn(conversation, content.version());
        }
        Created created = store.create(Drafts.response(id, background, worker.node, turn, null));
        say("create " + id + (background ? " background" : "") + (converses ? " converses " : " ") + created.outcome());
        boolean taken = shadows.values().stream().anyMatch(other -> other.converses && other.isLive());
        if (converses && taken) {
            require(created.outcome() == Created.Outcome.CONVERSATION_LOCKED, "I9 two turns hold one conversation");
            return;
        }
        require(created.outcome() == Created.Outcome.CREATED, "I9 the conversation is not free");
        Shadow shadow = new Shadow(id, background, converses, background ? 0 : 1);
        shadow.leaseUntil = clock.instant().plus(Drafts.LEASE);
        shadows.put(id, shadow);
        readers.add(new Reader(id));
        Lease lease = created.lease();
        if (lease != null) {
            worker.held.put(lease, -1L);
        }
    }

    private void claim(Worker worker) {
        for (Claim claim : store.claim(worker.node, random.nextInt(1, 4), Drafts.LEASE)) {
            taken(worker, claim, true);
        }
    }

    private void reap(Worker worker) {
        for (Claim claim : store.reap(worker.node, random.nextInt(1, 4), Drafts.LEASE)) {
            taken(worker, claim, false);
        }
    }

    private void taken(Worker worker, Claim claim, boolean background) {
        Shadow shadow = shadow(claim.lease());
        say(worker.node + (background ? " claims " : " reaps ") + shadow.id + " epoch "
                + claim.lease().epoch());
        require(shadow.isLive(), "I5 what has ended was claimed: " + shadow.id);
        require(shadow.background == background, "it was not to be taken so: " + shadow.id);
        require(
                shadow.status == ResponseStatus.QUEUED || !clock.instant().isBefore(shadow.leaseUntil),
                "a lease was stolen: " + shadow.id);
        require(claim.lease().epoch() == shadow.epoch + 1, "the epoch did not rise by one: " + shadow.id);
        shadow.attempts++;
        require(!background || claim.attempt() == shadow.attempts, "attempts were miscounted: " + shadow.id);
        shadow.epoch++;
        shadow.status = ResponseStatus.IN_PROGRESS;
        shadow.leaseUntil = clock.instant().plus(Drafts.LEASE);
        require(claim.response().lastSeq() == shadow.log.size() - 1, "I2 the claim tells another log");
        worker.held.put(claim.lease(), claim.response().lastSeq());
    }

    private Shadow shadow(Lease lease) {
        Shadow shadow = shadows.get(lease.id().value());
        require(shadow != null, "nobody has created " + lease.id());
        return shadow;
    }

    private boolean isCurrent(Shadow shadow, Lease lease) {
        return shadow.isLive() && shadow.status == ResponseStatus.IN_PROGRESS && shadow.epoch == lease.epoch();
    }

    private void work(Worker worker) {
        if (worker.held.isEmpty()) {
            return;
        }
        List<Lease> leases = List.copyOf(worker.held.keySet());
        Lease lease = leases.get(random.nextInt(leases.size()));
        if (random.nextInt(5) == 0) {
            startTool(worker, lease);
        } else {
            append(worker, lease);
        }
    }

    private void startTool(Worker worker, Lease lease) {
        Shadow shadow = shadow(lease);
        String call = "call_" + random.nextInt(3);
        ToolStart start = store.toolStarted(lease, call, "hash");
        say(worker.node + " starts " + call + " of " + shadow.id + " epoch " + lease.epoch() + ": " + start);
        boolean current = isCurrent(shadow, lease);
        if (start == ToolStart.STARTED) {
            require(current, "I8 a tool starts without a lease: " + shadow.id);
            require(shadow.tools.merge(call, 1, Integer::sum) == 1, "I7 a tool starts twice: " + shadow.id);
        } else if (start == ToolStart.ALREADY_STARTED) {
            require(current && shadow.tools.containsKey(call), "a tool that never started was said to have");
        } else {
            require(!current, "the holder of the lease was fenced out: " + shadow.id);
            worker.held.remove(lease);
        }
    }

    private void append(Worker worker, Lease lease) {
        Shadow shadow = shadow(lease);
        long known = worker.held.get(lease);
        List<StoredEvent> events = Drafts.events(known, random.nextInt(3), worker.node + "/" + lease.epoch());
        List<StoredItem> items = random.nextInt(3) == 0
                ? List.of(new StoredItem(
                        "out_" + shadow.id + "_" + lease.epoch() + "_" + known + "_" + trace.size(), "{}"))
                : List.of();
        ResponseStatus end = random.nextInt(5) == 0
                ? List.of(ResponseStatus.COMPLETED, ResponseStatus.INCOMPLETE, ResponseStatus.FAILED)
                        .get(random.nextInt(3))
                : null;
        Append append = new Append(known, events, items, end == null ? null : Drafts.end(end));
        int fault = random.nextInt(10);
        Append.Result result;
        if (fault == 0) {
            // It failed before the commit; whoever wrote knows nothing.
            result = Append.Result.UNKNOWN;
        } else {
            result = store.append(lease, append);
            if (result == Append.Result.OK) {
                require(isCurrent(shadow, lease), "I4 somebody without a lease has written: " + shadow.id);
                require(known == shadow.log.size() - 1, "I2 a gap was written: " + shadow.id);
                record(shadow, append, end);
            } else {
                require(
                        !isCurrent(shadow, lease) || known != shadow.log.size() - 1,
                        "the holder of the lease was fenced out: " + shadow.id);
            }
            if (fault == 1) {
                result = Append.Result.UNKNOWN;
            }
        }
        say(worker.node + " appends " + events.size() + " after " + known + " to " + shadow.id + " epoch "
                + lease.epoch() + " end " + end + ": " + result + (fault < 2 ? " (fault " + fault + ")" : ""));
        goOn(worker, lease, append, result);
    }

    private static void record(Shadow shadow, Append append, @Nullable ResponseStatus end) {
        append.events().forEach(event -> shadow.log.add(event.json()));
        append.items().forEach(item -> shadow.output.add(item.id()));
        if (end != null) {
            shadow.status = end;
        }
    }

    /** What a worker does after an append: goes on, stops, or looks what has become of it. */
    private void goOn(Worker worker, Lease lease, Append append, Append.Result result) {
        if (result == Append.Result.FENCED) {
            worker.held.remove(lease);
        } else if (result == Append.Result.OK) {
            if (append.terminal() != null) {
                worker.held.remove(lease);
            } else {
                worker.held.put(
                        lease, append.expectedLastSeq() + append.events().size());
            }
        } else {
            Optional<StoredResponse> now = store.find(Drafts.TENANT, lease.id());
            if (now.isEmpty()
                    || now.get().epoch() != lease.epoch()
                    || now.get().status().isTerminal()) {
                worker.held.remove(lease);
            } else {
                worker.held.put(lease, now.get().lastSeq());
            }
        }
    }

    private void renew(Worker worker) {
        Set<Lease> kept = store.renew(worker.held.keySet(), Drafts.LEASE);
        say(worker.node + " renews " + kept.size() + " of " + worker.held.size());
        for (Lease lease : List.copyOf(worker.held.keySet())) {
            Shadow shadow = shadow(lease);
            require(kept.contains(lease) == isCurrent(shadow, lease), "a lease was kept or lost wrongly: " + shadow.id);
            if (kept.contains(lease)) {
                shadow.leaseUntil = clock.instant().plus(Drafts.LEASE);
            } else {
                worker.held.remove(lease);
            }
        }
    }

    private void handBack(Worker worker) {
        Set<Lease> given = store.renew(worker.held.keySet(), Duration.ZERO);
        say(worker.node + " hands back " + given.size());
        for (Lease lease : given) {
            Shadow shadow = shadow(lease);
            require(isCurrent(shadow, lease), "what was lost was handed back");
            if (shadow.background) {
                shadow.leaseUntil = Instant.MIN;
                shadow.attempts--;
            }
        }
        worker.held.clear();
    }

    private @Nullable Shadow any() {
        List<Shadow> all =
                shadows.values().stream().filter(shadow -> !shadow.deleted).toList();
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private void cancel() {
        Shadow shadow = any();
        if (shadow == null) {
            return;
        }
        Cancelled cancelled = store.cancel(Drafts.TENANT, new ResponseId(shadow.id));
        say("cancel " + shadow.id + ": " + cancelled);
        require(
                (cancelled == Cancelled.CANCELLED) == shadow.isLive() && cancelled != Cancelled.NOT_FOUND,
                "I5 a cancel has two winners or none: " + shadow.id);
        if (cancelled == Cancelled.CANCELLED) {
            shadow.status = ResponseStatus.CANCELLED;
            shadow.epoch++;
        }
    }

    private void delete() {
        Shadow shadow = any();
        if (shadow == null) {
            return;
        }
        boolean deleted = store.delete(Drafts.TENANT, new ResponseId(shadow.id));
        say("delete " + shadow.id);
        require(deleted, "I1 it was gone already: " + shadow.id);
        shadow.deleted = true;
    }

    private void read() {
        if (readers.isEmpty()) {
            return;
        }
        Reader reader = readers.get(random.nextInt(readers.size()));
        Shadow shadow = shadows.get(reader.id);
        Optional<Tail> tail = store.tail(Drafts.TENANT, new ResponseId(reader.id), reader.cursor, random.nextInt(1, 4));
        require(tail.isPresent() != shadow.deleted, "I1 a response is there or gone wrongly: " + reader.id);
        if (tail.isEmpty()) {
            return;
        }
        for (StoredEvent event : tail.get().events()) {
            require(event.seq() == reader.cursor + 1, "I2 a reader sees a gap: " + reader.id);
            require(event.json().equals(shadow.log.get((int) event.seq())), "I3 a reader sees another event");
            require(!reader.ended, "I4 something follows the end: " + reader.id);
            reader.cursor = event.seq();
        }
        require(tail.get().lastSeq() == shadow.log.size() - 1, "I2 the log has another length: " + reader.id);
        reader.ended |=
                tail.get().status().isTerminal() && reader.cursor == tail.get().lastSeq();
    }

    /** What holds after every step. */
    private void invariants() {
        for (Shadow shadow : shadows.values()) {
            Optional<StoredResponse> found = store.find(Drafts.TENANT, new ResponseId(shadow.id));
            require(found.isPresent() != shadow.deleted, "I1 " + shadow.id + " is there or gone wrongly");
            if (found.isEmpty()) {
                continue;
            }
            StoredResponse response = found.get();
            require(response.status() == shadow.status, "I5 " + shadow.id + " is " + response.status());
            require(response.epoch() == shadow.epoch, "the epoch of " + shadow.id + " is " + response.epoch());
            require(response.lastSeq() == shadow.log.size() - 1, "I2 the log of " + shadow.id + " has another length");
            require(
                    response.output().stream().map(StoredItem::id).toList().equals(shadow.output),
                    "I6 the output of " + shadow.id + " is another one");
        }
    }

    /** The faults stop: whoever is left finishes everything, and nothing is stuck. */
    private void settle() {
        say("the faults stop");
        clock.advance(Drafts.LEASE.multipliedBy(2));
        Worker last = new Worker(new NodeId("node_last"));
        workers.forEach(worker -> worker.held.clear());
        for (int i = 0; i < shadows.size(); i++) {
            claim(last);
            reap(last);
        }
        for (Map.Entry<Lease, Long> held : last.held.entrySet()) {
            Shadow shadow = shadow(held.getKey());
            Append append = new Append(held.getValue(), List.of(), List.of(), Drafts.end(ResponseStatus.COMPLETED));
            require(store.append(held.getKey(), append) == Append.Result.OK, "the last holder is fenced out");
            shadow.status = ResponseStatus.COMPLETED;
        }
        invariants();
        for (Shadow shadow : shadows.values()) {
            require(!shadow.isLive(), "I10 nobody can end " + shadow.id);
        }
        try {
            require(
                    store.addConversationItems(Drafts.TENANT, conversation, List.of()) == ConversationChange.DONE,
                    "I9 the conversation is held by nobody who lives");
        } catch (StoreException e) {
            throw new Violation("I9 " + e);
        }
    }
}
