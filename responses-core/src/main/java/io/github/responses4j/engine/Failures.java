package io.github.responses4j.engine;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ModelException;
import io.github.responses4j.response.ResponseError;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.response.TooManyRequestsException;
import io.github.responses4j.store.StoreException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failure inside a run is called on the wire. */
final class Failures {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** What may be wrong with a prompt (OpenAI Responses API, {@code ResponseErrorCode}). */
    private static final Set<String> PROMPT_CODES = Set.of(
            "invalid_prompt",
            "data_residency_mismatch",
            "bio_policy",
            "misalignment_policy_violation",
            "vector_store_timeout",
            "invalid_image",
            "invalid_image_format",
            "invalid_base64_image",
            "invalid_image_url",
            "image_too_large",
            "image_too_small",
            "image_parse_error",
            "image_content_policy_violation",
            "invalid_image_mode",
            "image_file_too_large",
            "unsupported_image_media_type",
            "empty_image_file",
            "failed_to_download_image",
            "image_file_not_found");

    private Failures() {}

    static ResponsesException of(BackendException e) {
        return switch (e.kind()) {
            case REJECTED ->
                new InvalidRequestException(
                        e.text(), e.code(), "context_length_exceeded".equals(e.code()) ? "input" : null);
            case UNKNOWN_MODEL -> new InvalidRequestException(e.text(), "model_not_found", "model");
            case RATE_LIMITED -> new TooManyRequestsException(e.text(), patience(e.retryAfter()), e);
            case UNAVAILABLE -> new ModelException(ModelException.Kind.UNAVAILABLE, e.text(), e);
            case TIMED_OUT -> new ModelException(ModelException.Kind.TIMED_OUT, e.text(), e);
            case UNREACHABLE, UNAUTHORIZED, BROKEN, CANCELLED ->
                new ModelException(ModelException.Kind.BROKEN, e.text(), e);
        };
    }

    private static Duration patience(@Nullable Duration asked) {
        return asked == null || asked.compareTo(PATIENCE) < 0 ? PATIENCE : asked;
    }

    static ServerException of(StoreException e) {
        return new ServerException("The response store is not available.", true, e);
    }

    static ServerException bug(Throwable e) {
        return new ServerException("The server had an error while processing your request.", false, e);
    }

    /** The error of a response that failed so; its code is one of the wire's own, whatever a backend calls it. */
    static ResponseError error(ResponsesException e) {
        return new ResponseError(code(e), e.text());
    }

    private static String code(ResponsesException e) {
        if (e instanceof TooManyRequestsException) {
            return ResponseError.RATE_LIMIT_EXCEEDED;
        }
        if (e instanceof InvalidRequestException) {
            String code = e.code();
            return code != null && PROMPT_CODES.contains(code) ? code : "invalid_prompt";
        }
        return ResponseError.SERVER_ERROR;
    }
}
