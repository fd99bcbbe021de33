package io.github.responses4j.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A connection to a server, byte by byte. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private boolean afterChunk;
    private boolean whole;
    private int length;

    Wire(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request and its answer, on a connection of its own. */
    static Answer ask(int port, String method, String path, String body, String... headers) {
        try (Wire wire = new Wire(port)) {
            return wire.request(method, path, body, headers).answer();
        }
    }

    Wire request(String method, String path, String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return request(method, path, bytes, headers);
    }

    Wire request(String method, String path, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        String all = String.join("\r\n", headers);
        if (!all.toLowerCase(Locale.ROOT).contains("host:")) {
            head.append("Host: localhost\r\n");
        }
        if (method.equals("POST") && !all.toLowerCase(Locale.ROOT).contains("content-type:")) {
            head.append("Content-Type: application/json\r\n");
        }
        if (body.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        send(head.append("\r\n").toString());
        return send(body);
    }

    Wire send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Wire send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads an answer to its end. */
    Answer answer() {
        try {
            Answer head = head();
            if (head.status() == 204 || head.status() == 304) {
                return head;
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (whole || "chunked".equals(head.header("transfer-encoding"))) {
                for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                    body.write(chunk);
                }
            } else {
                in.transferTo(body);
            }
            return new Answer(head.status(), head.headers(), body.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the head of an answer, without the body. */
    Answer head() {
        String line = line();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        whole = headers.containsKey("content-length");
        length = whole ? Integer.parseInt(headers.get("content-length")) : 0;
        return new Answer(Integer.parseInt(line.split(" ", -1)[1]), headers, new byte[0]);
    }

    /** Reads the next chunk of an answer; empty at the end. A stream that was over before its head went out is one chunk. */
    byte[] chunk() {
        if (whole) {
            byte[] all = exactly(length);
            length = 0;
            return all;
        }
        // The line end behind a chunk may come with the next one only.
        if (afterChunk) {
            line();
        }
        byte[] chunk = exactly(Integer.parseInt(line(), 16));
        afterChunk = chunk.length > 0;
        if (!afterChunk) {
            line();
        }
        return chunk;
    }

    /** Reads chunks until there was so much text. */
    String chunksUntil(String end) {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            byte[] chunk = chunk();
            if (chunk.length == 0) {
                throw new AssertionError("the stream ended without '" + end + "': " + text);
            }
            text.append(new String(chunk, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** Reads so many characters of a body that is ASCII, and leaves the rest. */
    String some(Answer head, int count) {
        if (head.header("content-length") != null) {
            return new String(exactly(count), StandardCharsets.US_ASCII);
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < count) {
            text.append(new String(chunk(), StandardCharsets.US_ASCII));
        }
        return text.substring(0, count);
    }

    private String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("the connection ended within a line: " + line);
                }
                if (next != '\r') {
                    line.write(next);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private byte[] exactly(int count) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("the connection ended " + (count - bytes.length) + " bytes too early");
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the server has closed the connection, and gives what came before. */
    String untilClosed() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException reset) {
            // A reset is an end too.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rest.toString(StandardCharsets.UTF_8);
    }

    /** Ends the connection without a word of goodbye. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long the client waits for what is to come. */
    Wire patience(int millis) {
        try {
            socket.setSoTimeout(millis);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How little the client takes at once. */
    Wire receiveBuffer(int bytes) {
        try {
            socket.setReceiveBufferSize(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
