package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The stored responses as callers know them: what the store says, in the words and errors of the wire. Safe from any thread. */
final class Archive {
    private final ResponseStore store;

    Archive(ResponseStore store) {
        this.store = store;
    }

    StoredResponse find(Tenant tenant, ResponseId id) {
        return guarded(() -> store.find(tenant, id)).orElseThrow(() -> notFound(id));
    }

    Page<Response> list(Tenant tenant, PageQuery query) {
        try {
            Page<StoredResponse> page = guarded(() -> store.responses(tenant, query));
            return new Page<>(page.data().stream().map(Documents::response).toList(), page.hasMore());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("Response with id '" + query.after() + "' not found.", null, "after");
        }
    }

    Page<Item> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        try {
            Page<StoredItem> page =
                    guarded(() -> store.inputItems(tenant, id, query)).orElseThrow(() -> notFound(id));
            return new Page<>(
                    page.data().stream()
                            .map(Documents::item)
                            .map(ListedItems::of)
                            .toList(),
                    page.hasMore());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("Item with id '" + query.after() + "' not found.", null, "after");
        }
    }

    Page<Item> contextItems(Tenant tenant, ResponseId id, PageQuery query) {
        StoredResponse stored = find(tenant, id);
        return guarded(() -> new ContextItems(store).page(stored, query));
    }

    void cancel(Tenant tenant, ResponseId id) {
        if (guarded(() -> store.cancel(tenant, id)) == Cancelled.NOT_FOUND) {
            throw notFound(id);
        }
    }

    boolean delete(Tenant tenant, ResponseId id) {
        return guarded(() -> store.delete(tenant, id));
    }

    boolean restore(Tenant tenant, ResponseId id) {
        return guarded(() -> store.restore(tenant, id));
    }

    List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
        return guarded(() -> store.usage(tenant, from, to, max));
    }

    private static <T> T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    static NotFoundException notFound(ResponseId id) {
        return new NotFoundException("Response with id '" + id + "' not found.", null);
    }
}
