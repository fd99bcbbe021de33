package io.github.responses4j.store;

import java.util.List;

/**
 * What a response leaves to those that continue it: its items, without its document.
 *
 * @param id its id
 * @param request the engine's own notes on the request, as ASCII-escaped JSON text
 * @param input the request's own input items, in order
 * @param output the output items, in order
 */
public record StoredTurn(ResponseId id, String request, List<StoredItem> input, List<StoredItem> output) {
    /** Copies the lists. */
    public StoredTurn {
        input = List.copyOf(input);
        output = List.copyOf(output);
    }

    /** What a response leaves. */
    public static StoredTurn of(StoredResponse response) {
        return new StoredTurn(response.id(), response.request(), response.input(), response.output());
    }
}
