package io.github.responses4j.stream;

import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.Usage;
import java.util.List;

/**
 * What one sample of the model came to.
 *
 * @param items the items that it produced, in order
 * @param refused the calls that its {@link CallFilter} has kept out of the response, in order
 * @param reason why the model stopped
 * @param usage the tokens that it used
 */
public record Step(List<Item> items, List<Item> refused, StopReason reason, Usage usage) {
    /** Copies the lists. */
    public Step {
        items = List.copyOf(items);
        refused = List.copyOf(refused);
    }
}
