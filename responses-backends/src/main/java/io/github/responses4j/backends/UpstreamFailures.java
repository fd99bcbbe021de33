package io.github.responses4j.backends;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong upstream, in words that may be shown: never a key, an address or a body. Only a complaint about the request itself
 * is passed on, and cut short.
 */
final class UpstreamFailures {
    private static final int MAX_MESSAGE = 500;
    private static final long MAX_BODY = 64 << 10;

    private UpstreamFailures() {}

    /** The failure that an error status says. */
    static BackendException ofStatus(Response response, RetryPolicy retries) {
        Complaint complaint = Complaint.of(body(response));
        int status = response.code();
        Kind kind = kind(status, complaint);
        return new BackendException(
                kind,
                text(kind, status, complaint),
                kind == Kind.UNAUTHORIZED ? null : complaint.wireCode(),
                retries.retryAfter(response.header("Retry-After")),
                null);
    }

    /** The failure that an error object within an answer says. */
    static BackendException ofError(JsonNode error) {
        Complaint complaint = Complaint.of(error);
        int status = complaint.status();
        Kind kind = status < 400 ? Kind.BROKEN : kind(status, complaint);
        return new BackendException(
                kind,
                text(kind, status, complaint),
                kind == Kind.UNAUTHORIZED ? null : complaint.wireCode(),
                null,
                null);
    }

    /** The failure that lies behind an exception while an answer is asked for, or while it is read. */
    static BackendException ofException(IOException e, boolean answering) {
        if (e instanceof JsonProcessingException) {
            return broken("The model backend sent something that is not valid JSON", e);
        }
        if (e instanceof InterruptedIOException) {
            return new BackendException(Kind.TIMED_OUT, "The model backend took too long", e);
        }
        if (e instanceof ConnectException
                || e instanceof UnknownHostException
                || e instanceof NoRouteToHostException
                || (e instanceof SSLException && !answering)) {
            return new BackendException(Kind.UNREACHABLE, "The model backend cannot be reached", e);
        }
        return answering || e instanceof ProtocolException
                ? broken("The model backend's answer broke off", e)
                : new BackendException(
                        Kind.UNREACHABLE, "The model backend closed the connection without an answer", e);
    }

    /** An answer that is none. */
    static BackendException broken(String message, @Nullable Throwable cause) {
        return new BackendException(Kind.BROKEN, message, cause);
    }

    /** A sample that was given up. */
    static BackendException cancelled(@Nullable Throwable cause) {
        return new BackendException(Kind.CANCELLED, "The request to the model backend was cancelled", cause);
    }

    private static @Nullable JsonNode body(Response response) {
        try {
            BufferedSource source = response.body().source();
            source.request(MAX_BODY);
            return Json.read(
                    source.getBuffer().readByteArray(Math.min(source.getBuffer().size(), MAX_BODY)));
        } catch (IOException | InvalidJsonException unreadable) {
            return null;
        }
    }

    private static Kind kind(int status, Complaint complaint) {
        return switch (status) {
            case 401, 402, 403 -> Kind.UNAUTHORIZED;
            case 404 -> complaint.aboutModel() ? Kind.UNKNOWN_MODEL : Kind.BROKEN;
            case 408, 504 -> Kind.TIMED_OUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.UNAVAILABLE;
            default -> {
                if (status < 400 || status >= 500) {
                    yield Kind.BROKEN;
                }
                yield complaint.aboutUnknownModel() ? Kind.UNKNOWN_MODEL : Kind.REJECTED;
            }
        };
    }

    private static String text(Kind kind, int status, Complaint complaint) {
        return switch (kind) {
            case UNAUTHORIZED -> "The model backend refuses the server's credentials";
            case UNKNOWN_MODEL -> "The model backend does not know this model";
            case TIMED_OUT -> "The model backend took too long";
            case RATE_LIMITED -> "The model backend asks to slow down";
            case UNAVAILABLE -> "The model backend is overloaded or down";
            case REJECTED -> rejection(complaint);
            default ->
                status == 0
                        ? "The model backend reported an error"
                        : "The model backend answered with status " + status;
        };
    }

    private static String rejection(Complaint complaint) {
        String message = complaint.message();
        return message.isEmpty() ? "The model backend refuses this request" : message;
    }

    /**
     * What an error body says, in whichever of the common forms.
     *
     * @param message the message without control characters, cut short; empty if there is none
     * @param type the error's type; empty if there is none
     * @param code the error's code; empty if there is none or it is a number
     * @param number the error's code if it is a number, else 0
     */
    private record Complaint(String message, String type, String code, int number) {
        static Complaint of(@Nullable JsonNode body) {
            if (body == null) {
                return new Complaint("", "", "", 0);
            }
            JsonNode error = body.path("error");
            JsonNode says = error.isObject() ? error : body;
            String message =
                    error.isTextual() ? error.textValue() : says.path("message").asText("");
            if (message.isEmpty() && says.path("detail").isTextual()) {
                message = says.path("detail").textValue();
            }
            JsonNode code = says.path("code");
            return new Complaint(
                    shortened(message),
                    says.path("type").asText(""),
                    code.isTextual() ? code.textValue() : "",
                    code.isInt() ? code.intValue() : 0);
        }

        private static String shortened(String message) {
            String clean = message.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
            if (clean.length() <= MAX_MESSAGE) {
                return clean;
            }
            int cut = Character.isHighSurrogate(clean.charAt(MAX_MESSAGE - 2)) ? MAX_MESSAGE - 2 : MAX_MESSAGE - 1;
            return clean.substring(0, cut) + "…";
        }

        @Nullable
        String wireCode() {
            if (aboutLength()) {
                return "context_length_exceeded";
            }
            return code.matches("[a-zA-Z0-9_.-]{1,64}") ? code : null;
        }

        private boolean aboutLength() {
            String text = (code + " " + type + " " + message).toLowerCase(Locale.ROOT);
            return text.contains("context_length_exceeded")
                    || text.contains("exceed_context_size")
                    || text.contains("maximum context length")
                    || text.contains("context window")
                    || text.contains("context size")
                    || text.contains("prompt is too long");
        }

        boolean aboutModel() {
            return code.equals("model_not_found")
                    || message.toLowerCase(Locale.ROOT).contains("model");
        }

        boolean aboutUnknownModel() {
            String text = message.toLowerCase(Locale.ROOT);
            return code.equals("model_not_found")
                    || (text.contains("model")
                            && (text.contains("not found")
                                    || text.contains("does not exist")
                                    || text.contains("unknown model")
                                    || text.contains("not a valid model")));
        }

        /** The status that an error within an answer amounts to; 0 if it says none. */
        int status() {
            if (number >= 400 && number < 600) {
                return number;
            }
            if (code.matches("[45]\\d\\d")) {
                return Integer.parseInt(code);
            }
            String text = (code + " " + type).toLowerCase(Locale.ROOT);
            if (text.contains("rate_limit") || text.contains("insufficient_quota")) {
                return 429;
            }
            if (text.contains("overloaded") || text.contains("unavailable")) {
                return 503;
            }
            if (text.contains("timeout")) {
                return 504;
            }
            if (text.contains("authentication") || text.contains("permission") || text.contains("invalid_api_key")) {
                return 401;
            }
            return aboutLength()
                            || text.contains("invalid_request")
                            || text.contains("badrequest")
                            || text.contains("model_not_found")
                            || text.contains("invalid_prompt")
                            || text.contains("image")
                    ? 400
                    : 0;
        }
    }
}
