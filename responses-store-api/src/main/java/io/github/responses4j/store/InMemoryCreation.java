package io.github.responses4j.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One create: decides whether the response may come to be, and publishes it. */
final class InMemoryCreation {
    private static final Created CONVERSATION_LOCKED = new Created(Created.Outcome.CONVERSATION_LOCKED, null, null);

    private final InMemoryIndexes in;
    private final NewResponse response;
    private final @Nullable InMemoryEntry parent;
    private final Instant now;
    private Created outcome = CONVERSATION_LOCKED;

    InMemoryCreation(InMemoryIndexes in, NewResponse response, @Nullable InMemoryEntry parent, Instant now) {
        this.in = in;
        this.response = response;
        this.parent = parent;
        this.now = now;
    }

    Created run() {
        IdempotencyKey key = response.idempotencyKey();
        if (key == null) {
            enterConversation();
        } else {
            in.keys.compute(
                    new InMemoryIndexes.CallerKey(response.tenant(), key.key()), (k, first) -> underKey(key, first));
        }
        return outcome;
    }

    private @Nullable InMemoryEntry underKey(IdempotencyKey key, @Nullable InMemoryEntry first) {
        Created known = underKey(key, first, now);
        if (known == null) {
            return enterConversation();
        }
        outcome = known;
        return first;
    }

    /** What is known under a key; null if it is free. */
    static @Nullable Created underKey(IdempotencyKey key, @Nullable InMemoryEntry first, Instant now) {
        IdempotencyKey earlier = first == null || !first.isVisible(now) ? null : first.idempotencyKey();
        if (first == null || earlier == null) {
            return null;
        }
        return key.equals(earlier)
                ? new Created(Created.Outcome.DUPLICATE, null, first.key.id())
                : new Created(Created.Outcome.KEY_REUSED, null, null);
    }

    private @Nullable InMemoryEntry enterConversation() {
        InMemoryEntry taken = in.entries.get(new ResponseKey(response.tenant(), response.id()));
        if (taken != null && taken.isVisible(now)) {
            throw idTaken();
        }
        if (response.previousId() != null && parent == null) {
            throw new IllegalArgumentException("no previous response " + response.previousId());
        }
        ConversationTurn turn = response.conversation();
        if (turn == null) {
            return publish(entry(null));
        }
        InMemoryConversation conversation = in.conversations.find(response.tenant(), turn.id());
        InMemoryEntry entry = entry(conversation);
        if (conversation == null || !in.conversations.hold(conversation, entry, turn.version())) {
            return null;
        }
        try {
            return publish(entry);
        } finally {
            if (outcome.outcome() != Created.Outcome.CREATED) {
                in.conversations.release(conversation, null);
            }
        }
    }

    private InMemoryEntry entry(@Nullable InMemoryConversation conversation) {
        Duration keep = response.timeToLive() == null ? in.retention.timeToLive() : response.timeToLive();
        InMemoryEntry.Ties ties = new InMemoryEntry.Ties(parent, conversation);
        return new InMemoryEntry(response, ties, in.numbers.incrementAndGet(), now, keep);
    }

    private InMemoryEntry publish(InMemoryEntry entry) {
        synchronized (entry) {
            InMemoryEntry taken = in.entries.compute(
                    entry.key, (k, earlier) -> earlier != null && earlier.isVisible(now) ? earlier : entry);
            if (taken != entry) {
                throw idTaken();
            }
            in.lists.add(entry);
            response.input().forEach(item -> in.items.add(response.tenant(), item, entry));
            Lease lease = null;
            if (entry.background) {
                in.queued.put(entry.number, entry);
            } else {
                lease = entry.lease(response.node(), InMemoryEntry.plus(now, response.leaseTtl()));
                in.enterLease(entry);
            }
            outcome = new Created(Created.Outcome.CREATED, lease, null);
            return entry;
        }
    }

    private IllegalArgumentException idTaken() {
        return new IllegalArgumentException("response " + response.id() + " exists already");
    }
}
