package io.github.responses4j.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * What a pretended upstream answers, byte by byte. Whoever serves it sends the pieces as chunks of a chunked body, each piece in one
 * write, and calls {@link #beforePiece()} first.
 *
 * @param status the HTTP status
 * @param headers further headers, {@code Content-Type} included
 * @param pieces the body, in order
 * @param end how the body ends
 * @param beforePiece called with the number of each piece before it is sent, and with the number of pieces before the end; may block
 */
public record WireAnswer(
        int status, Map<String, String> headers, List<byte[]> pieces, End end, IntConsumer beforePiece) {
    /** How a body ends. */
    public enum End {
        /** As it should: the end is marked. */
        WHOLE,
        /** The connection is closed without a mark. */
        CUT
    }

    /** Copies headers and pieces. */
    public WireAnswer {
        headers = Map.copyOf(headers);
        pieces = List.copyOf(pieces);
    }

    /** An answer of events in one piece. */
    public static WireAnswer stream(byte[] body) {
        return new WireAnswer(200, Map.of("Content-Type", "text/event-stream"), List.of(body), End.WHOLE, piece -> {});
    }

    /** An answer of events in one piece. */
    public static WireAnswer stream(String body) {
        return stream(body.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer that is one JSON value. */
    public static WireAnswer json(int status, String body) {
        return new WireAnswer(
                status,
                Map.of("Content-Type", "application/json"),
                List.of(body.getBytes(StandardCharsets.UTF_8)),
                End.WHOLE,
                piece -> {});
    }

    /** The same answer with one more header. */
    public WireAnswer withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new WireAnswer(status, more, pieces, end, beforePiece);
    }

    /** The same answer with other pieces. */
    public WireAnswer withPieces(List<byte[]> others) {
        return new WireAnswer(status, headers, others, end, beforePiece);
    }

    /** The same answer, waiting before its pieces. */
    public WireAnswer waiting(IntConsumer before) {
        return new WireAnswer(status, headers, pieces, end, before);
    }

    /** The first bytes of the same answer, and then no more. */
    public WireAnswer cutAfter(int bytes) {
        List<byte[]> kept = new ArrayList<>();
        int left = bytes;
        for (byte[] piece : pieces) {
            byte[] part = Arrays.copyOf(piece, Math.min(left, piece.length));
            left -= part.length;
            if (part.length > 0) {
                kept.add(part);
            }
        }
        return new WireAnswer(status, headers, kept, End.CUT, beforePiece);
    }
}
