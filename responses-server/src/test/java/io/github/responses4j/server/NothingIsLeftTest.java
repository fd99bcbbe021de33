package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.backends.ResponsesBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.store.ResponseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Ten thousand requests, half of them streams, through a server whose backend is another server; then everything is closed. */
class NothingIsLeftTest {
    private static final int REQUESTS = 10_000;
    private static final int CALLERS = 8;
    private static final long MEGABYTE = 1 << 20;

    @Test
    void threadsConnectionsAndMemoryAreBackWhereTheyWere() throws Exception {
        serve(CALLERS * 50);
        Map<String, Long> threads = threads();
        long sockets = sockets();
        long memory = usedMemory();

        serve(REQUESTS);

        assertThat(usedMemory() - memory).isLessThan(16 * MEGABYTE);
        assertThat(sockets()).isLessThanOrEqualTo(sockets);
        threads()
                .forEach((name, count) -> assertThat(count)
                        .as("threads called %s", name)
                        .isLessThanOrEqualTo(threads.getOrDefault(name, 0L)));
    }

    /** Answers requests, closes everything, and waits for the threads that are ending. */
    private static void serve(int requests) throws Exception {
        List<Thread> before = platformThreads();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        OkHttpClient client = new OkHttpClient();
        try (ResponseStore store = ResponseStore.inMemory(Clock.systemUTC(), Duration.ofHours(1), 500);
                ResponsesEngine model =
                        ResponsesEngine.builder().backend(DemoBackend.create()).build();
                ResponsesHttpServer upstream =
                        ResponsesHttpServer.builder(model).port(0).build().start();
                ResponsesBackend backend = ResponsesBackend.builder("http://127.0.0.1:" + upstream.port() + "/v1")
                        .build();
                ResponsesEngine engine =
                        ResponsesEngine.builder().backend(backend).store(store).build();
                ResponsesHttpServer server =
                        ResponsesHttpServer.builder(engine).port(0).build().start()) {
            String url = "http://127.0.0.1:" + server.port() + "/v1/responses";
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                all.add(callers.submit(() -> call(client, url, requests / CALLERS)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            callers.shutdown();
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
        for (Thread thread : platformThreads()) {
            // OkHttp and the JDK keep some threads of their own, a fixed number, for a while.
            if (!before.contains(thread) && thread.getName().startsWith("responses")) {
                thread.join(Duration.ofSeconds(40).toMillis());
            }
        }
    }

    private static void call(OkHttpClient client, String url, int times) {
        MediaType json = MediaType.get("application/json");
        for (int i = 0; i < times; i++) {
            String body = "{\"model\":\"demo\",\"stream\":" + (i % 2 == 0) + ",\"input\":\"What is 5 + 3?\"}";
            Request request = new Request.Builder()
                    .url(url)
                    .post(RequestBody.create(body, json))
                    .build();
            try (Response response = client.newCall(request).execute()) {
                assertThat(response.body().string()).contains("8");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Thread> platformThreads() {
        return List.copyOf(Thread.getAllStackTraces().keySet());
    }

    private static Map<String, Long> threads() {
        return platformThreads().stream()
                .filter(Thread::isAlive)
                // One pool of OkHttp's for all clients, and the JDK's for all virtual threads, which end by themselves:
                // how large they grow depends on how busy the machine is.
                .filter(thread -> !thread.getName().startsWith("OkHttp TaskRunner"))
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool-"))
                .collect(Collectors.groupingBy(
                        thread -> thread.getName().replaceAll("\\d+", "#").replaceAll("@[0-9a-f#]+", "@"),
                        Collectors.counting()));
    }

    /** How many sockets the process holds, where the system tells. */
    private static long sockets() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(NothingIsLeftTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static long usedMemory() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
