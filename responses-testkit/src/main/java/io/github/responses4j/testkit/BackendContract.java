package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.tool.Cancellation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What every backend that speaks to an upstream over HTTP keeps to. A test of an adapter extends this, serves the answers, and names
 * its recorded exchanges.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class BackendContract {
    /** A text that is in the adapter's API key, and must never be seen. */
    protected static final String SECRET = "canary-key-5b1d";

    private static final String CANARY = "canary-body-77aa";

    /** For a test class to extend. */
    protected BackendContract() {}

    /**
     * The adapter, its upstream giving this answer to every request from now on. Its key contains {@link #SECRET}, it waits no time
     * before it tries again, and takes an upstream that is silent for a second for dead.
     */
    protected abstract Backend backend(WireAnswer answer);

    /** The body of the last request that the upstream got. */
    protected abstract JsonObject lastBody() throws InterruptedException;

    /** The recorded exchanges; one of them is named {@code text}, streams, and says at least three texts. */
    protected abstract List<RecordedWire> wires();

    /** A chunk of a stream that is well-formed and says nothing. */
    protected abstract String emptyChunk();

    /** A chunk of a stream in which the upstream tells of an internal error, with this text. */
    protected abstract String errorChunk(String message);

    /** The part of a recorded answer that must have arrived for the answer to be whole; all of it unless said otherwise. */
    protected String essence(RecordedWire wire) {
        return wire.answer();
    }

    // ---- recorded exchanges

    @TestFactory
    Stream<DynamicTest> sendsWhatIsRecorded() {
        return forEachWire(wire -> {
            Backend backend = backend(wire.wire());
            backend.sample(wire.request(), new BackendRecorder(), new Cancellation());

            assertThat(lastBody()).isEqualTo(wire.sent());
        });
    }

    @TestFactory
    Stream<DynamicTest> saysWhatIsRecorded() {
        return forEachWire(wire -> {
            BackendRecorder recorder = new BackendRecorder();
            backend(wire.wire()).sample(wire.request(), recorder, new Cancellation());

            assertThat(recorder.events()).isEqualTo(wire.events());
        });
    }

    @TestFactory
    Stream<DynamicTest> endsEverySampleWithOneStop() {
        return forEachWire(wire -> {
            BackendRecorder recorder = new BackendRecorder();
            backend(wire.wire()).sample(wire.request(), recorder, new Cancellation());

            List<String> events = recorder.events();
            int stop = IntStream.range(0, events.size())
                    .filter(i -> events.get(i).startsWith("stopped "))
                    .findFirst()
                    .orElseThrow();
            assertThat(events.subList(stop + 1, events.size())).allMatch(event -> event.startsWith("usage "));
        });
    }

    @TestFactory
    Stream<DynamicTest> readsTheSameWhereverThePiecesAreCut() {
        return forEachWire(wire -> {
            for (int size : new int[] {1, 7, 61}) {
                BackendRecorder recorder = new BackendRecorder();
                backend(wire.wire().withPieces(WireTiming.pieces(wire.bytes(), size)))
                        .sample(wire.request(), recorder, new Cancellation());

                assertThat(recorder.events()).as("pieces of %d bytes", size).isEqualTo(wire.events());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> readsOtherLineEnds() {
        return forEachWire(wire -> {
            String body = wire.answer();
            for (String lineEnd : wire.stream() ? List.of("\r\n", "\r") : List.of("\n")) {
                BackendRecorder recorder = new BackendRecorder();
                WireAnswer answer = wire.wire()
                        .withPieces(List.of(body.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8)));
                backend(answer).sample(wire.request(), recorder, new Cancellation());

                assertThat(recorder.events()).isEqualTo(wire.events());
            }
        });
    }

    // ---- answers that break off

    @TestFactory
    Stream<DynamicTest> neverTakesACutAnswerForAWholeOne() {
        return forEachWire(wire -> {
            int last = essence(wire).stripTrailing().getBytes(StandardCharsets.UTF_8).length;
            for (int bytes = 0; bytes < last; bytes++) {
                BackendRecorder recorder = new BackendRecorder();
                Backend backend = backend(wire.wire().cutAfter(bytes));
                Throwable thrown = catchThrowable(() -> backend.sample(wire.request(), recorder, new Cancellation()));

                assertThat(thrown).as("cut after byte %d", bytes).isInstanceOf(BackendException.class);
                assertThat(recorder.hasStopped()).as("cut after byte %d", bytes).isFalse();
                List<String> said = recorder.events();
                assertThat(said)
                        .as("cut after byte %d", bytes)
                        .isEqualTo(wire.events()
                                .subList(0, Math.min(said.size(), wire.events().size())));
            }
        });
    }

    @Test
    void failsWhenTheStreamEndsTooSoon() {
        RecordedWire wire = text();
        assertBroken(WireAnswer.stream(emptyChunk()));
        assertBroken(WireAnswer.stream(""));
        assertThat(wire.events()).isNotEmpty();
    }

    @Test
    void failsWhenTheUpstreamFallsSilent() {
        CountDownLatch done = new CountDownLatch(1);
        WireAnswer answer = WireAnswer.stream(emptyChunk()).waiting(piece -> {
            if (piece == 1) {
                WireTiming.await(done);
            }
        });
        try {
            assertThat(failure(answer).kind()).isEqualTo(Kind.TIMED_OUT);
        } finally {
            done.countDown();
        }
    }

    @Test
    void doesNotTakeCommentsForAnAnswer() {
        byte[] comment = ": still here\n\n".getBytes(StandardCharsets.UTF_8);
        List<byte[]> endless = new ArrayList<>(List.of(emptyChunk().getBytes(StandardCharsets.UTF_8)));
        Semaphore never = new Semaphore(0);
        for (int i = 0; i < 10_000; i++) {
            endless.add(comment);
        }
        // A comment every few milliseconds, for much longer than the silence that is borne.
        WireAnswer answer = WireAnswer.stream("").withPieces(endless).waiting(piece -> WireTiming.pause(never));

        assertThat(failure(answer).kind()).isEqualTo(Kind.TIMED_OUT);
    }

    // ---- answers that are none

    @Test
    void refusesWhatIsNoJson() {
        assertBroken(WireAnswer.stream("data: {\"choices\":[}\n\n"));
        assertBroken(WireAnswer.stream("data: {\n\n"));
        assertBroken(WireAnswer.stream("data: \"\"\n\n"));
        assertBroken(WireAnswer.stream("data: {\"a\":\"\0\"}\n\n"));
        assertBroken(WireAnswer.json(200, "<html>" + CANARY + "</html>"));
        assertBroken(WireAnswer.json(200, ""));
    }

    @Test
    void refusesInvalidUtf8() {
        byte[] body = "data: {\"type\":\"?\",\"object\":\"?\"}\n\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == '?' ? (byte) 0xC3 : body[i];
        }
        assertBroken(WireAnswer.stream(body));
    }

    @Test
    void refusesALineWithoutEnd() {
        byte[] block = new byte[1 << 16];
        Arrays.fill(block, (byte) 'a');
        List<byte[]> pieces = new ArrayList<>(List.of("data: {\"x\":\"".getBytes(StandardCharsets.UTF_8)));
        pieces.addAll(Collections.nCopies(1_000, block));
        AtomicInteger sent = new AtomicInteger();

        assertBroken(WireAnswer.stream("").withPieces(pieces).waiting(sent::set));
        assertThat(sent.get()).as("pieces of 64 KiB that were taken").isLessThan(500);
    }

    // ---- errors of the upstream's

    @TestFactory
    Stream<DynamicTest> tellsFailuresApart() {
        record Case(int status, String body, Kind kind) {}
        String plain = "{\"error\":{\"message\":\"" + CANARY + "\",\"type\":\"x\",\"code\":null}}";
        String length = "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}";
        String model = "{\"error\":{\"message\":\"The model `x` does not exist\",\"code\":\"model_not_found\"}}";
        return Stream.of(
                        new Case(400, length, Kind.REJECTED),
                        new Case(400, model, Kind.UNKNOWN_MODEL),
                        new Case(401, plain, Kind.UNAUTHORIZED),
                        new Case(403, plain, Kind.UNAUTHORIZED),
                        new Case(404, model, Kind.UNKNOWN_MODEL),
                        new Case(404, plain, Kind.BROKEN),
                        new Case(408, plain, Kind.TIMED_OUT),
                        new Case(422, length, Kind.REJECTED),
                        new Case(429, plain, Kind.RATE_LIMITED),
                        new Case(302, plain, Kind.BROKEN),
                        new Case(500, plain, Kind.BROKEN),
                        new Case(502, "<html>" + CANARY, Kind.BROKEN),
                        new Case(503, plain, Kind.UNAVAILABLE),
                        new Case(504, plain, Kind.TIMED_OUT),
                        new Case(529, plain, Kind.UNAVAILABLE))
                .map(it -> dynamicTest(it.status + " " + it.kind, () -> {
                    BackendException failure = failure(WireAnswer.json(it.status, it.body));

                    assertThat(failure.kind()).isEqualTo(it.kind);
                    assertThat(failure.text()).doesNotContain(CANARY, SECRET, "127.0.0.1", "localhost");
                }));
    }

    @Test
    void keepsTheCodeAndTheReasonOfARefusal() {
        String body = "{\"error\":{\"message\":\"" + "too long ".repeat(200)
                + "\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}";
        BackendException failure = failure(WireAnswer.json(400, body));

        assertThat(failure.code()).isEqualTo("context_length_exceeded");
        assertThat(failure.text()).startsWith("too long").hasSize(500);
    }

    @Test
    void keepsHowLongToWait() {
        String body = "{\"error\":{\"message\":\"slow down\"}}";
        assertThat(failure(WireAnswer.json(429, body).withHeader("Retry-After", "7"))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(failure(WireAnswer.json(429, body).withHeader("Retry-After", "86400"))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(failure(WireAnswer.json(503, body).withHeader("Retry-After", "-1"))
                        .retryAfter())
                .isNull();
        assertThat(failure(WireAnswer.json(503, body).withHeader("Retry-After", "soon"))
                        .retryAfter())
                .isNull();
    }

    @Test
    void tellsOfAnErrorWithinTheStream() {
        BackendException failure = failure(WireAnswer.stream(emptyChunk() + errorChunk(CANARY)));

        assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
        assertThat(failure.text()).doesNotContain(CANARY);
    }

    // ---- cancelling

    @Test
    void cancellingClosesTheConnection() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        Semaphore done = new Semaphore(0);
        byte[] chunk = emptyChunk().getBytes(StandardCharsets.UTF_8);
        // An upstream that is never silent and never ends: nothing but the cancel can end the sample.
        WireAnswer answer = WireAnswer.stream("")
                .withPieces(Collections.nCopies(100_000, chunk))
                .waiting(piece -> {
                    if (piece == 1) {
                        answering.countDown();
                    }
                    WireTiming.pause(done);
                });
        Backend backend = backend(answer);
        Cancellation cancellation = new Cancellation();
        BackendRequest request = text().request();
        CompletableFuture<Throwable> sample = WireTiming.onThread(
                () -> catchThrowable(() -> backend.sample(request, new BackendRecorder(), cancellation)));
        try {
            WireTiming.await(answering);
            cancellation.cancel();

            assertCancelled(sample.get(WireTiming.PATIENCE_SECONDS, TimeUnit.SECONDS));
        } finally {
            done.release();
        }
    }

    @Test
    void doesNotBeginWhatIsCancelled() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        BackendRecorder recorder = new BackendRecorder();
        Backend backend = backend(text().wire());

        assertCancelled(catchThrowable(() -> backend.sample(text().request(), recorder, cancellation)));
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void letsTheSinksOwnFailureThrough() {
        IllegalStateException full = new IllegalStateException("full");
        List<String> heard = new ArrayList<>();
        ModelEventSink sink = event -> {
            heard.add(BackendRecorder.describe(event));
            throw full;
        };
        Backend backend = backend(text().wire());

        assertThatThrownBy(() -> backend.sample(text().request(), sink, new Cancellation()))
                .isSameAs(full);
        assertThat(heard).hasSize(1);
    }

    // ---- one write for what one read produced

    @Test
    void flushesOnceForWhatArrivesAtOnce() {
        RecordedWire wire = text();
        byte[] all = wire.bytes();
        int split = WireTiming.lastEvent(all);
        CountDownLatch flushed = new CountDownLatch(1);
        WireTiming.FlushGate sink = new WireTiming.FlushGate(flushed::countDown);
        WireAnswer answer = wire.wire()
                .withPieces(List.of(Arrays.copyOf(all, split), Arrays.copyOfRange(all, split, all.length)))
                .waiting(piece -> {
                    if (piece == 1) {
                        WireTiming.await(flushed);
                    }
                });
        backend(answer).sample(wire.request(), sink, new Cancellation());

        assertThat(sink.recorder().events()).isEqualTo(wire.events());
        List<String> log = sink.recorder().log();
        assertThat(log.stream().filter(BackendRecorder.FLUSH::equals)).hasSize(1);
        assertThat(log.subList(0, log.indexOf(BackendRecorder.FLUSH)))
                .filteredOn(line -> line.startsWith("text "))
                .hasSizeGreaterThan(2);
    }

    @Test
    void flushesBeforeEveryWait() {
        RecordedWire wire = text();
        List<byte[]> events = WireTiming.events(wire.bytes());
        Semaphore flushes = new Semaphore(0);
        WireTiming.FlushGate sink = new WireTiming.FlushGate(flushes::release);
        WireAnswer answer = wire.wire().withPieces(events).waiting(piece -> {
            // The next event is not sent before what the last one made has been flushed.
            if (piece > 0 && piece < events.size()) {
                WireTiming.acquire(flushes);
            }
        });
        backend(answer).sample(wire.request(), sink, new Cancellation());

        assertThat(sink.recorder().events()).isEqualTo(wire.events());
        assertThat(sink.recorder().log().stream().filter(BackendRecorder.FLUSH::equals))
                .hasSize(events.size() - 1);
    }

    // ---- many at once

    @Test
    void servesManySamplesAtOnce() {
        RecordedWire wire = text();
        CountDownLatch all = new CountDownLatch(8);
        Backend backend = backend(wire.wire().waiting(piece -> {
            if (piece == 0) {
                all.countDown();
                WireTiming.await(all);
            }
        }));
        List<CompletableFuture<List<String>>> samples = IntStream.range(0, 8)
                .mapToObj(i -> WireTiming.onThread(() -> {
                    BackendRecorder recorder = new BackendRecorder();
                    backend.sample(wire.request(), recorder, new Cancellation());
                    return recorder.events();
                }))
                .toList();

        assertThat(samples)
                .allSatisfy(sample -> assertThat(sample.get(WireTiming.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo(wire.events()));
    }

    // ---- helpers

    /** The recorded exchange named {@code text}. */
    protected final RecordedWire text() {
        return wires().stream()
                .filter(wire -> wire.feature().equals("text"))
                .findFirst()
                .orElseThrow();
    }

    /** How the adapter fails when its upstream gives this answer; fails itself if it does not. */
    protected final BackendException failure(WireAnswer answer) {
        BackendRequest request = text().request();
        BackendRecorder recorder = new BackendRecorder();
        Backend backend = backend(answer);
        Throwable thrown = catchThrowable(() -> backend.sample(request, recorder, new Cancellation()));

        assertThat(thrown).isInstanceOf(BackendException.class);
        assertThat(recorder.hasStopped()).isFalse();
        return (BackendException) thrown;
    }

    private void assertBroken(WireAnswer answer) {
        BackendException failure = failure(answer);
        assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
        assertThat(failure.text()).doesNotContain(CANARY, SECRET);
    }

    private static void assertCancelled(Throwable thrown) {
        assertThat(thrown).isInstanceOf(BackendException.class);
        assertThat(((BackendException) thrown).kind()).isEqualTo(Kind.CANCELLED);
    }

    private Stream<DynamicTest> forEachWire(WireTest test) {
        return wires().stream().map(wire -> dynamicTest(wire.feature(), () -> test.run(wire)));
    }

    @FunctionalInterface
    private interface WireTest {
        void run(RecordedWire wire) throws InterruptedException;
    }
}
