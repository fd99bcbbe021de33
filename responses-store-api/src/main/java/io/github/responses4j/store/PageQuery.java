package io.github.responses4j.store;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list to read.
 *
 * @param after the id of the last entry of the page before, or null for the first page
 * @param limit how many entries at most, 1 to 100
 * @param newestFirst whether the list runs backwards
 */
public record PageQuery(@Nullable String after, int limit, boolean newestFirst) {
    /** The longest page. */
    public static final int MAX_LIMIT = 100;

    /** Checks the limit. */
    public PageQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is 1 to " + MAX_LIMIT + ", was " + limit);
        }
    }

    /** The first page as the Responses API gives it by default: 20 entries, newest first. */
    public static PageQuery first() {
        return new PageQuery(null, 20, true);
    }
}
