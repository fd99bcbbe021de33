package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ConflictException;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ModelException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.response.TooManyRequestsException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that fails, as HTTP tells it. The only place that knows which status a failure has.
 *
 * @param status the HTTP status
 * @param type {@code error.type} of the body
 * @param code {@code error.code}, or null
 * @param param {@code error.param}, or null
 * @param message {@code error.message}
 * @param headers further headers of the answer
 */
record HttpError(
        int status,
        String type,
        @Nullable String code,
        @Nullable String param,
        String message,
        Map<String, String> headers) {
    private static final String REFUSED = "invalid_request_error";
    private static final String FAILED = "server_error";
    private static final String UNKNOWN_PREVIOUS = "previous_response_not_found";
    private static final String PREVIOUS = "Previous response";
    private static final String RETRY_AFTER = "Retry-After";
    private static final String SHOULD_RETRY = "x-should-retry";

    HttpError {
        headers = Map.copyOf(headers);
    }

    static HttpError of(ResponsesException e) {
        Map<String, String> headers = new LinkedHashMap<>();
        int status = status(e);
        if (e instanceof TooManyRequestsException busy) {
            headers.put(RETRY_AFTER, seconds(busy.retryAfter()));
        } else if (status == 503) {
            headers.put(RETRY_AFTER, "1");
        } else if (status >= 500 && !e.retryable()) {
            headers.put(SHOULD_RETRY, "false");
        }
        return new HttpError(status, e.type(), e.code(), e.param(), e.text(), headers);
    }

    /** A failure as the sources of a profile tell it, where they differ. */
    static HttpError of(ResponsesException e, Profile profile) {
        HttpError error = of(e);
        boolean unknown = e instanceof NotFoundException || UNKNOWN_PREVIOUS.equals(e.code());
        if (!unknown || !profile.unknownPreviousIs404()) {
            return error;
        }
        String message = error.message.startsWith(PREVIOUS)
                ? "Response" + error.message.substring(PREVIOUS.length())
                : error.message;
        return new HttpError(
                404,
                "not_found_error",
                null,
                error.param,
                message.replaceFirst(" with id '", " with ID '"),
                error.headers);
    }

    private static int status(ResponsesException e) {
        if (e instanceof InvalidRequestException) {
            return 400;
        } else if (e instanceof NotFoundException) {
            return 404;
        } else if (e instanceof ConflictException conflict) {
            return conflict.kind() == ConflictException.Kind.IN_PROGRESS ? 409 : 422;
        } else if (e instanceof TooManyRequestsException) {
            return 429;
        } else if (e instanceof ModelException model) {
            return switch (model.kind()) {
                case BROKEN -> 502;
                case UNAVAILABLE -> 503;
                case TIMED_OUT -> 504;
            };
        }
        return e instanceof ServerException && e.retryable() ? 503 : 500;
    }

    private static String seconds(Duration patience) {
        return Long.toString(Math.max(1, patience.plusMillis(999).toSeconds()));
    }

    /** Something is wrong with the request that is none of the engine's affairs. */
    static HttpError refused(int status, @Nullable String code, @Nullable String param, String message) {
        return new HttpError(status, REFUSED, code, param, message, Map.of());
    }

    /** A failure of the server that says nothing about itself. */
    static HttpError failed() {
        return new HttpError(
                500,
                FAILED,
                null,
                null,
                "The server had an error while processing your request.",
                Map.of(SHOULD_RETRY, "false"));
    }

    /** The server cannot serve now. */
    static HttpError unavailable(String message) {
        return new HttpError(503, FAILED, null, null, message, Map.of(RETRY_AFTER, "1"));
    }

    /** The server takes nothing any more, and has stopped what ran. */
    static HttpError stopping() {
        return unavailable("The server is stopping.");
    }

    /** The end of a response that somebody has cancelled: it has no event of its own. */
    static HttpError cancelled() {
        return refused(409, "response_cancelled", null, "The response was cancelled.");
    }

    /** A status that the HTTP layer below chose. */
    static HttpError plain(int status, String message) {
        return status >= 500 && status != 501 && status != 505
                ? new HttpError(status, FAILED, null, null, message, Map.of())
                : refused(status, null, null, message);
    }

    /** This error with one more header. */
    HttpError with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpError(status, type, code, param, message, more);
    }

    /** This error for a request that must not be sent again, whatever its status. */
    HttpError notAgain() {
        return with(SHOULD_RETRY, "false");
    }

    byte[] body() {
        JsonObject error = JsonObject.builder()
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code)
                .build();
        return JsonObject.builder().put("error", error).build().toBytes();
    }

    /** Unwinds the stack to where the error is written. */
    RefusedException exception() {
        return new RefusedException(this);
    }

    /** An {@link HttpError} on its way up. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient HttpError error;

        RefusedException(HttpError error) {
            super(error.message(), null, false, false);
            this.error = error;
        }

        HttpError error() {
            return error;
        }
    }
}
