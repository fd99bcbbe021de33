package io.github.responses4j.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One response in memory, and the entry that it continues.
 *
 * <p>Every field that changes is guarded by this object's monitor. {@code presence}, {@code expiresAt} and {@code
 * idempotencyKey} are volatile as well, so that {@link #isVisible} and {@link #idempotencyKey} may be asked without it. No
 * method takes a second lock.
 */
final class InMemoryEntry {
    /** Where an entry stands with its store. */
    private enum Presence {
        /** Found by its id. */
        LISTED,
        /** Expired or evicted: unknown by its id, still part of its descendants' chains. */
        UNLISTED,
        /** Deleted by its tenant, and may be restored; breaks its descendants' chains. */
        DELETED,
        /** Deleted for good: an empty shell that breaks its descendants' chains. */
        ERASED
    }

    /** One step of a chain. */
    record Link<T>(T reading, @Nullable InMemoryEntry parent) {}

    final ResponseKey key;
    final boolean background;
    /** Orders entries by creation. */
    final long number;

    private final Instant createdAt;
    private final Duration timeToLive;

    private volatile Presence presence = Presence.LISTED;
    private volatile @Nullable Instant expiresAt;
    private volatile @Nullable IdempotencyKey idempotencyKey;

    private @Nullable InMemoryEntry parent;
    private @Nullable ResponseId previousId;
    private @Nullable ConversationId conversation;
    /** The conversation while this response holds it. */
    private @Nullable InMemoryConversation held;

    private String document;
    private String request;
    private List<StoredItem> input;
    private List<StoredItem> output = new ArrayList<>();
    private List<StoredEvent> events = new ArrayList<>();
    private Set<String> startedCalls = new HashSet<>();
    private ResponseStatus status = ResponseStatus.QUEUED;
    private long lastSeq = -1;
    private long endNumber = -1;
    private long epoch;
    private int attempts;
    /** Whether the current claim does not count as an attempt. */
    private boolean handedBack;

    private @Nullable NodeId owner;
    private @Nullable Instant leaseUntil;
    private @Nullable Instant restorableUntil;
    private @Nullable String usage;
    /** What {@link #snapshot} gave last, until something changes. */
    private @Nullable StoredResponse snapshot;

    /** What others have to do with a new entry. */
    record Ties(@Nullable InMemoryEntry parent, @Nullable InMemoryConversation conversation) {}

    InMemoryEntry(NewResponse response, Ties ties, long number, Instant createdAt, Duration timeToLive) {
        this.key = new ResponseKey(response.tenant(), response.id());
        this.idempotencyKey = response.idempotencyKey();
        this.conversation =
                response.conversation() == null ? null : response.conversation().id();
        this.held = ties.conversation();
        this.background = response.background();
        this.number = number;
        this.previousId = response.previousId();
        this.createdAt = createdAt;
        this.timeToLive = timeToLive;
        this.parent = ties.parent();
        this.document = response.document();
        this.request = response.request();
        this.input = response.input();
        this.events.addAll(response.events());
        this.lastSeq = response.events().size() - 1L;
    }

    /** Whether its id is known at this time; needs no monitor. */
    boolean isVisible(Instant now) {
        Instant end = expiresAt;
        return presence == Presence.LISTED && (end == null || now.isBefore(end));
    }

    /** The key it was made under, null if there is none or its id is no longer known; needs no monitor. */
    @Nullable
    IdempotencyKey idempotencyKey() {
        return idempotencyKey;
    }

    /** The conversation that it holds. */
    @Nullable
    InMemoryConversation held() {
        return held;
    }

    boolean isEnded() {
        return status.isTerminal();
    }

    boolean isQueued() {
        return status == ResponseStatus.QUEUED;
    }

    /** Whether nobody has the run, or its owner's time is over. */
    boolean isUnattended(Instant now) {
        if (presence != Presence.LISTED) {
            return false;
        }
        return isQueued() || (!isEnded() && leaseUntil != null && !leaseUntil.isAfter(now));
    }

    boolean isHeldBy(Lease lease) {
        return presence == Presence.LISTED
                && status == ResponseStatus.IN_PROGRESS
                && epoch == lease.epoch()
                && lease.owner().equals(owner);
    }

    long lastSeq() {
        return lastSeq;
    }

    long endNumber() {
        return endNumber;
    }

    List<StoredItem> input() {
        return input;
    }

    List<StoredItem> output() {
        return output;
    }

    /** What it used; null as long as nothing was said. */
    @Nullable
    UsageRecord usage() {
        return usage == null ? null : new UsageRecord(key.id(), createdAt, status, usage);
    }

    Instant createdAt() {
        return createdAt;
    }

    /** Until when it may be restored; null unless it was deleted. */
    @Nullable
    Instant restorableUntil() {
        return restorableUntil;
    }

    /** What it adds to its conversation: its own input, then its output. */
    List<StoredItem> turn() {
        List<StoredItem> turn = new ArrayList<>(input);
        turn.addAll(output);
        return turn;
    }

    Progress progress() {
        return new Progress(status, lastSeq);
    }

    @Nullable
    Instant leaseUntil() {
        return leaseUntil;
    }

    @Nullable
    Instant expiresAt() {
        return expiresAt;
    }

    /** Gives the run to a new owner. */
    Lease lease(NodeId node, Instant until) {
        status = ResponseStatus.IN_PROGRESS;
        epoch++;
        owner = node;
        leaseUntil = until;
        snapshot = null;
        return new Lease(key.tenant(), key.id(), node, epoch);
    }

    /** Gives the run to a worker or a reaper. */
    Claim claim(NodeId node, Instant until) {
        attempts += handedBack ? 0 : 1;
        handedBack = false;
        Lease lease = lease(node, until);
        return new Claim(lease, attempts, snapshot());
    }

    void prolong(Instant until, boolean handsBack) {
        leaseUntil = until;
        handedBack = handsBack;
    }

    /** Whether nothing was written that the holder does not know of. */
    boolean isAsExpected(Append append) {
        return lastSeq == append.expectedLastSeq()
                && (append.expectedItems() == Append.ANY_ITEMS || append.expectedItems() == output.size());
    }

    /** Writes events and items, and the final document if there is one; {@link #end} follows for the status. */
    void add(Append append) {
        events.addAll(append.events());
        output.addAll(append.items());
        lastSeq = append.expectedLastSeq() + append.events().size();
        Append.Terminal terminal = append.terminal();
        if (terminal != null) {
            document = terminal.document();
            usage = terminal.usage();
        }
        snapshot = null;
    }

    /** Records a tool start; false if the call was started before. */
    boolean start(String callId) {
        return startedCalls.add(callId);
    }

    /** Makes every lease given so far stale. */
    void fence() {
        epoch++;
        snapshot = null;
    }

    /** Ends the run and returns when it expires. */
    Instant end(ResponseStatus terminal, long number, Instant now) {
        Instant expiry = plus(now, timeToLive);
        status = terminal;
        endNumber = number;
        expiresAt = expiry;
        owner = null;
        leaseUntil = null;
        held = null;
        // Nobody may start a tool any more, so nobody asks which ones ran.
        startedCalls = Set.of();
        output = List.copyOf(output);
        snapshot = null;
        return expiry;
    }

    /** Forgets what only its id leads to; chains need the rest. */
    void unlist() {
        if (presence == Presence.LISTED) {
            presence = Presence.UNLISTED;
            idempotencyKey = null;
            events = List.of();
        }
    }

    /** Hides it until it is restored or erased. */
    void bury(Instant until) {
        presence = Presence.DELETED;
        idempotencyKey = null;
        restorableUntil = until;
    }

    boolean isRestorable(Instant now) {
        Instant end = expiresAt;
        return presence == Presence.DELETED
                && restorableUntil != null
                && now.isBefore(restorableUntil)
                && (end == null || now.isBefore(end));
    }

    /** Takes {@link #bury} back. */
    void unearth() {
        presence = Presence.LISTED;
        restorableUntil = null;
    }

    boolean isBuried() {
        return presence == Presence.DELETED;
    }

    /** Leaves nothing but the fact that something was deleted. */
    void erase() {
        presence = Presence.ERASED;
        idempotencyKey = null;
        usage = null;
        parent = null;
        previousId = null;
        conversation = null;
        document = "";
        request = "";
        input = List.of();
        output = List.of();
        events = List.of();
        startedCalls = Set.of();
        snapshot = null;
    }

    /** The state now, shared between readers until the next write. */
    StoredResponse snapshot() {
        StoredResponse current = snapshot;
        if (current == null) {
            current = new StoredResponse(
                    key.tenant(),
                    key.id(),
                    previousId,
                    conversation,
                    background,
                    status,
                    createdAt,
                    document,
                    request,
                    input,
                    output,
                    lastSeq,
                    epoch);
            snapshot = current;
        }
        return current;
    }

    /** What a reading gives now and what it continues, or null if it was deleted; takes the monitor itself. */
    synchronized <T> @Nullable Link<T> link(Function<InMemoryEntry, T> reading) {
        boolean deleted = presence == Presence.DELETED || presence == Presence.ERASED;
        return deleted ? null : new Link<>(reading.apply(this), parent);
    }

    Tail tail(long after, int max) {
        if (after >= lastSeq) {
            return new Tail(status, lastSeq, List.of());
        }
        // The number of an event is its place in the list.
        int from = (int) after + 1;
        int to = from + Math.min(max, events.size() - from);
        return new Tail(status, lastSeq, events.subList(from, to));
    }

    /** A time later by a duration that may be too long to count. */
    static Instant plus(Instant time, Duration duration) {
        return duration.compareTo(Duration.between(time, Instant.MAX)) >= 0 ? Instant.MAX : time.plus(duration);
    }
}
