package io.github.responses4j.benchmarks;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many clients that follow a background response that says nothing, on one server in a process of its own.
 *
 * <pre>IdleTails sqlite|postgres [folder] [streams] [seconds]</pre>
 *
 * <p>Prints a JSON line: growth of the server's resident memory per stream, with the garbage of the time and without, its threads, its processor time while nothing but heartbeats
 * happens, and how late heartbeats are against the 15 seconds that they are due after. Linux only.
 */
public final class IdleTails {
    private static final double HEARTBEAT_SECONDS = 15;
    private static final int WARM_UP = 200;
    private static final long SETTLING_MILLIS = 2000;

    private IdleTails() {}

    /** Measures, in the process that is started by hand, or serves, in the one that this starts. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve(args[1], Path.of(args[2]));
            return;
        }
        String folder = args.length > 1 ? args[1] : "target/bench";
        int streams = args.length > 2 ? Integer.parseInt(args[2]) : 2000;
        int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 50;
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdleTails.class.getName(),
                        "serve",
                        args[0],
                        folder)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader words =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(words.readLine());
            measure(args[0], server.pid(), port, streams, seconds);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static void serve(String name, Path folder) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Backend silent = (request, sink, cancellation) -> {
            sink.accept(new ModelEvent.TextDelta("a word, then nothing", null));
            sink.flush();
            CountDownLatch over = new CountDownLatch(1);
            cancellation.onCancel(over::countDown);
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            sink.accept(new ModelEvent.Stopped(StopReason.DONE));
        };
        try (BenchStore database = BenchStore.open(name, folder);
                ResponsesEngine engine = ResponsesEngine.builder()
                        .backend(silent)
                        .store(database.store())
                        .build();
                ResponsesHttpServer server =
                        ResponsesHttpServer.builder(engine).port(0).build().start()) {
            System.out.println(server.port());
            never.await();
        }
    }

    private static void measure(String name, long pid, int port, int streams, int seconds) throws Exception {
        String id = begin(port);
        try (Tails tails = new Tails(port, id)) {
            // What the first streams bring along, code and buffers, is not counted.
            tails.open(WARM_UP);
            tails.listen(2);
            collect(pid);
            long before = resident(pid);
            tails.open(streams);
            tails.listen(5);
            long cpu = cpuTicks(pid);
            tails.beats.clear();
            long start = System.nanoTime();
            tails.listen(seconds);
            double took = (System.nanoTime() - start) / 1e9;
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("streams", (double) streams);
            figures.put("kB_per_stream", (double) (resident(pid) - before) / streams);
            collect(pid);
            figures.put("kB_per_stream_collected", (double) (resident(pid) - before) / streams);
            figures.put("resident_MB", resident(pid) / 1024.0);
            figures.put("threads", (double) status(pid, "Threads:"));
            figures.put("cpu_percent_of_a_core", (cpuTicks(pid) - cpu) / took);
            List<Double> late = new ArrayList<>(tails.beats);
            Collections.sort(late);
            figures.put("heartbeats", (double) late.size());
            figures.put("late_seconds_p50", quantile(late, 0.5));
            figures.put("late_seconds_p99", quantile(late, 0.99));
            new Figures(name).print("idle tails, Java " + Runtime.version().feature(), figures);
        }
    }

    private static double quantile(List<Double> sorted, double part) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) (part * (sorted.size() - 1)));
    }

    private static String begin(int port) throws IOException {
        byte[] body = "{\"model\":\"m\",\"input\":\"q\",\"background\":true,\"stream\":true}"
                .getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head =
                    "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            InputStream in = socket.getInputStream();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: {")) {
                        JsonObject event = JsonObject.parse(line.substring(6));
                        JsonObject response = event.object("response");
                        if (response != null) {
                            return response.string("id", "");
                        }
                    }
                }
            }
        }
        throw new IOException("no response was begun");
    }

    /** Lets garbage go, and the memory that it was in, which the JVM gives back on a thread of its own, a little later. */
    private static void collect(long pid) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Thread.sleep(SETTLING_MILLIS);
    }

    private static long resident(long pid) throws IOException {
        return status(pid, "VmRSS:");
    }

    private static long status(long pid, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(
                        line.substring(name.length()).replace("kB", "").strip());
            }
        }
        throw new IOException("no " + name);
    }

    /** Hundredths of a second. */
    private static long cpuTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** Open streams, read by one thread. */
    private static final class Tails implements AutoCloseable {
        private final Selector selector = Selector.open();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
        private final int port;
        private final byte[] request;
        /** By how many seconds heartbeats were late. */
        private final List<Double> beats = new ArrayList<>();

        Tails(int port, String id) throws IOException {
            this.port = port;
            this.request = ("GET /v1/responses/" + id + "?stream=true HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        void open(int streams) throws IOException {
            for (int i = 0; i < streams; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.write(ByteBuffer.wrap(request));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new long[] {System.nanoTime()});
                if (i % 100 == 99) {
                    listen(0.2);
                }
            }
        }

        void listen(double seconds) throws IOException {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                for (SelectionKey key : selector.selectedKeys()) {
                    take(key);
                }
                selector.selectedKeys().clear();
            }
        }

        private void take(SelectionKey key) throws IOException {
            buffer.clear();
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                throw new IOException("the server has ended a stream");
            }
            long[] last = (long[]) key.attachment();
            long now = System.nanoTime();
            buffer.flip();
            String text = StandardCharsets.US_ASCII.decode(buffer).toString();
            if (text.contains(": keepalive")) {
                beats.add((now - last[0]) / 1e9 - HEARTBEAT_SECONDS);
            }
            last[0] = now;
        }

        @Override
        public void close() throws IOException {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }
}
