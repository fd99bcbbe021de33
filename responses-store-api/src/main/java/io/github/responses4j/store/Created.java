package io.github.responses4j.store;

import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link ResponseStore#create}.
 *
 * @param outcome which of the outcomes it is
 * @param lease the first lease of a foreground response that was created; otherwise null
 * @param existing the response that already carries the idempotency key, for {@link Outcome#DUPLICATE}; otherwise null
 */
public record Created(
        Outcome outcome, @Nullable Lease lease, @Nullable ResponseId existing) {

    /** The ways in which a create can end without an exception. */
    public enum Outcome {
        /** The response is stored and committed. */
        CREATED,
        /** The same request was already accepted under this idempotency key; nothing was written. */
        DUPLICATE,
        /** The idempotency key belongs to a different request; nothing was written. */
        KEY_REUSED,
        /**
         * Another response holds the conversation, or the tenant has none such, or it has changed since the turn read it;
         * nothing was written.
         */
        CONVERSATION_LOCKED
    }
}
