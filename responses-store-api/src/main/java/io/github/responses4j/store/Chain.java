package io.github.responses4j.store;

import java.util.List;
import java.util.stream.Stream;

/**
 * A response and everything that it continues.
 *
 * @param earlier what it continues, oldest first; empty if it continues nothing
 * @param last the response itself
 */
public record Chain(List<StoredTurn> earlier, StoredResponse last) {
    /** Copies the list. */
    public Chain {
        earlier = List.copyOf(earlier);
    }

    /** The ids along the chain, oldest first, the response's own last. */
    public List<ResponseId> ids() {
        return Stream.concat(earlier.stream().map(StoredTurn::id), Stream.of(last.id()))
                .toList();
    }
}
