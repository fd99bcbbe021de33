package io.github.responses4j.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.management.OperatingSystemMXBean;
import io.github.responses4j.backends.ChatBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSource;

/**
 * What one call and one streamed delta cost inside a JVM: the engine with its store in memory over a chat backend, beside bare OkHttp with
 * a streaming JSON parser, against the same fake backend.
 *
 * <pre>InProcess engine|okhttp-jackson PORT [warm-up seconds] [seconds per block]</pre>
 *
 * <p>One client per process, so that none profits from another's compiled code. Prints JSON lines: processor time of the whole process
 * (collector and compiler too) and bytes allocated, per call and per delta.
 */
public final class InProcess {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private InProcess() {}

    /** One way to get an answer. */
    private interface Client {
        int stream(String model) throws IOException;

        int call(String model) throws IOException;
    }

    /** Runs the blocks for one client. */
    public static void main(String[] args) throws Exception {
        String name = args[0];
        String base = "http://127.0.0.1:" + args[1] + "/v1";
        double warmUp = args.length > 2 ? Double.parseDouble(args[2]) : 8;
        double seconds = args.length > 3 ? Double.parseDouble(args[3]) : 5;
        Client client = name.equals("engine") ? new Engine(base) : new Bare(base);
        int deltas = client.stream("fake-200");
        int length = client.call("fake-200");
        if (deltas != 200 || length != 1000) {
            throw new IllegalStateException(name + " saw " + deltas + " deltas and " + length + " characters");
        }
        Block burst = new Block(name, "burst", client, 16, true, "fake-200");
        Block paced = new Block(name, "paced", client, 32, true, "fake-200-10ms");
        Block call = new Block(name, "call", client, 16, false, "fake-200");
        burst.run(warmUp);
        call.run(warmUp / 4);
        for (int round = 0; round < 3; round++) {
            OUT.println(burst.run(seconds));
            OUT.println(paced.run(seconds));
            OUT.println(call.run(seconds));
        }
        System.exit(0);
    }

    private record Block(String name, String what, Client client, int threads, boolean stream, String model) {
        String run(double seconds) throws InterruptedException {
            long cpu = cpu();
            long allocated = allocated();
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            AtomicInteger calls = new AtomicInteger();
            AtomicLong deltas = new AtomicLong();
            Thread[] workers = new Thread[threads];
            for (int i = 0; i < threads; i++) {
                workers[i] = new Thread(() -> work(end, calls, deltas));
                workers[i].start();
            }
            for (Thread worker : workers) {
                worker.join();
            }
            double us = (cpu() - cpu) / 1e3;
            double bytes = allocated() - allocated;
            long units = stream ? deltas.get() : calls.get();
            return String.format(
                    Locale.ROOT,
                    "{\"client\":\"%s\",\"what\":\"%s\",\"threads\":%d,\"calls\":%d,\"cpu_us\":%.3f,\"alloc_b\":%.0f}",
                    name,
                    what,
                    threads,
                    calls.get(),
                    us / Math.max(1, units),
                    bytes / Math.max(1, units));
        }

        private void work(long end, AtomicInteger calls, AtomicLong deltas) {
            try {
                while (System.nanoTime() < end) {
                    deltas.addAndGet(stream ? client.stream(model) : client.call(model));
                    calls.incrementAndGet();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Bytes allocated by all threads so far; needs JDK 21, otherwise 0. */
    private static long allocated() {
        try {
            return (Long) com.sun.management.ThreadMXBean.class
                    .getMethod("getTotalThreadAllocatedBytes")
                    .invoke(ManagementFactory.getThreadMXBean());
        } catch (ReflectiveOperationException beforeJava21) {
            return 0;
        }
    }

    private static final class Engine implements Client {
        private final ResponsesEngine engine;

        Engine(String base) {
            engine = ResponsesEngine.builder()
                    .backend(ChatBackend.builder(base).build())
                    .build();
        }

        @Override
        public int stream(String model) {
            int[] seen = new int[1];
            engine.stream(Tenant.SINGLE, ResponseRequest.builder(model, "hi").build(), event -> {
                if (event instanceof OutputTextDelta delta && !delta.delta().isEmpty()) {
                    seen[0]++;
                }
            });
            return seen[0];
        }

        @Override
        public int call(String model) {
            Response response = engine.create(
                    Tenant.SINGLE, ResponseRequest.builder(model, "hi").build());
            return response.outputText().length();
        }
    }

    private static final class Bare implements Client {
        private static final JsonFactory JSON = new JsonFactory();
        private final OkHttpClient http = new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
                .build();
        private final String base;

        Bare(String base) {
            this.base = base;
        }

        private okhttp3.Response send(String model, boolean stream) throws IOException {
            String body = "{\"model\":\"" + model + "\",\"stream\":" + stream
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            return http.newCall(new Request.Builder()
                            .url(base + "/chat/completions")
                            .post(RequestBody.create(body, MediaType.get("application/json")))
                            .build())
                    .execute();
        }

        @Override
        public int stream(String model) throws IOException {
            int seen = 0;
            try (okhttp3.Response response = send(model, true)) {
                BufferedSource source = response.body().source();
                for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
                    if (line.startsWith("data: {")) {
                        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                        seen += content(bytes, 6).isEmpty() ? 0 : 1;
                    }
                }
            }
            return seen;
        }

        @Override
        public int call(String model) throws IOException {
            try (okhttp3.Response response = send(model, false)) {
                return content(response.body().bytes(), 0).length();
            }
        }

        private static String content(byte[] json, int from) throws IOException {
            try (JsonParser parser = JSON.createParser(json, from, json.length - from)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (token == JsonToken.FIELD_NAME && "content".equals(parser.currentName())) {
                        return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
                    }
                }
            }
            return "";
        }
    }
}
