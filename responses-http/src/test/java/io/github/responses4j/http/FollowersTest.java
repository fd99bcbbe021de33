package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent.TextDelta;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.store.ResponseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a client costs that follows a response which says nothing, maybe for hours. */
class FollowersTest {
    private static final int PATIENCE_SECONDS = 30;

    /** Says one piece and then nothing until it is cancelled. */
    private static Backend saying(String piece) {
        return (request, sink, cancellation) -> {
            CountDownLatch over = new CountDownLatch(1);
            cancellation.onCancel(over::countDown);
            sink.accept(new TextDelta(piece));
            sink.flush();
            StreamTest.await(over);
        };
    }

    @Test
    void silentStreamsHoldNoBuffers() {
        int followers = 100;
        // The buffer has then grown to twice that, and is not so large that it would be given up at once.
        int piece = 28_000;
        long allowed = 3_000_000;
        try (TestServer server = TestServer.of(saying("x".repeat(piece)))) {
            String id = SlowReadersTest.begin(server);
            List<Wire> readers = new ArrayList<>();
            try {
                long before = SlowReadersTest.used();
                for (int i = 0; i < followers; i++) {
                    Wire reader = server.connect().request("GET", "/v1/responses/" + id + "?stream=true", "");
                    readers.add(reader);
                    reader.head();
                    reader.chunksUntil("event: response.output_text.delta\n");
                }
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                for (long held = SlowReadersTest.used() - before;
                        held > allowed;
                        held = SlowReadersTest.used() - before) {
                    assertThat(System.nanoTime()).as("%s bytes held", held).isLessThan(deadline);
                }
            } finally {
                readers.forEach(Wire::close);
                server.ask("POST", "/v1/responses/" + id + "/cancel", "");
            }
        }
    }

    @Test
    void whoWaitsHasNothingOfTheServerOnItsStack() {
        List<StackTraceElement[]> stacks = new CopyOnWriteArrayList<>();
        ResponseStore sound = ResponseStore.inMemory();
        ResponseStore store = (ResponseStore) Proxy.newProxyInstance(
                ResponseStore.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, given) -> {
                    if (method.getName().equals("tail")) {
                        stacks.add(Thread.currentThread().getStackTrace());
                    }
                    try {
                        return method.invoke(sound, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        ResponsesEngine engine =
                ResponsesEngine.builder().backend(saying("a")).store(store).build();
        try (TestServer server = TestServer.of(engine, handler -> handler, http -> http)) {
            String id = SlowReadersTest.begin(server);
            try (Wire reader = server.connect().request("GET", "/v1/responses/" + id + "?stream=true", "")) {
                reader.head();
                reader.chunksUntil("event: response.output_text.delta\n");
            }
            server.ask("POST", "/v1/responses/" + id + "/cancel", "");
        }
        List<List<String>> followers = stacks.stream()
                .map(stack -> Arrays.stream(stack)
                        .map(StackTraceElement::getClassName)
                        .toList())
                .filter(names -> names.contains(Streams.class.getName()))
                .toList();
        assertThat(followers)
                .isNotEmpty()
                .allSatisfy(names -> assertThat(names).noneMatch(name -> name.startsWith("org.eclipse.jetty.server.")));
    }
}
