package io.github.responses4j.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as the store has it: one consistent snapshot.
 *
 * @param tenant whose it is
 * @param id its id
 * @param previousId the response that it continues, if any
 * @param conversation the conversation that it belongs to, if any
 * @param background whether a worker may claim it
 * @param status where it stands; the truth, whatever {@code document} says
 * @param createdAt when it was created, by the store's clock
 * @param document the response without its {@code output}, as ASCII-escaped JSON text
 * @param request the engine's own notes on the request, as ASCII-escaped JSON text
 * @param input the request's own input items, in order
 * @param output the output items so far, in order
 * @param lastSeq the number of the last event in the log, −1 if there is none
 * @param epoch the fence of its lease: 0 until it is owned, one more with every owner and with a cancellation
 */
public record StoredResponse(
        Tenant tenant,
        ResponseId id,
        @Nullable ResponseId previousId,
        @Nullable ConversationId conversation,
        boolean background,
        ResponseStatus status,
        Instant createdAt,
        String document,
        String request,
        List<StoredItem> input,
        List<StoredItem> output,
        long lastSeq,
        long epoch) {
    /** Copies the lists. */
    public StoredResponse {
        input = List.copyOf(input);
        output = List.copyOf(output);
    }
}
