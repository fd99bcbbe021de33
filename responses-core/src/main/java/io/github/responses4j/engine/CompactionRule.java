package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import java.util.List;
import java.util.OptionalLong;

/**
 * When the context of a request is compacted (OpenAI Responses API, {@code context_management} and {@code compaction_trigger}).
 *
 * @param forced whether the request asks for a compaction and nothing else
 * @param threshold how many tokens a context may have; empty if it is never compacted
 */
record CompactionRule(boolean forced, OptionalLong threshold) {
    /** Of a window whose size is known, the part from which on a context is compacted that has no threshold of its own. */
    private static final double SHARE = 0.8;

    /**
     * The rule of a request.
     *
     * @throws InvalidRequestException if a trigger is not the last item of the input
     */
    static CompactionRule of(ResponseRequest request, OptionalLong window) {
        List<Item> input = request.input();
        boolean forced = false;
        for (int i = 0; i < input.size(); i++) {
            if (isTrigger(input.get(i))) {
                if (i < input.size() - 1) {
                    throw new InvalidRequestException(
                            "Invalid 'input[" + i + "]': a '" + ItemTypes.COMPACTION_TRIGGER
                                    + "' must be the last item of the input.",
                            "invalid_value",
                            "input[" + i + "]");
                }
                forced = true;
            }
        }
        OptionalLong threshold = OptionalLong.empty();
        for (JsonObject entry : request.json().objects("context_management")) {
            Long asked = entry.integer("compact_threshold");
            OptionalLong one = asked != null
                    ? OptionalLong.of(asked)
                    : window.isPresent() ? OptionalLong.of((long) (window.getAsLong() * SHARE)) : OptionalLong.empty();
            if (one.isPresent()) {
                threshold = OptionalLong.of(Math.min(one.getAsLong(), threshold.orElse(Long.MAX_VALUE)));
            }
        }
        return new CompactionRule(forced, threshold);
    }

    static boolean isTrigger(Item item) {
        return item.type().equals(ItemTypes.COMPACTION_TRIGGER);
    }

    boolean isExceededBy(long tokens) {
        return threshold.isPresent() && tokens > threshold.getAsLong();
    }
}
