package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.Tenant;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A store in front of another keeps the contract as long as no fault is asked for. */
class FaultStoreTest extends ResponseStoreContract {
    private static final Tenant MINE = StoreFixture.TENANT;

    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        return new FaultStore(ResponseStore.inMemory(clock, retention, 10_000));
    }

    private FaultStore faults() {
        return (FaultStore) store;
    }

    private static void assertFault(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(StoreException.class)
                .hasMessage("injected fault: " + message)
                .satisfies(thrown ->
                        assertThat(((StoreException) thrown).retryable()).isTrue());
    }

    @Test
    void aFaultBeforeTheCommitDoesNothing() {
        faults().failAt(2, FaultStore.Fault.BEFORE_COMMIT);

        running("a");
        assertFault(() -> create(draft("b")), "create BEFORE_COMMIT");
        assertThat(store.find(MINE, id("b"))).isEmpty();
        running("b");
        assertThat(faults().calls()).containsExactly("create", "create", "find", "create");
    }

    @Test
    void aFaultAfterTheCommitKeepsTheAnswerBack() {
        faults().failAt(1, FaultStore.Fault.AFTER_COMMIT).failAt(4, FaultStore.Fault.AFTER_COMMIT);

        assertFault(() -> create(draft("a")), "create AFTER_COMMIT");
        assertThat(found("a").epoch()).isEqualTo(1);
        Lease lease = new Lease(MINE, id("a"), NODE, 1);
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);
        assertFault(() -> store.append(lease, more(0, 1)), "append AFTER_COMMIT");
        assertThat(found("a").lastSeq()).isEqualTo(1);
    }

    @Test
    void anAppendMayNotKnowWhatBecameOfIt() {
        Lease lease = running("a");
        faults().failAt(2, FaultStore.Fault.UNKNOWN_LOST).failAt(4, FaultStore.Fault.UNKNOWN_COMMITTED);

        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.UNKNOWN);
        assertThat(found("a").lastSeq()).isEqualTo(-1);
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.UNKNOWN);
        assertThat(found("a").lastSeq()).isZero();
        faults().failAt(6, FaultStore.Fault.UNKNOWN_COMMITTED).failAt(7, FaultStore.Fault.UNKNOWN_LOST);
        assertFault(() -> store.delete(MINE, id("a")), "delete UNKNOWN_COMMITTED");
        assertFault(() -> store.find(MINE, id("a")), "find UNKNOWN_LOST");
        assertThat(store.find(MINE, id("a"))).isEmpty();
    }

    @Test
    void aStoreThatIsDownFailsEveryCallUntilItIsHealed() {
        Lease lease = running("a");
        faults().failFrom(2);
        assertThat(store.healthy()).isTrue();
        ResponseId a = id("a");

        List<ThrowingCallable> calls = List.of(
                () -> create(draft("b")),
                () -> store.claim(NODE, 1, LEASE),
                () -> store.renew(List.of(lease), LEASE),
                () -> store.append(lease, more(-1, 1)),
                () -> store.toolStarted(lease, "call", "hash"),
                () -> store.cancel(MINE, a),
                () -> store.tail(MINE, a, -1, 1),
                () -> store.changed(List.of(new ResponseKey(MINE, a))),
                () -> store.find(MINE, a),
                () -> store.chain(MINE, a),
                () -> store.inputItems(MINE, a, PageQuery.first()),
                () -> store.delete(MINE, a),
                () -> store.items(MINE, List.of("item_1")),
                () -> store.responses(MINE, PageQuery.first()),
                () -> conversation("conv"),
                () -> store.conversation(MINE, conv("conv")),
                () -> store.conversationContent(MINE, conv("conv")),
                () -> store.conversationItems(MINE, conv("conv"), PageQuery.first()),
                () -> store.conversationItem(MINE, conv("conv"), "item_1"),
                () -> store.updateConversation(MINE, conv("conv"), "{}"),
                () -> store.deleteConversation(MINE, conv("conv")),
                () -> store.addConversationItems(MINE, conv("conv"), List.of()),
                () -> store.deleteConversationItem(MINE, conv("conv"), "item_1"),
                () -> store.reap(NODE, 1, LEASE),
                () -> store.underKey(MINE, new IdempotencyKey("key", "hash")),
                () -> store.lineage(MINE, a),
                () -> store.restore(MINE, a),
                () -> store.sweep(1),
                () -> store.usage(MINE, clock.instant(), clock.instant(), 1));
        calls.forEach(call -> assertThatThrownBy(call).isInstanceOf(StoreException.class));
        assertThat(store.healthy()).isFalse();

        assertThat(faults().calls().stream().distinct())
                .containsExactlyInAnyOrderElementsOf(Stream.of(ResponseStore.class.getDeclaredMethods())
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .map(Method::getName)
                        .filter(name -> !List.of("durable", "healthy", "close").contains(name))
                        .toList());
        faults().heal();
        assertThat(store.healthy()).isTrue();
        assertThat(store.append(lease, more(-1, 1))).isEqualTo(Append.Result.OK);
    }
}
