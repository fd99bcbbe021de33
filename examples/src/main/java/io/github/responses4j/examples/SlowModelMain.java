package io.github.responses4j.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A server of chat completions whose model thinks for a while before its first word, and takes its time over the others. It needs nothing
 * but a JDK: {@code java SlowModelMain.java <milliseconds before the first word> <milliseconds per word>}.
 */
public final class SlowModelMain {
    private static final List<String> WORDS = List.of("One", " two", " three", " four", " five", " six", " seven.");

    private SlowModelMain() {}

    /** Says where it listens, and serves until it is killed. */
    public static void main(String[] args) throws IOException {
        long thinks = Long.parseLong(args[0]);
        long speaks = Long.parseLong(args[1]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/v1/chat/completions", exchange -> answer(exchange, thinks, speaks));
        server.start();
        System.out.println("Model: http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    private static void answer(HttpExchange exchange, long thinks, long speaks) throws IOException {
        try (exchange;
                OutputStream out = exchange.getResponseBody()) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            pause(thinks);
            for (String word : WORDS) {
                say(out, "{\"content\":\"" + word + "\"}", "null");
                pause(speaks);
            }
            say(out, "{}", "\"stop\"");
            out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void say(OutputStream out, String delta, String reason) throws IOException {
        String chunk = "{\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":" + reason + "}]}";
        out.write(("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void pause(long millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
