package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptedBackendTest {
    private static final BackendRequest REQUEST =
            new BackendRequest("m", null, List.of(), List.of(), ToolChoice.AUTO, null, true, ask("q"));

    private static List<ModelEvent> heard(ScriptedBackend backend) {
        List<ModelEvent> events = new ArrayList<>();
        backend.sample(REQUEST, events::add, new Cancellation());
        return events;
    }

    @Test
    void itSaysWhatItWasToldSampleAfterSample() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("a").call("c1", "f", "{}").usage(1, 2))
                .sample(model -> model.text("b"))
                .sample(model -> model.text("c").stop(StopReason.CONTENT_FILTER))
                .sample(model -> model.text("d").cut());
        assertThat(heard(backend))
                .containsExactly(
                        new ModelEvent.TextDelta("a"),
                        new ModelEvent.CallStarted("c1", "f"),
                        new ModelEvent.CallDelta("c1", "{"),
                        new ModelEvent.CallDelta("c1", "}"),
                        new ModelEvent.CallEnded("c1"),
                        new ModelEvent.UsageReported(io.github.responses4j.response.Usage.of(1, 2)),
                        new ModelEvent.Stopped(StopReason.TOOL_CALLS));
        assertThat(heard(backend)).last().isEqualTo(new ModelEvent.Stopped(StopReason.DONE));
        assertThat(heard(backend)).last().isEqualTo(new ModelEvent.Stopped(StopReason.CONTENT_FILTER));
        assertThat(heard(backend)).containsExactly(new ModelEvent.TextDelta("d"));
        backend.assertExhausted();
        assertThat(backend.requests()).hasSize(4).allMatch(REQUEST::equals);
    }

    @Test
    void whatWasNotScriptedFailsLoudly() {
        ScriptedBackend backend = ScriptedBackend.answering("a");
        assertThatThrownBy(backend::assertExhausted)
                .isInstanceOf(AssertionError.class)
                .hasMessage("1 of 1 scripted samples were not asked for");
        assertThatThrownBy(() -> backend.request(0)).isInstanceOf(AssertionError.class);
        heard(backend);
        assertThatCode(backend::assertExhausted).doesNotThrowAnyException();
        assertThatThrownBy(() -> heard(backend))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("sample 2 was not scripted");
        assertThat(backend.request(1)).isEqualTo(REQUEST);
    }

    @Test
    void itFailsWhereItIsTold() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.fail(BackendException.Kind.UNREACHABLE, "x"))
                .sample(model -> model.text("a").fail(new IllegalStateException("y")))
                .sampleCutAfter(1, model -> model.text("a", "b"));
        assertThatThrownBy(() -> heard(backend)).isInstanceOf(BackendException.class);
        List<ModelEvent> events = new ArrayList<>();
        assertThatThrownBy(() -> backend.sample(REQUEST, events::add, new Cancellation()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(events).containsExactly(new ModelEvent.TextDelta("a"));
        assertThat(heard(backend)).containsExactly(new ModelEvent.TextDelta("a"));
    }

    @Test
    void aCancelEndsASampleThatHangs() throws Exception {
        Gate begun = new Gate();
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.open(begun).hang()).sample(model -> model.text("never"));
        Cancellation cancellation = new Cancellation();
        Requests.Later<String> sampling = Requests.later(() -> {
            try {
                backend.sample(REQUEST, event -> {}, cancellation);
                return "returned";
            } catch (BackendException e) {
                return e.kind().toString();
            }
        });
        begun.await();
        cancellation.cancel();
        assertThat(sampling.get()).isEqualTo("CANCELLED");
        assertThatThrownBy(() -> backend.sample(REQUEST, event -> {}, cancellation))
                .isInstanceOf(BackendException.class);
    }

    @Test
    void garblingDependsOnTheSeedAlone() {
        List<List<ModelEvent>> all = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            all.add(heard(new ScriptedBackend()
                    .sample(model -> model.text("a", "b", "c", "d", "e").garble(seed))));
        }
        assertThat(all.get(0)).isEqualTo(all.get(1)).isNotEqualTo(all.get(2));
        assertThat(all.get(0)).containsExactlyInAnyOrderElementsOf(all.get(2));
    }

    @Test
    void listsOfEventsAreSaidAsTheyAre() {
        List<ModelEvent> sample = List.of(new ModelEvent.TextDelta("a"), new ModelEvent.Stopped(StopReason.DONE));
        ScriptedBackend backend = ScriptedBackend.of(sample, List.of());
        assertThat(heard(backend)).isEqualTo(sample);
        assertThat(heard(backend)).isEmpty();
    }

    @Test
    void aGateLetsThroughOnceItIsOpen() throws Exception {
        Gate gate = new Gate();
        Requests.Later<Boolean> waiting = Requests.later(() -> gate.awaitUnless(new Cancellation()));
        assertThat(gate.isOpen()).isFalse();
        gate.open();
        gate.await();
        assertThat(waiting.get()).isTrue();
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThat(new Gate().awaitUnless(cancelled)).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new Gate().await()).isInstanceOf(AssertionError.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void idsAreCountedForEachPrefix() {
        SequentialIds ids = new SequentialIds();
        assertThat(List.of(ids.next("msg"), ids.next("rs"), ids.next("msg"))).containsExactly("msg_1", "rs_1", "msg_2");
    }
}
