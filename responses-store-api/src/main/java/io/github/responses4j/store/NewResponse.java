package io.github.responses4j.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ResponseStore#create} writes.
 *
 * @param tenant whose response it is
 * @param id its id, not used before by this tenant
 * @param previousId the response that it continues, if any
 * @param conversation the conversation that it belongs to and locks until it ends, as its turn has read it, if any
 * @param idempotencyKey the caller's key, if any
 * @param background whether it starts as {@code queued} for a worker to claim; otherwise it starts as {@code in_progress}
 *     and {@code node} holds its first lease
 * @param node the process that creates it
 * @param leaseTtl how long the first lease lasts; not used for a background response
 * @param timeToLive how long it is kept after its end: gone as soon as the whole time has passed; null for the store's own
 *     time to live
 * @param document the response without its {@code output}, as ASCII-escaped JSON text
 * @param request the engine's own notes on the request, as ASCII-escaped JSON text
 * @param input the request's own input items, in order
 * @param events the first events of its log, numbered from 0 without a gap; may be empty
 */
public record NewResponse(
        Tenant tenant,
        ResponseId id,
        @Nullable ResponseId previousId,
        @Nullable ConversationTurn conversation,
        @Nullable IdempotencyKey idempotencyKey,
        boolean background,
        NodeId node,
        Duration leaseTtl,
        @Nullable Duration timeToLive,
        String document,
        String request,
        List<StoredItem> input,
        List<StoredEvent> events) {
    /** Copies the lists and checks that the numbers have no gap. */
    public NewResponse {
        input = List.copyOf(input);
        events = List.copyOf(events);
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).seq() != i) {
                throw new IllegalArgumentException("event " + events.get(i).seq() + " stands at " + i);
            }
        }
    }
}
