package io.github.responses4j.store;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps responses, their items, their event logs and who may write them.
 *
 * <p>Rules that every store keeps, each with its test in {@code ResponseStoreContract}:
 *
 * <ul>
 *   <li>S1 A call that has returned is committed: every later read, on any node, sees it.
 *   <li>S2 Every call is all or nothing.
 *   <li>S3 Another tenant's id and an unknown id get the same answer.
 *   <li>S4 Only the holder of the current lease writes a run; a stale epoch is {@code FENCED} and changes nothing.
 *   <li>S5 Nothing leaves a terminal status.
 *   <li>S6 Event numbers of a response run 0, 1, 2 … without gap or repetition.
 *   <li>S7 A log is read status first: a terminal status is never seen before the events that led to it.
 *   <li>S8 Text comes back exactly as it was given.
 *   <li>S9 A chain is read whole or not at all.
 * </ul>
 *
 * <p>All methods may be called from any thread at any time until {@link #close()}. Each may throw {@link StoreException}
 * when the store cannot do its work.
 */
public interface ResponseStore extends AutoCloseable {
    /** Where {@link #inMemory()} starts to drop the oldest ended responses: 10,000 responses. */
    int IN_MEMORY_MAX_RESPONSES = 10_000;

    /** How long {@link #inMemory()} keeps a response after its end: 24 hours. */
    Duration IN_MEMORY_TIME_TO_LIVE = Duration.ofHours(24);

    /**
     * A store that forgets everything when the process ends, bounded by {@link #IN_MEMORY_MAX_RESPONSES} and {@link
     * #IN_MEMORY_TIME_TO_LIVE}.
     */
    static ResponseStore inMemory() {
        return inMemory(Clock.systemUTC(), IN_MEMORY_TIME_TO_LIVE, IN_MEMORY_MAX_RESPONSES);
    }

    /**
     * A store that forgets everything when the process ends. Needs no thread: what has expired goes away as calls come in.
     *
     * @param clock tells the time of creation, expiry and leases
     * @param timeToLive how long a response is kept after its end; positive
     * @param maxResponses how many responses are kept at most, at least 1; beyond it the oldest ended ones go first, and
     *     running ones are never dropped
     */
    static ResponseStore inMemory(Clock clock, Duration timeToLive, int maxResponses) {
        return new InMemoryResponseStore(clock, timeToLive, maxResponses);
    }

    /**
     * Writes a new response with its input items, takes the conversation's lock and records the idempotency key, all in one
     * commit (T1).
     *
     * @throws IllegalArgumentException if the tenant already has a response with this id, or {@code previousId} is unknown to
     *     the tenant
     */
    Created create(NewResponse response);

    /**
     * Takes up to {@code max} background responses that are queued, or whose lease has expired (T2). Each claim raises the
     * epoch, so a former owner is fenced out from then on.
     *
     * @param ttl how long the leases last, by the store's clock
     */
    List<Claim> claim(NodeId node, int max, Duration ttl);

    /**
     * Prolongs leases that are still current.
     *
     * @return the leases that were prolonged; one that is missing is lost, and its holder must stop
     */
    Set<Lease> renew(Collection<Lease> held, Duration ttl);

    /**
     * Adds events and items to a run and perhaps ends it, in one commit (T3, T5, T6). Ending it frees the conversation's lock.
     * An append that ends the run also ends the lease.
     */
    Append.Result append(Lease lease, Append append);

    /**
     * Records that a tool call is about to run (T4). Commits before it returns.
     *
     * @param callId the call's id, unique within the response
     * @param requestHash a digest of the call's name and arguments
     */
    ToolStart toolStarted(Lease lease, String callId, String requestHash);

    /** Cancels a queued or running response with one compare-and-set that raises the epoch (T7). */
    Cancelled cancel(Tenant tenant, ResponseId id);

    /**
     * Reads the log after an event number.
     *
     * @param after the number of the last event already known, −1 for none
     * @param max how many events at most, at least 1
     * @return empty if this tenant has no such response
     */
    Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max);

    /**
     * Tells in one query how far the logs of several responses have come.
     *
     * @return the last event number of each, −1 where there is none; unknown responses are missing
     */
    Map<ResponseKey, Long> changed(Collection<ResponseKey> watched);

    /** Reads one response; empty if this tenant has no such response. */
    Optional<StoredResponse> find(Tenant tenant, ResponseId id);

    /**
     * Reads a response and everything that it continues, oldest first, itself last. An ancestor that has expired is still
     * part of the chain; one that was deleted makes the chain unreadable.
     *
     * @return empty if this tenant has no such response, or one of its ancestors was deleted
     */
    Optional<List<StoredResponse>> chain(Tenant tenant, ResponseId id);

    /**
     * Reads a response's own input items.
     *
     * @return empty if this tenant has no such response; an empty page if {@code after} is the last entry
     * @throws IllegalArgumentException if {@code after} is not an item of this list
     */
    Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query);

    /**
     * Deletes a response; one that is still running is cancelled first.
     *
     * @return whether this tenant had such a response
     */
    boolean delete(Tenant tenant, ResponseId id);

    /** Whether the store can do its work now; returns within a second. */
    boolean healthy();

    /** Releases what the store holds. Calls after it fail. */
    @Override
    void close();
}
