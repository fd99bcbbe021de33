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
import org.jspecify.annotations.Nullable;

/** What a failure inside a run is called on the wire. */
final class Failures {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

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

    /** The error of a response that failed so; its code is one of the wire's own. */
    static ResponseError error(ResponsesException e) {
        String code = e instanceof TooManyRequestsException
                ? ResponseError.RATE_LIMIT_EXCEEDED
                : e instanceof InvalidRequestException
                        ? e.code() == null ? "invalid_prompt" : e.code()
                        : ResponseError.SERVER_ERROR;
        return new ResponseError(code, e.text());
    }
}
