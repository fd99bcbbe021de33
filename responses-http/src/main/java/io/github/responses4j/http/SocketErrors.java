package io.github.responses4j.http;

import io.github.responses4j.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a socket tells of failures: the envelope, and the errors that only a socket knows. */
final class SocketErrors {
    private SocketErrors() {}

    /**
     * An error as one message.
     *
     * @param lane the {@code stream_id} that the error belongs to; null for none
     */
    static byte[] envelope(HttpError error, @Nullable String lane) {
        String code = error.code();
        JsonObject.Builder body = JsonObject.ofType(error.type())
                .put("code", code == null ? error.type() : code)
                .put("message", error.message())
                .put("param", error.param());
        if (!error.headers().isEmpty()) {
            body.putMap("headers", error.headers());
        }
        JsonObject.Builder envelope =
                JsonObject.ofType("error").put("status", error.status()).put("error", body.build());
        return envelope.putIfPresent("stream_id", lane).build().toBytes();
    }

    static HttpError limitReached(long minutes) {
        return HttpError.refused(
                400,
                "websocket_connection_limit_reached",
                null,
                "Responses websocket connection limit reached (" + minutes
                        + " minutes). Create a new websocket connection to continue.");
    }

    static HttpError stopping() {
        return HttpError.stopping();
    }

    /** The end of a response that somebody has cancelled: it has no event of its own. */
    static HttpError cancelled() {
        return HttpError.cancelled();
    }

    static HttpError binary() {
        return HttpError.refused(
                400, "invalid_type", null, "Only text messages with JSON are understood; this one was binary.");
    }

    static HttpError tooLarge(int maxBytes) {
        return HttpError.refused(413, "request_too_large", null, "The message is larger than " + maxBytes + " bytes.");
    }

    static HttpError tooSlow() {
        return HttpError.refused(408, "request_timeout", null, "The message came too slowly.");
    }

    static HttpError tooMany() {
        return new HttpError(
                429,
                "rate_limit_error",
                "rate_limit_exceeded",
                null,
                "Too much waits on this connection: at most " + SocketLanes.MAX_WAITING
                        + " requests wait at a time, on at most " + SocketLanes.MAX_LANES + " lanes.",
                Map.of("Retry-After", "1"));
    }
}
