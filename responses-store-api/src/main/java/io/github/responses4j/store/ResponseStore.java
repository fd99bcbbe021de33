package io.github.responses4j.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

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
 *   <li>S10 The items of a conversation change one change at a time, each counted by its version; while a response holds it,
 *       by that response's end alone.
 * </ul>
 *
 * <p>A lease is <em>current</em> while its run has not ended and no later epoch exists. One that has run out is still
 * current until somebody takes the run over: running out allows that, the new epoch is the fence. A background response is taken
 * over by {@link #claim}, to go on; a foreground response by {@link #reap}, to be ended, as the caller that it ran for is
 * gone.
 *
 * <p>A response is kept until its time to live after its end has passed, or it is deleted, or a bounded store evicts it. From
 * then on it is unknown to every call, and so are its items, apart from its part in the {@link #chain} of a response that
 * continues it, and from {@link #usage} where {@link Retention#keepsUsage}. One that was deleted may come back by {@link
 * #restore} while its {@link Retention#restoreWindow} lasts. A conversation is kept until it is deleted, or a bounded store evicts it. The items that a response brought
 * into it are the conversation's own: they stay when the response goes.
 *
 * <p>A name of a response, an item, a conversation or a tenant has at most 255 characters, of which one that is not visible ASCII,
 * or a backslash, takes the room of five.
 *
 * <p>All methods may be called from any thread at any time until {@link #close()}. Each may throw {@link StoreException}
 * when the store cannot do its work, and throws {@link IllegalArgumentException} for an argument outside its stated range,
 * whether or not the response exists.
 */
public interface ResponseStore extends AutoCloseable {
    /** Where {@link #inMemory()} starts to drop the oldest: 10,000 responses, and as many conversations. */
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
     * <p>An expired or evicted response no longer counts, but its items stay in memory while a response that continues it is
     * kept. Text is held as it is given, in the strings that were given.
     *
     * @param clock tells the time of creation, expiry and leases
     * @param timeToLive how long a response is kept after its end; positive
     * @param maxResponses how many responses are kept at most, at least 1; beyond it the oldest ended ones go first, and
     *     running ones are never dropped. As many conversations are kept; beyond it the ones whose last change is the oldest
     *     go first, and neither one that a response holds nor the newest is ever dropped
     */
    static ResponseStore inMemory(Clock clock, Duration timeToLive, int maxResponses) {
        return inMemory(clock, Retention.DEFAULT.withTimeToLive(timeToLive), maxResponses);
    }

    /**
     * A store that forgets everything when the process ends, as {@link #inMemory(Clock, Duration, int)}.
     *
     * @param clock tells the time of creation, expiry and leases
     * @param retention how long responses are kept. Deleted ones that may still be restored count among {@code maxResponses}
     *     and are the first to go; of usage that outlives its response, {@code maxResponses} records are kept, the newest
     * @param maxResponses how many responses are kept at most, at least 1
     */
    static ResponseStore inMemory(Clock clock, Retention retention, int maxResponses) {
        return new InMemoryResponseStore(clock, retention, maxResponses);
    }

    /** Whether what it keeps outlives this process, so that other processes may have left work in it. */
    boolean durable();

    /**
     * Writes a new response with its input items, takes the conversation's lock and records the idempotency key, all in one
     * commit (T1).
     *
     * <p>The idempotency key is looked at first, then the ids, then the conversation. Keys and conversations belong to the
     * tenant. A key is remembered as long as the response that it made is kept. A conversation is held from here until the
     * response ends, is cancelled or is deleted. It is refused unless it exists and its version is the one that the turn has
     * read.
     *
     * @throws IllegalArgumentException if the tenant already has a response with this id, or {@code previousId} is unknown to
     *     the tenant
     */
    Created create(NewResponse response);

    /**
     * Looks at an idempotency key without writing anything.
     *
     * @return what {@link #create} would answer to a response with this key: {@link Created.Outcome#DUPLICATE} or {@link
     *     Created.Outcome#KEY_REUSED}; empty if the key is free
     */
    Optional<Created> underKey(Tenant tenant, IdempotencyKey key);

    /**
     * Takes up to {@code max} background responses that are queued, or whose lease has expired (T2). Each claim raises the
     * epoch, so a former owner is fenced out from then on. A lease has expired as soon as its whole time has passed. The
     * responses may be of any tenant.
     *
     * @param max how many at most, at least 0
     * @param ttl how long the leases last, by the store's clock; positive
     * @return what was claimed, perhaps nothing
     */
    List<Claim> claim(NodeId node, int max, Duration ttl);

    /**
     * Takes up to {@code max} foreground responses in progress whose lease has expired: their process is gone, and whoever
     * gets them here ends them. In all else this is {@link #claim}; {@code reap} never takes a background response, and
     * {@code claim} never a foreground one. One that is not ended before the reaper's lease has expired is reaped again.
     *
     * @param max how many at most, at least 0
     * @param ttl how long the leases last, by the store's clock; positive
     * @return what was taken, the longest expired first, perhaps nothing
     */
    List<Claim> reap(NodeId node, int max, Duration ttl);

    /**
     * Prolongs leases that are still current, from now on.
     *
     * @param ttl how long they last from now; {@link Duration#ZERO} hands background responses back, so that any node may
     *     claim them at once, while the lease stays current until one does; the claim that was handed back does not count as
     *     an attempt, unless the lease is prolonged again. Foreground leases stay as they are then
     * @return the leases that were prolonged; one that is missing is lost, and its holder must stop
     */
    Set<Lease> renew(Collection<Lease> held, Duration ttl);

    /**
     * Adds events and items to a run and perhaps ends it, in one commit (T3, T5, T6). Ending it frees the conversation's lock
     * and, if the end says so, adds the response's own input items and then its output items to the conversation. An append
     * that ends the run also ends the lease. Any terminal status may be written so, {@code cancelled} included:
     * a holder whose caller went away keeps its items with it.
     */
    Append.Result append(Lease lease, Append append);

    /**
     * Records that a tool call is about to run (T4). Commits before it returns. What was recorded outlives the lease: the next
     * owner of the run is told {@link ToolStart#ALREADY_STARTED}, whatever {@code requestHash} it gives.
     *
     * @param callId the call's id, unique within the response
     * @param requestHash a digest of the call's name and arguments
     */
    ToolStart toolStarted(Lease lease, String callId, String requestHash);

    /**
     * Cancels a queued or running response with one compare-and-set that raises the epoch (T7). Frees the conversation. The
     * document, the items and the events stay as they are: no event tells of the cancellation, the status does.
     */
    Cancelled cancel(Tenant tenant, ResponseId id);

    /**
     * Reads the log after an event number.
     *
     * @param after the number of the last event already known, −1 for none; past the end of the log there are no events
     * @param max how many events at most, at least 1; where events are long a store may give fewer, but not none if there are any
     * @return empty if this tenant has no such response
     */
    Optional<Tail> tail(Tenant tenant, ResponseId id, long after, int max);

    /**
     * Tells in one query how far several responses have come; an end that wrote no event, as {@link #cancel} is, shows in the
     * status.
     *
     * @return the progress of each; unknown responses are missing
     */
    Map<ResponseKey, Progress> changed(Collection<ResponseKey> watched);

    /** Reads one response; empty if this tenant has no such response. */
    Optional<StoredResponse> find(Tenant tenant, ResponseId id);

    /**
     * Reads a response and the turns of everything that it continues. An ancestor that has expired is still part of the
     * chain; one that was deleted makes the chain unreadable.
     *
     * @return empty if this tenant has no such response, or one of its ancestors was deleted
     */
    Optional<Chain> chain(Tenant tenant, ResponseId id);

    /**
     * Reads the {@linkplain Chain#ids ids} along a {@link #chain} alone.
     *
     * @return empty exactly when {@link #chain} is
     */
    Optional<List<ResponseId>> lineage(Tenant tenant, ResponseId id);

    /**
     * Reads a response's own input items.
     *
     * @return empty if this tenant has no such response; an empty page if {@code after} is the last entry
     * @throws IllegalArgumentException if {@code after} is not an item of this list
     */
    Optional<Page<StoredItem>> inputItems(Tenant tenant, ResponseId id, PageQuery query);

    /**
     * Deletes a response; one that is still running is cancelled first. Its idempotency key is forgotten, and the chains of
     * the responses that continue it can no longer be read; those responses themselves stay, and so does what has joined a
     * conversation. It may come back while its {@link Retention#restoreWindow} lasts; to everything but {@link #restore} it
     * is gone.
     *
     * @return whether this tenant had such a response
     */
    boolean delete(Tenant tenant, ResponseId id);

    /**
     * Brings back a deleted response as it was after its deletion: ended, with its items, its log and the time of its expiry,
     * and without its idempotency key. The chains of the responses that continue it can be read again. Where several of this
     * id were deleted it is the last of them.
     *
     * @return whether it is back; false if this tenant has deleted no such response, or its window or its time to live has
     *     passed, or its id is taken by another response meanwhile
     */
    boolean restore(Tenant tenant, ResponseId id);

    /**
     * Removes for good what is gone already: responses that have expired and are part of no chain any more, deleted ones
     * whose window has passed, and what belongs to them. Nobody sees a difference. A store may do so by itself as well.
     *
     * @param max how many responses at most, at least 1
     * @return how many were removed; as long as there are {@code max}, there may be more
     */
    int sweep(int max);

    /**
     * Reads what a tenant's responses have used: those that ended with an {@link Append.Terminal#usage} and were created at
     * or after {@code from} and before {@code to}. Responses that are gone are among them if {@link Retention#keepsUsage},
     * and only then.
     *
     * @param max how many at most, at least 1; to read on, ask from the time of the last one, and leave out what comes again
     * @return the records in the order of creation; those of the same instant stand in an order that stays
     */
    List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max);

    /**
     * Finds items by their ids: among the input and output items of the tenant's responses and the items of its
     * conversations. Where several have an item of one id, it is any of them.
     *
     * @return what was found, by id; unknown ids are missing
     */
    Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds);

    /**
     * Reads a tenant's responses, in the order of their creation; those of the same instant stand in an order that stays.
     *
     * @return an empty page if {@code after} is the last entry
     * @throws IllegalArgumentException if {@code after} is not a response of this tenant
     */
    Page<StoredResponse> responses(Tenant tenant, PageQuery query);

    /**
     * Writes a new conversation, of version 0.
     *
     * @throws IllegalArgumentException if the tenant already has a conversation with this id
     */
    void createConversation(NewConversation conversation);

    /** Reads a conversation without its items; empty if this tenant has no such conversation. */
    Optional<StoredConversation> conversation(Tenant tenant, ConversationId id);

    /**
     * Replaces the document of a conversation, whether or not a response holds it. Its items stay, and so does its version.
     *
     * @return whether this tenant has such a conversation
     */
    boolean updateConversation(Tenant tenant, ConversationId id, String document);

    /**
     * Deletes a conversation with its items, whether or not a response holds it. A response that does goes on, and joins
     * nothing when it ends; not even a conversation that has got the same id meanwhile.
     *
     * @return whether this tenant had such a conversation
     */
    boolean deleteConversation(Tenant tenant, ConversationId id);

    /**
     * Reads all items of a conversation and the version that they make up: what a turn builds on, and what it names in its
     * {@link NewResponse#conversation}.
     *
     * @return empty if this tenant has no such conversation
     */
    Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id);

    /**
     * Reads the items of a conversation, in the order in which they were added.
     *
     * @return empty if this tenant has no such conversation; an empty page if {@code after} is the last entry
     * @throws IllegalArgumentException if {@code after} is not an item of this conversation
     */
    Optional<Page<StoredItem>> conversationItems(Tenant tenant, ConversationId id, PageQuery query);

    /** Reads one item of a conversation; empty if this tenant has no such conversation, or the conversation no such item. */
    Optional<StoredItem> conversationItem(Tenant tenant, ConversationId id, String itemId);

    /**
     * Adds items to the end of a conversation that no response holds.
     *
     * @throws IllegalArgumentException if two of the items have the same id, or the conversation is free and has an item of
     *     one of the ids already; nothing was written
     */
    ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items);

    /** Takes an item out of a conversation that no response holds. */
    ConversationChange deleteConversationItem(Tenant tenant, ConversationId id, String itemId);

    /**
     * Asks to be told that another node may have changed a response, so as to look sooner than it would otherwise. Hints may
     * be missing, and there may be too many; a store without news of other nodes gives none.
     *
     * @param hint is called on a thread of the store, never after the listening was closed; returns soon and throws nothing
     * @return ends the listening; {@link #close()} does too
     */
    default Listening onHint(Consumer<ResponseKey> hint) {
        return () -> {};
    }

    /** Somebody who is told of changes, until it is closed. */
    interface Listening extends AutoCloseable {
        /** Ends the listening; closing again does nothing. */
        @Override
        void close();
    }

    /** Whether the store can do its work now; returns within a second, never throws, and is false once it is closed. */
    boolean healthy();

    /**
     * Releases what the store holds. Other calls after it throw {@link IllegalStateException}, apart from {@link #healthy()};
     * closing again does nothing.
     */
    @Override
    void close();
}
