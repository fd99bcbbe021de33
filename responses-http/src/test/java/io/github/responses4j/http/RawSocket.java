package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client frame by frame, which does nothing by itself. */
final class RawSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int PATIENCE_MILLIS = 30_000;
    private static final int MASKED = 0x80;
    private static final int FINAL = 0x80;

    /** One frame. */
    record Frame(int opcode, boolean last, ByteBuffer payload) {
        String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawSocket(int port) {
        this(port, 64 * 1024);
    }

    RawSocket(int port, int receiveBuffer) {
        try {
            socket.setReceiveBufferSize(receiveBuffer);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String head = String.join(
                    "\r\n",
                    "GET /v1/responses HTTP/1.1",
                    "Host: localhost",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "Sec-WebSocket-Extensions: permessage-deflate",
                    "",
                    "");
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) in.readUnsignedByte());
            }
            assertThat(answer.toString())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("\r\nx-request-id: req_")
                    .doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawSocket text(String json) {
        return send(TEXT, true, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    RawSocket create() {
        return text("{'type':'response.create','model':'m','input':'Hi'}");
    }

    RawSocket send(int opcode, boolean last, byte[] payload) {
        byte[] head = new byte[14];
        ByteBuffer buffer = ByteBuffer.wrap(head);
        buffer.put((byte) ((last ? FINAL : 0) | opcode));
        if (payload.length < 126) {
            buffer.put((byte) (MASKED | payload.length));
        } else {
            buffer.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        // A mask of nothing leaves everything as it is.
        buffer.putInt(0);
        byte[] frame = new byte[buffer.position() + payload.length];
        System.arraycopy(head, 0, frame, 0, buffer.position());
        System.arraycopy(payload, 0, frame, buffer.position(), payload.length);
        return bytes(frame);
    }

    /** Sends a frame without payload; false if the server has ended the connection. */
    boolean isOpenFor(int opcode) {
        try {
            send(opcode, true, new byte[0]);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    RawSocket bytes(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Frame read() {
        try {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(first & 0xF, (first & FINAL) != 0, ByteBuffer.wrap(payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code of the close, which must come now. */
    int closeCode() {
        Frame frame = read();
        assertThat(frame.opcode()).as(frame.text()).isEqualTo(CLOSE);
        return frame.payload().getShort();
    }

    /** Waits until the server has ended the connection. */
    void untilEnd() {
        try {
            in.readAllBytes();
        } catch (IOException e) {
            // A reset is an end too.
            assertThat(e.getMessage()).contains("reset");
        }
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

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
