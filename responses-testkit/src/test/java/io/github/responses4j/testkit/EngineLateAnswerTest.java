package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.offering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.testkit.FaultStore.Fault;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that gives no answer and does its work all the same, at once or when nobody waits for it any more. */
class EngineLateAnswerTest {
    private static final Tenant TENANT = Tenant.SINGLE;

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final ResponseStore sound = ResponseStore.inMemory();

    private static StoreException hangs() {
        return new StoreException("it hangs", true, null);
    }

    private static ResponseRequest streamed(ResponseRequest request) {
        return request.toBuilder()
                .set("background", BooleanNode.TRUE)
                .set("stream", BooleanNode.TRUE)
                .build();
    }

    /** Follows a background response to its end, and checks all its events against what is stored. */
    private Response end(ResponsesEngine engine, ResponseRequest request) {
        EventRecorder events = new EventRecorder();
        Response response = engine.stream(TENANT, streamed(request), events);
        StreamInvariants.check(events.json(), StreamOptions.strict());
        StreamInvariants.assertFoldEquals(events.json(), response.json().toNode());
        return response;
    }

    @Test
    void anEndThatIsStoredIsTheEndAlthoughTheStoreCouldNotBeAsked() {
        FaultStore store = new FaultStore(sound)
                .failAt(2, Fault.UNKNOWN_COMMITTED) // the end
                .failAt(3, Fault.BEFORE_COMMIT); // the look what has become of it
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(ScriptedBackend.answering("a")).store(store));
        ResponseRun run = engine.prepare(TENANT, ask("q"), RunOptions.DEFAULT);
        EventRecorder events = new EventRecorder();
        Response response = run.execute(events, new Cancellation());
        assertThat(store.calls()).startsWith("create", "append", "find");
        StreamInvariants.check(events.json(), StreamOptions.strict());
        StreamInvariants.assertFoldEquals(events.json(), response.json().toNode());
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(run.rejection()).isEmpty();
        assertThat(sound.find(TENANT, response.id()).orElseThrow().status()).isEqualTo(ResponseStatus.COMPLETED);
    }

    /** Some appends give no answer; what the last of them would have written is there only when the next one comes. */
    private static final class LateAppends extends ForwardingStore {
        private final int unanswered;
        private int appends;
        private @Nullable Append late;

        LateAppends(ResponseStore sound, int unanswered) {
            super(sound);
            this.unanswered = unanswered;
        }

        @Override
        public synchronized Append.Result append(Lease lease, Append append) {
            if (++appends <= unanswered) {
                late = append;
                return Append.Result.UNKNOWN;
            }
            Append first = late;
            late = null;
            if (first != null) {
                assertThat(super.append(lease, first)).isEqualTo(Append.Result.OK);
            }
            return super.append(lease, append);
        }
    }

    /** Two: the write is tried again with more behind it. Three and four: it is, and gets no answer again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void whatComesThroughLateDoesNotStandInTheWay(int unanswered) {
        if (unanswered > 1) {
            engines.expectLog("waits for the store");
        }
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("one ").flush().text("two ").flush().call("c1", "f", "{}"))
                .sample(model -> model.text("three"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .store(new LateAppends(sound, unanswered))
                .tool(hosted("f", arguments -> "x")));
        Response response = end(engine, offering("q", "f"));
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("message", "function_call", "function_call_output", "message");
        assertThat(backend.requests()).hasSize(2);
    }

    /** The first append has happened, unheard; what comes behind it fails until there is still more. */
    private static final class OneAfterTheOther extends ForwardingStore {
        private final Gate firstUnheard = new Gate();
        private final Gate secondFailed = new Gate();
        private int appends;
        private boolean silent;

        OneAfterTheOther(ResponseStore sound) {
            super(sound);
        }

        @Override
        public synchronized Append.Result append(Lease lease, Append append) {
            appends++;
            if (appends == 1) {
                silent = true;
                assertThat(super.append(lease, append)).isEqualTo(Append.Result.OK);
                throw hangs();
            }
            if (appends == 3) {
                secondFailed.open();
            }
            if (appends <= 3) {
                throw hangs();
            }
            return super.append(lease, append);
        }

        @Override
        public synchronized Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            if (silent) {
                silent = false;
                firstUnheard.open();
                throw hangs();
            }
            return super.find(tenant, id);
        }
    }

    @Test
    void nothingIsWrittenTwiceWhenTheStoreFailsTwice() {
        engines.expectLog("waits for the store");
        OneAfterTheOther store = new OneAfterTheOther(sound);
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.reasoning("one")
                        .say(new ModelEvent.ItemEnded())
                        .flush()
                        .await(store.firstUnheard)
                        .text("two")
                        .say(new ModelEvent.ItemEnded())
                        .flush()
                        .await(store.secondFailed)
                        .call("c1", "f", "{}"))
                .sample(model -> model.text("three"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store).tool(hosted("f", arguments -> "x")));
        Response response = end(engine, offering("q", "f"));
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        assertThat(response.output())
                .extracting(Item::type)
                .containsExactly("reasoning", "message", "function_call", "function_call_output", "message");
    }

    @Test
    void aToolWhoseStartGotNoAnswerIsCalledOnce() {
        engines.expectLog("waits for the store");
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        ResponseStore store = new ForwardingStore(sound) {
            @Override
            public ToolStart toolStarted(Lease lease, String callId, String requestHash) {
                ToolStart start = super.toolStarted(lease, callId, requestHash);
                if (starts.incrementAndGet() == 1) {
                    throw hangs();
                }
                return start;
            }
        };
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("done"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .store(store)
                .tool(hosted("f", arguments -> "call " + calls.incrementAndGet())));
        Response response = end(engine, offering("q", "f"));
        assertThat(response.output().get(1).json().string("output")).isEqualTo("call 1");
        assertThat(starts).hasValue(2);
        assertThat(calls).hasValue(1);
    }

    /** The first creates give no answer; they are carried out when the test says so. */
    private static final class LateCreates extends ForwardingStore {
        private final Queue<NewResponse> late = new ConcurrentLinkedQueue<>();
        private final AtomicInteger unanswered;

        LateCreates(ResponseStore sound, int unanswered) {
            super(sound);
            this.unanswered = new AtomicInteger(unanswered);
        }

        @Override
        public Created create(NewResponse response) {
            if (unanswered.getAndDecrement() > 0) {
                late.add(response);
                throw hangs();
            }
            return super.create(response);
        }

        ResponseId comesThrough() {
            NewResponse response = late.remove();
            assertThat(super.create(response).outcome()).isEqualTo(Created.Outcome.CREATED);
            return response.id();
        }
    }

    private static void await(String what, BooleanSupplier so) {
        long patience =
                System.nanoTime() + Duration.ofSeconds(Gate.PATIENCE_SECONDS).toNanos();
        while (!so.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(patience);
            Thread.onSpinWait();
        }
    }

    @Test
    void aBackgroundResponseWhoseCallerWasToldThatThereIsNoneIsNotKept() {
        LateCreates store = new LateCreates(sound, 1);
        ScriptedBackend backend = ScriptedBackend.answering();
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).store(store));
        assertThatThrownBy(() -> engine.create(TENANT, streamed(ask("q")))).isInstanceOf(ServerException.class);
        ResponseId id = store.comesThrough();
        await("it should be deleted", () -> sound.find(TENANT, id).isEmpty());
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void aKeyWhoseFirstUseGotNoAnswerCanBeUsed() {
        LateCreates store = new LateCreates(sound, 1);
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(ScriptedBackend.answering("a")).store(store));
        RunOptions keyed = RunOptions.DEFAULT.withIdempotencyKey("k");
        assertThatThrownBy(() -> engine.prepare(TENANT, ask("q"), keyed).execute(event -> {}, new Cancellation()))
                .isInstanceOf(ServerException.class);
        ResponseId id = store.comesThrough();
        await("it should be deleted", () -> sound.find(TENANT, id).isEmpty());
        Response response = engine.prepare(TENANT, ask("q"), keyed).execute(event -> {}, new Cancellation());
        assertThat(response.outputText()).isEqualTo("a");
    }

    /** Whoever asks again with the same key is given the same background response: it must stay. */
    @Test
    void aBackgroundResponseUnderAKeyStays() {
        LateCreates store = new LateCreates(sound, 2);
        ResponsesEngine engine = engines.engine(
                builder -> builder.backend(ScriptedBackend.answering("a")).store(store));
        RunOptions keyed = RunOptions.DEFAULT.withIdempotencyKey("k");
        assertThatThrownBy(
                        () -> engine.prepare(TENANT, streamed(ask("q")), keyed).submit())
                .isInstanceOf(ServerException.class);
        assertThatThrownBy(() -> engine.create(TENANT, ask("other"))).isInstanceOf(ServerException.class);
        ResponseId id = store.comesThrough();
        ResponseId other = store.comesThrough();
        await("the other one should be deleted", () -> sound.find(TENANT, other).isEmpty());
        assertThat(sound.find(TENANT, id)).isPresent();
        Response again = engine.prepare(TENANT, streamed(ask("q")), keyed).submit();
        assertThat(again.id()).isEqualTo(id);
    }
}
