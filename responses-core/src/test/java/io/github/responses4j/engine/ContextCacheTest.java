package io.github.responses4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import io.github.responses4j.store.Tenant;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContextCacheTest {
    private static final Tenant TENANT = Tenant.SINGLE;
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final ContextCache cache = new ContextCache(1_000_000, CLOCK);

    private static StoredResponse turn(String id, String previous, ResponseStatus status) {
        return new StoredResponse(
                TENANT,
                new ResponseId(id),
                previous == null ? null : new ResponseId(previous),
                null,
                false,
                status,
                Instant.EPOCH,
                "{\"instructions\":\"orders of " + id + "\"}",
                "{\"lifted\":1}",
                List.of(item("lifted_" + id), item("in_" + id)),
                List.of(item("out_" + id)),
                0,
                1);
    }

    private static StoredResponse ended(String id, String previous) {
        return turn(id, previous, ResponseStatus.COMPLETED);
    }

    private static StoredItem item(String id) {
        return new StoredItem(id, "{\"type\":\"thing\",\"id\":\"" + id + "\"}");
    }

    private static List<ContextCache.Turn> turns(ContextCache cache, StoredResponse... chain) {
        List<StoredTurn> earlier =
                Stream.of(chain).limit(chain.length - 1).map(StoredTurn::of).toList();
        return cache.turns(new Chain(earlier, chain[chain.length - 1]));
    }

    private static List<String> ids(List<ContextCache.Turn> turns) {
        return turns.stream()
                .flatMap(turn -> turn.items().stream())
                .map(item -> String.valueOf(item.id()))
                .toList();
    }

    @Test
    void aChainIsGivenAsItWasRead() {
        StoredResponse a = ended("a", null);
        StoredResponse b = ended("b", "a");
        assertThat(cache.chain(TENANT, b.id())).isNull();
        List<ContextCache.Turn> read = turns(cache, a, b);
        assertThat(ids(read)).containsExactly("in_a", "out_a", "in_b", "out_b");
        assertThat(cache.chain(TENANT, b.id())).isEqualTo(read);
        assertThat(read.get(1).orders()).isEqualTo(new ContextCache.Orders("orders of b"));
        assertThat(cache.chain(new Tenant("other"), b.id())).isNull();
        cache.forget(read.get(0).key());
        assertThat(cache.chain(TENANT, b.id())).isNull();
    }

    @Test
    void aForkIsParsedOnlyWhereItDiffers() {
        StoredResponse a = ended("a", null);
        StoredResponse b = ended("b", "a");
        List<ContextCache.Turn> first = turns(cache, a, b);
        List<ContextCache.Turn> fork = turns(cache, a, ended("c", "a"));
        assertThat(fork.get(0)).isSameAs(first.get(0));
        assertThat(cache.chain(TENANT, new ResponseId("c"))).isEqualTo(fork);
    }

    @Test
    void theOrdersOfAnAncestorAreReadWhenItIsContinued() {
        StoredResponse a = ended("a", null);
        ContextCache.Turn ancestor = turns(cache, a, ended("b", "a")).get(0);
        assertThat(ancestor.orders()).isNull();
        assertThat(cache.chain(TENANT, a.id())).isNull();
        ContextCache.Turn tip = turns(cache, a).get(0);
        assertThat(tip.orders()).isEqualTo(new ContextCache.Orders("orders of a"));
        assertThat(tip.items()).isSameAs(ancestor.items());
        assertThat(cache.chain(TENANT, a.id())).containsExactly(tip);
    }

    @Test
    void whatMayStillChangeIsNotKept() {
        StoredResponse running = turn("r", null, ResponseStatus.IN_PROGRESS);
        assertThat(ids(turns(cache, running))).containsExactly("in_r", "out_r");
        assertThat(cache.chain(TENANT, running.id())).isNull();
    }

    @Test
    void idsThatGoRoundInACircleAreNoChain() {
        turns(cache, ended("b", null), ended("a", "b"));
        turns(cache, ended("a", null), ended("b", "a"));
        assertThat(cache.chain(TENANT, new ResponseId("b"))).isNull();
    }

    @Test
    void theBoundHoldsForLongChainsToo() {
        ContextCache small = new ContextCache(20_000, CLOCK);
        List<StoredResponse> chain = new ArrayList<>();
        List<ContextCache.Turn> all = List.of();
        for (int i = 0; i < 200; i++) {
            chain.add(ended("t" + i, i == 0 ? null : "t" + (i - 1)));
            all = turns(small, chain.toArray(StoredResponse[]::new));
        }
        assertThat(all).hasSize(200);
        long kept = all.stream()
                .filter(turn -> small.holds(turn.key()))
                .mapToLong(ContextCache.Turn::weight)
                .sum();
        assertThat(kept).isBetween(1L, 20_000L);
        assertThat(all.stream().mapToLong(ContextCache.Turn::weight).sum()).isGreaterThan(60_000L);
    }

    @Test
    void nothingIsKeptIfNothingShallBe() {
        ContextCache none = new ContextCache(0, CLOCK);
        assertThat(ids(turns(none, ended("a", null)))).containsExactly("in_a", "out_a");
        assertThat(none.chain(TENANT, new ResponseId("a"))).isNull();
        none.forget(turns(none, ended("a", null)).get(0).key());
    }
}
