package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.BadPayloadException;
import org.jspecify.annotations.Nullable;

/** Puts the frames of one client together to what it wants. Frames come one after the other; a look at the time may come from anywhere. */
final class SocketInput {
    private static final int CHUNK = 4 * 1024;

    /** What becomes of the message that is coming. */
    private enum Kind {
        NONE,
        TEXT,
        BINARY,
        TOO_LARGE
    }

    private final BodyReader limits;
    private final Profile profile;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private volatile Kind kind = Kind.NONE;
    private volatile long since;
    private volatile int size;

    /**
     * Nothing has come yet.
     *
     * @param limits how long a message may be, and how long it may take
     * @param profile whether to be strict
     */
    SocketInput(BodyReader limits, Profile profile) {
        this.limits = limits;
        this.profile = profile;
    }

    /**
     * Takes a data frame.
     *
     * @return what the client wants, when its message is complete; null before that
     * @throws BadPayloadException if the text is not UTF-8
     */
    @Nullable
    SocketCreate accept(Frame frame) {
        if (frame.getOpCode() != OpCode.CONTINUATION) {
            since = System.nanoTime();
            size = 0;
            kind = frame.getOpCode() == OpCode.TEXT ? Kind.TEXT : Kind.BINARY;
        }
        ByteBuffer payload = frame.getPayload();
        if (kind == Kind.TEXT && payload != null) {
            append(payload);
        }
        return frame.isFin() ? complete() : null;
    }

    private void append(ByteBuffer payload) {
        int more = payload.remaining();
        if (more > limits.maxBytes() - text.size()) {
            kind = Kind.TOO_LARGE;
            text.reset();
            return;
        }
        byte[] bytes = new byte[more];
        payload.get(bytes);
        text.write(bytes, 0, more);
        size = text.size();
    }

    private SocketCreate complete() {
        Kind complete = kind;
        kind = Kind.NONE;
        if (complete == Kind.BINARY) {
            return SocketCreate.refused(SocketErrors.binary());
        } else if (complete == Kind.TOO_LARGE) {
            return SocketCreate.refused(SocketErrors.tooLarge(limits.maxBytes()));
        }
        byte[] message = text.toByteArray();
        text.reset();
        if (!isUtf8(message)) {
            throw new BadPayloadException("the text is not UTF-8");
        }
        return SocketCreate.read(message, profile);
    }

    /** Whether a message has begun and takes too long. */
    boolean isSlow(long now) {
        return kind != Kind.NONE && now - since > limits.allowedNanos(size);
    }

    private static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(CHUNK);
        CoderResult result = CoderResult.OVERFLOW;
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        return !result.isError();
    }
}
