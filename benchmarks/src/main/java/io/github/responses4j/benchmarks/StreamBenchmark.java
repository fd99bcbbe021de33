package io.github.responses4j.benchmarks;

import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.codec.ResponseTemplate;
import io.github.responses4j.codec.WireBuffer;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.stream.ResponseStateMachine;
import io.github.responses4j.stream.TerminalGate;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one text delta costs in the state machine, and in the state machine and the writer together. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StreamBenchmark {
    private static final int DELTAS = 200;

    private final ModelEvent delta = new ModelEvent.TextDelta("lorem");
    private final ModelEvent stopped = new ModelEvent.Stopped(StopReason.DONE);
    private final JsonObject created = ResponseTemplate.of(
            new ResponseId("resp_1"),
            Instant.EPOCH,
            ResponseRequest.builder("demo", "hi").build(),
            null);
    private final EventWriter writer = new EventWriter(Profile.DEFAULT);
    private final WireBuffer wire = new WireBuffer();

    /** The state machine alone, per delta of an answer of 200. */
    @Benchmark
    @OperationsPerInvocation(DELTAS)
    public Object machine() {
        return answer(EventSink.discard());
    }

    /** The state machine and the frames of a server-sent event stream, per delta of an answer of 200. */
    @Benchmark
    @OperationsPerInvocation(DELTAS)
    public Object machineAndFrames() {
        wire.clear();
        answer(event -> writer.frame(event, wire));
        return wire.size();
    }

    private Object answer(EventSink sink) {
        ResponseStateMachine machine = new ResponseStateMachine(
                created, prefix -> prefix + "_1", Clock.systemUTC(), sink, TerminalGate.open());
        machine.start();
        machine.beginStep();
        for (int i = 0; i < DELTAS; i++) {
            machine.accept(delta);
        }
        machine.accept(stopped);
        machine.endStep();
        return machine.complete();
    }
}
