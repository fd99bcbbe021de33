package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As much of HTTP and WebSocket as a fake needs: one request or one WebSocket a connection, text frames of one piece. */
abstract class FakeWire implements AutoCloseable {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    /** An answer over HTTP. */
    record Body(int status, String type, String text) {}

    /** What a connection says to a message; null to close it. */
    interface Conversation {
        @Nullable
        List<String> answer(JsonNode message);
    }

    private final ServerSocket server;

    FakeWire() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    abstract Body http(String path, JsonNode request);

    abstract Conversation converse();

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "fake server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (true) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException closed) {
                return;
            }
            start(() -> {
                try (socket) {
                    serve(
                            new DataInputStream(new BufferedInputStream(socket.getInputStream())),
                            socket.getOutputStream());
                } catch (IOException gone) {
                    // The client had enough.
                }
            });
        }
    }

    private void serve(DataInputStream in, OutputStream out) throws IOException {
        String path = line(in).split(" ", -1)[1];
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String key = headers.get("sec-websocket-key");
        if (key != null) {
            write(
                    out,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n");
            frames(in, out);
            return;
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        Body answer = http(path, Json.read(new String(body, StandardCharsets.UTF_8)));
        int length = answer.text.getBytes(StandardCharsets.UTF_8).length;
        write(
                out,
                "HTTP/1.1 " + answer.status + " Fake\r\nContent-Type: " + answer.type + "\r\nContent-Length: " + length
                        + "\r\nConnection: close\r\n\r\n" + answer.text);
    }

    private void frames(DataInputStream in, OutputStream out) throws IOException {
        Conversation conversation = converse();
        for (int head = in.read(); head == TEXT; head = in.read()) {
            List<String> said = conversation.answer(Json.read(frame(in)));
            if (said == null) {
                break;
            }
            for (String text : said) {
                send(out, text);
            }
        }
        out.write(new byte[] {(byte) CLOSE, 0});
        out.flush();
    }

    private static String frame(DataInputStream in) throws IOException {
        int size = in.readUnsignedByte() & 0x7f;
        int length = size == 127 ? (int) in.readLong() : size == 126 ? in.readUnsignedShort() : size;
        byte[] mask = in.readNBytes(4);
        byte[] data = in.readNBytes(length);
        for (int i = 0; i < data.length; i++) {
            data[i] ^= mask[i % 4];
        }
        return new String(data, StandardCharsets.UTF_8);
    }

    private static void send(OutputStream out, String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(TEXT);
        if (data.length < 126) {
            frame.write(data.length);
        } else {
            frame.write(126);
            frame.write(data.length >> 8);
            frame.write(data.length);
        }
        frame.writeBytes(data);
        frame.writeTo(out);
        out.flush();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String line(DataInputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
