package io.github.responses4j.testkit;

import io.github.responses4j.item.IdGenerator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Ids that a test can foresee: {@code msg_1}, {@code msg_2} …, each prefix with a count of its own. Safe from any thread. */
public final class SequentialIds implements IdGenerator {
    private final Map<String, Integer> last = new ConcurrentHashMap<>();

    /** A generator that begins at 1. */
    public SequentialIds() {}

    @Override
    public String next(String prefix) {
        return prefix + "_" + last.merge(prefix, 1, Integer::sum);
    }
}
