package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import java.util.List;

/**
 * What became of the calls of one sample.
 *
 * @param outputs what the hosted tools gave back, in the order of their calls
 * @param ran how many hosted tools were called
 * @param limitReached whether calls were left out because the run has used up its tool calls
 * @param waitsForCaller whether there are calls that only the caller can answer
 */
record ToolRound(List<Item> outputs, int ran, boolean limitReached, boolean waitsForCaller) {
    ToolRound {
        outputs = List.copyOf(outputs);
    }
}
