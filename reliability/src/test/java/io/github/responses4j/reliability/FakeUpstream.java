package io.github.responses4j.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server of chat completions that does what a {@link Script} says, and notes who hangs up and when. */
final class FakeUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /** One request; its connection serves no other. */
    static final class Call {
        private final String said;
        private final CountDownLatch spoken = new CountDownLatch(1);
        private final CountDownLatch hungUp = new CountDownLatch(1);
        private volatile long hungUpAt;

        private Call(String said) {
            this.said = said;
        }

        /** The last message of the user. */
        String said() {
            return said;
        }

        /** Waits until everything has been said that the script has to say. */
        void awaitSpoken() {
            await(spoken);
        }

        /** Waits until the caller closes the connection; the time of it, by {@link System#nanoTime}. */
        long awaitHungUp() {
            await(hungUp);
            return hungUpAt;
        }

        boolean isHungUp() {
            return hungUp.getCount() == 0;
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(Column.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("the upstream waits in vain");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    FakeUpstream() {
        try {
            server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /** The requests so far. */
    List<Call> calls() {
        return calls;
    }

    /** Waits for the request that a script has caused. */
    Call await(String script) {
        Timing.until(
                "the upstream is asked",
                () -> calls.stream().anyMatch(call -> call.said().equals(script)));
        return calls.stream()
                .filter(call -> call.said().equals(script))
                .findFirst()
                .orElseThrow();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "upstream");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // Nobody is served any more.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = head(in);
            if (!head.startsWith("POST")) {
                write(
                        socket.getOutputStream(),
                        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }
            JsonNode request = Client.json(new String(in.readNBytes(length(head)), StandardCharsets.UTF_8));
            String said = "";
            int outputs = 0;
            for (JsonNode message : request.path("messages")) {
                if (message.path("role").asText().equals("user")) {
                    JsonNode content = message.path("content");
                    said = content.isTextual()
                            ? content.asText()
                            : content.path(0).path("text").asText();
                    outputs = 0;
                } else if (message.path("role").asText().equals("tool")) {
                    outputs++;
                }
            }
            Call call = new Call(said);
            calls.add(call);
            start(() -> watch(in, call));
            speak(socket.getOutputStream(), Script.of(said, outputs), call);
        } catch (IOException e) {
            // The caller is gone, which the watch has noted.
        }
    }

    private static void watch(InputStream in, Call call) {
        try {
            while (in.read() >= 0) {
                // Nothing should come.
            }
        } catch (IOException reset) {
            // As good as an end.
        }
        call.hungUpAt = System.nanoTime();
        call.hungUp.countDown();
    }

    private static void speak(OutputStream out, Script script, Call call) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
        if (script.verb().equals("call")) {
            delta(
                    out,
                    "{\"tool_calls\":[{\"index\":0,\"id\":\"" + script.callId()
                            + "\",\"type\":\"function\",\"function\":{\"name\":\"" + script.name()
                            + "\",\"arguments\":\"{}\"}}]}",
                    "null");
            delta(out, "{}", "\"tool_calls\"");
        } else {
            for (String word : script.said()) {
                Timing.pause(script.millis());
                delta(out, "{\"content\":\"" + word + "\"}", "null");
            }
            call.spoken.countDown();
            if (script.verb().equals("hold")) {
                call.awaitHungUp();
                return;
            }
            delta(out, "{}", "\"stop\"");
        }
        write(out, "data: [DONE]\n\n");
    }

    private static void delta(OutputStream out, String delta, String finish) throws IOException {
        write(
                out,
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":" + delta
                        + ",\"finish_reason\":" + finish + "}]}\n\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).trim()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
