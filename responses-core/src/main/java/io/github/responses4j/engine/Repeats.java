package io.github.responses4j.engine;

import io.github.responses4j.response.ConflictException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseError;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are sent again under their idempotency key.
 *
 * <p>One that failed or was cancelled before there was any output was told as an error, and had no effects: it runs anew, under a
 * key that follows from the first one and from the response that failed, so that of several repetitions only one runs.
 */
final class Repeats {
    private final ResponseStore store;

    Repeats(ResponseStore store) {
        this.store = store;
    }

    /** The key of a request; null if it has none. */
    static @Nullable IdempotencyKey key(ResponseRequest request, RunOptions options) {
        String key = options.idempotencyKey();
        return key == null ? null : new IdempotencyKey(key, Documents.digest(request));
    }

    /** The key under which a request runs again after a response that came to nothing. */
    static IdempotencyKey after(IdempotencyKey key, ResponseId failed) {
        return new IdempotencyKey(Documents.digest(key.key() + " " + failed), key.requestHash());
    }

    /** Whether a response came to nothing, so that its request may run anew. */
    boolean mayRunAgain(Tenant tenant, ResponseId made) {
        return find(tenant, made).filter(Repeats::cameToNothing).isPresent();
    }

    /** A run that its own process has ended: of one whose process died nobody knows which tools it has called. */
    private static boolean cameToNothing(StoredResponse stored) {
        return endedEmpty(stored) && stored.epoch() == 1;
    }

    private static boolean endedEmpty(StoredResponse stored) {
        boolean failed = stored.status() == ResponseStatus.FAILED || stored.status() == ResponseStatus.CANCELLED;
        return failed && !stored.background() && stored.output().isEmpty();
    }

    /** A key that belongs to another request. */
    static ConflictException reused() {
        return new ConflictException(
                ConflictException.Kind.KEY_REUSED, "This idempotency key was used for a different request before.");
    }

    /**
     * What a request has brought about before; null if nothing, or nothing that counts.
     *
     * @throws ConflictException if the key belongs to another request
     */
    @Nullable
    ResponseId made(Tenant tenant, IdempotencyKey first) {
        IdempotencyKey key = first;
        while (true) {
            Created created = underKey(tenant, key).orElse(null);
            if (created != null && created.outcome() == Created.Outcome.KEY_REUSED) {
                throw reused();
            }
            ResponseId made = created == null ? null : created.existing();
            if (made == null || !mayRunAgain(tenant, made)) {
                return made;
            }
            key = after(key, made);
        }
    }

    /**
     * A response as it is given to who asks for it again.
     *
     * @throws ConflictException if it is still being carried out and its caller waits for it
     * @throws ServerException if it has ended without output, which is told as an error
     */
    Response again(Tenant tenant, ResponseId made, boolean background) {
        StoredResponse stored = find(tenant, made)
                .filter(found -> background || found.status().isTerminal())
                .orElseThrow(() -> new ConflictException(
                        ConflictException.Kind.IN_PROGRESS,
                        "The first request with this idempotency key is still being carried out."));
        Response response = Documents.response(stored);
        if (endedEmpty(stored)) {
            ResponseError error = response.error();
            throw new ServerException(error == null ? "The response was cancelled." : error.message(), false, null);
        }
        return response;
    }

    private Optional<Created> underKey(Tenant tenant, IdempotencyKey key) {
        try {
            return store.underKey(tenant, key);
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    private Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
        try {
            return store.find(tenant, id);
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }
}
