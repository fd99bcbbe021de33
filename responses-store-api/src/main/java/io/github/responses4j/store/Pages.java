package io.github.responses4j.store;

import java.util.ArrayList;
import java.util.List;

/** Cuts lists into pages. */
final class Pages {
    private Pages() {}

    /**
     * A page of items.
     *
     * @param items all of them, oldest first
     * @throws IllegalArgumentException if {@code after} is not one of them
     */
    static Page<StoredItem> of(List<StoredItem> items, PageQuery query) {
        int step = query.newestFirst() ? -1 : 1;
        int next = query.newestFirst() ? items.size() - 1 : 0;
        String after = query.after();
        if (after != null) {
            next = 0;
            while (next < items.size() && !items.get(next).id().equals(after)) {
                next++;
            }
            if (next == items.size()) {
                throw new IllegalArgumentException("after is not an item of this list");
            }
            next += step;
        }
        List<StoredItem> data = new ArrayList<>();
        while (next >= 0 && next < items.size() && data.size() < query.limit()) {
            data.add(items.get(next));
            next += step;
        }
        return new Page<>(data, next >= 0 && next < items.size());
    }
}
