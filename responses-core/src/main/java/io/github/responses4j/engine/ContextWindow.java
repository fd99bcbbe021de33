package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.response.InvalidRequestException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The room that a model has for what one request shows it, and whether old turns may give way when it does not suffice (OpenAI Responses
 * API, {@code truncation}).
 *
 * @param meter counts the tokens
 * @param size how many tokens the model can be shown; empty if that is not known
 * @param auto whether old turns may be dropped
 */
record ContextWindow(Meter meter, OptionalLong size, boolean auto) {
    /**
     * What is left of a context.
     *
     * @param context the items that are left
     * @param dropped how many of the oldest turns are not
     * @param more whether one more could be dropped
     */
    record Fit(List<Item> context, int dropped, boolean more) {}

    /**
     * As much of a context as fits, with whole turns dropped from its beginning and standing orders kept.
     *
     * @param frame the tokens of what is shown beside the context
     * @param refused how many turns are to be dropped in any case, since the model has refused them
     * @throws InvalidRequestException if it does not fit
     */
    Fit fit(long frame, List<Item> context, int refused) {
        Fit fit = shortened(frame, context, refused);
        if (tokens(frame, fit.context()) > size.orElse(Long.MAX_VALUE)) {
            throw tooLong();
        }
        return fit;
    }

    /** As {@link #fit}, but gives what cannot be dropped if even that does not fit. */
    Fit shortened(long frame, List<Item> context, int refused) {
        if (!auto || size.isEmpty() && refused == 0) {
            return new Fit(context, 0, auto && Turns.of(context).count() > 1);
        }
        Turns turns = Turns.of(context);
        long[] tokens = context.stream().mapToLong(meter::item).toArray();
        long[] sums = turns.sums(tokens);
        long total = frame;
        for (long one : tokens) {
            total += one;
        }
        int dropped = 0;
        while (dropped < turns.count() - 1 && (dropped < refused || total > size.orElse(Long.MAX_VALUE))) {
            total -= sums[dropped++];
        }
        return new Fit(turns.without(dropped), dropped, dropped < turns.count() - 1);
    }

    private long tokens(long frame, List<Item> context) {
        return size.isEmpty() ? 0 : frame + meter.items(context);
    }

    static InvalidRequestException tooLong() {
        return new InvalidRequestException(
                "Your input exceeds the context window of this model. Please adjust your input and try again.",
                "context_length_exceeded",
                "input");
    }
}
