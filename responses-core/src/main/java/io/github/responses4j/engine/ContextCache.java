package io.github.responses4j.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import io.github.responses4j.store.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ended responses, parsed. Each is kept once, whatever continues it, so that a chain shares all its items with the chain that it goes on
 * from, and with every fork of it. What has ended never changes; whether it still exists, only the store can tell. Safe from any thread.
 *
 * <p>Turns do not hold their parents: what is dropped for its weight is really gone, and the bound is true for chains of any depth.
 */
final class ContextCache {
    /** How long a turn is kept that nobody asks for: at the latest then nothing is left of what another process has deleted. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    /** What a turn weighs beside its items. */
    private static final int FRAME = 200;

    /** Null if nothing is to be kept. */
    private final @Nullable Cache<ResponseKey, Turn> turns;

    /**
     * A cache.
     *
     * @param characters what all turns together may weigh; 0 to keep none
     */
    ContextCache(long characters, Clock clock) {
        turns = characters == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumWeight(characters)
                        .weigher((ResponseKey key, Turn turn) -> turn.weight())
                        .expireAfterAccess(IDLE)
                        .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                        // No thread of its own: the callers keep it in order.
                        .executor(Runnable::run)
                        .build();
    }

    /**
     * The standing orders in force at a response.
     *
     * @param text null if there are none
     */
    record Orders(@Nullable String text) {}

    /**
     * What an ended response adds to a chain.
     *
     * @param key the response
     * @param previous the one that it continues, if any
     * @param items its input without what has become instructions, then its output
     * @param orders null if they are not known, because nothing has continued it yet
     * @param weight about how many characters it takes
     */
    record Turn(
            ResponseKey key,
            @Nullable ResponseKey previous,
            List<Item> items,
            @Nullable Orders orders,
            int weight) {
        Turn {
            items = List.copyOf(items);
        }

        ResponseId id() {
            return key.id();
        }
    }

    /** A response and everything that it continues, oldest first, if all of it is at hand; otherwise null. It may not exist any more. */
    @Nullable
    List<Turn> chain(Tenant tenant, ResponseId id) {
        if (turns == null) {
            return null;
        }
        Turn turn = turns.getIfPresent(new ResponseKey(tenant, id));
        if (turn == null || turn.orders() == null) {
            return null;
        }
        List<Turn> chain = new ArrayList<>();
        chain.add(turn);
        for (ResponseKey previous = turn.previous(); previous != null; previous = turn.previous()) {
            turn = turns.getIfPresent(previous);
            // More turns than there are go round in a circle: ids were given twice.
            if (turn == null || chain.size() >= turns.estimatedSize()) {
                return null;
            }
            chain.add(turn);
        }
        Collections.reverse(chain);
        return chain;
    }

    /** The turns of a chain that was read just now. Those that are at hand are not parsed again. */
    List<Turn> turns(Chain chain) {
        List<Turn> read = new ArrayList<>(chain.earlier().size() + 1);
        ResponseId previous = null;
        for (StoredTurn earlier : chain.earlier()) {
            read.add(ancestor(new ResponseKey(chain.last().tenant(), earlier.id()), previous, earlier));
            previous = earlier.id();
        }
        read.add(tip(previous, chain.last()));
        return read;
    }

    private Turn ancestor(ResponseKey key, @Nullable ResponseId previous, StoredTurn stored) {
        Turn known = turns == null ? null : turns.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Turn turn = weighed(key, previous, items(stored), null);
        put(turn);
        return turn;
    }

    private Turn tip(@Nullable ResponseId previous, StoredResponse stored) {
        ResponseKey key = new ResponseKey(stored.tenant(), stored.id());
        Turn known = turns == null ? null : turns.getIfPresent(key);
        if (known != null && known.orders() != null) {
            return known;
        }
        Orders orders = new Orders(JsonObject.parse(stored.document()).string("instructions"));
        List<Item> items = known == null ? items(StoredTurn.of(stored)) : known.items();
        Turn turn = weighed(key, previous, items, orders);
        if (stored.status().isTerminal()) {
            put(turn);
        }
        return turn;
    }

    private static List<Item> items(StoredTurn stored) {
        List<Item> items = items(Documents.own(stored));
        items.addAll(items(stored.output()));
        return items;
    }

    private static List<Item> items(List<StoredItem> stored) {
        List<Item> items = new ArrayList<>(stored.size());
        stored.forEach(item -> items.add(Documents.item(item)));
        return items;
    }

    private static Turn weighed(
            ResponseKey key, @Nullable ResponseId previous, List<Item> items, @Nullable Orders orders) {
        long weight = FRAME;
        for (Item item : items) {
            weight += item.json().footprint();
        }
        return new Turn(key, previous == null ? null : new ResponseKey(key.tenant(), previous), items, orders, (int)
                Math.min(Integer.MAX_VALUE, weight));
    }

    private void put(Turn turn) {
        if (turns != null) {
            turns.put(turn.key(), turn);
        }
    }

    /**
     * Keeps a response whose end has just been committed, so that the next turn need not read it.
     *
     * @param plan what the response was made by
     * @param response exactly what is stored
     */
    void ended(Plan plan, Response response) {
        if (turns != null && isContinued(response) && plan.conversation() == null) {
            List<Item> own = plan.input().subList(plan.lifted(), plan.input().size());
            put(turn(plan.key(), plan.request().previousResponseId(), own, response));
        }
    }

    /** As {@link #ended(Plan, Response)}, for a response that was read from the store before it ran. */
    void ended(StoredResponse before, Response response) {
        if (turns != null && isContinued(response) && before.conversation() == null) {
            ResponseKey key = new ResponseKey(before.tenant(), before.id());
            put(turn(key, before.previousId(), items(Documents.own(StoredTurn.of(before))), response));
        }
    }

    // A turn of a conversation is read from there. After a failure or a cancel somebody else may have had the last
    // word.
    private static boolean isContinued(Response response) {
        return response.status() == ResponseStatus.COMPLETED || response.status() == ResponseStatus.INCOMPLETE;
    }

    private static Turn turn(ResponseKey key, @Nullable ResponseId previous, List<Item> own, Response response) {
        List<Item> items = new ArrayList<>(own);
        items.addAll(response.output());
        return weighed(key, previous, items, new Orders(response.instructions()));
    }

    /** Whether a response is at hand. */
    boolean holds(ResponseKey key) {
        return turns != null && turns.asMap().containsKey(key);
    }

    /** Forgets a response that is gone. */
    void forget(ResponseKey key) {
        if (turns != null) {
            turns.invalidate(key);
        }
    }
}
