package io.github.responses4j.testkit;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, without what the options ignore. */
final class Violations {

    /** The event index of a violation that concerns the whole stream. */
    static final int WHOLE_STREAM = -1;

    private final StreamOptions options;
    private final List<StreamViolation> found = new ArrayList<>();

    Violations(StreamOptions options) {
        this.options = options;
    }

    StreamOptions options() {
        return options;
    }

    void add(StreamRule rule, int eventIndex, String message) {
        if (!options.ignored().contains(rule)) {
            found.add(new StreamViolation(rule, eventIndex, message));
        }
    }

    /** Sorted by event; what concerns the whole stream stands last. */
    List<StreamViolation> inStreamOrder() {
        List<StreamViolation> sorted = new ArrayList<>(found);
        sorted.sort((a, b) -> Integer.compareUnsigned(a.eventIndex(), b.eventIndex()));
        return sorted;
    }
}
