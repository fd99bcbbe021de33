package io.github.responses4j.http;

import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.ResponseStatus;
import java.security.SecureRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/responses}: as a whole, as a stream, or in the background. */
final class CreateEndpoint {
    private static final String KEY = "Idempotency-Key";
    private static final int MAX_KEY = 255;

    private final ResponsesEngine engine;
    private final Bodies bodies;
    private final Streams streams;
    private final BooleanSupplier stopping;
    private final RandomGenerator padding = new SecureRandom();

    CreateEndpoint(ResponsesEngine engine, Bodies bodies, Streams streams, BooleanSupplier stopping) {
        this.engine = engine;
        this.bodies = bodies;
        this.streams = streams;
        this.stopping = stopping;
    }

    void create(Exchange exchange) {
        String key = idempotencyKey(exchange);
        ResponseRequest request = bodies.create(exchange);
        RunOptions options = RunOptions.DEFAULT.withProfile(exchange.profile()).withIdempotencyKey(key);
        ResponseRun run = engine.prepare(exchange.tenant(), request, options);
        exchange.warnings(run.warnings());
        if (run.isBackground()) {
            submit(exchange, request, run);
            return;
        }
        OpenRun open = streams.begin(exchange, exchange.profile().cancelOnDisconnect() || !request.store());
        try {
            if (request.stream()) {
                stream(exchange, request, run, open);
            } else {
                answer(exchange, run, open);
            }
        } finally {
            streams.end(open);
        }
    }

    private void submit(Exchange exchange, ResponseRequest request, ResponseRun run) {
        Response queued = run.submit();
        if (request.stream()) {
            streams.replay(exchange, queued.id(), -1, EventWriter.of(exchange.profile(), request, padding));
        } else {
            Shown shown = shown(exchange);
            exchange.send(shown.accepted(queued), shown.response(queued));
        }
    }

    private void answer(Exchange exchange, ResponseRun run, OpenRun open) {
        Response response;
        try (OpenRun watched = open.watched(null)) {
            response = run.execute(EventSink.discard(), watched.cancellation());
        }
        ResponsesException rejection = run.rejection().orElse(null);
        if (open.isGone()) {
            exchange.abort(open.gone());
        } else if (rejection != null) {
            exchange.fail(error(exchange, rejection, response));
        } else if (isCutOff(run, response)) {
            exchange.fail(cutOff(response));
        } else {
            exchange.send(200, shown(exchange).response(response));
        }
    }

    private void stream(Exchange exchange, ResponseRequest request, ResponseRun run, OpenRun open) {
        SseSink sink = streams.sink(exchange, EventWriter.of(exchange.profile(), request, padding), open);
        Response response;
        try (OpenRun watched = open.watched(sink)) {
            response = run.execute(watched.guarded(shown(exchange).events(sink)), watched.cancellation());
        } finally {
            sink.seal();
        }
        ResponsesException rejection = run.rejection().orElse(null);
        if (open.isGone()) {
            exchange.abort(open.gone());
        } else if (rejection != null && !exchange.response().isCommitted()) {
            exchange.fail(error(exchange, rejection, response));
        } else if (isCutOff(run, response)) {
            HttpError error = cutOff(response);
            if (exchange.response().isCommitted()) {
                sink.cutOff(error);
            } else {
                exchange.fail(error);
            }
        } else {
            sink.finish();
        }
    }

    private Shown shown(Exchange exchange) {
        return new Shown(exchange.profile(), engine);
    }

    /** Whether a response was cancelled while its caller waits for it: the server stops, or the response was deleted. */
    private static boolean isCutOff(ResponseRun run, Response response) {
        // What is given again is told as it has ended.
        return response.status() == ResponseStatus.CANCELLED && response.id().equals(run.id());
    }

    private HttpError cutOff(Response response) {
        if (!stopping.getAsBoolean()) {
            return HttpError.cancelled();
        }
        HttpError error = HttpError.stopping();
        boolean harmless =
                response.output().stream().allMatch(item -> item instanceof Message || item instanceof Reasoning);
        return harmless ? error : error.notAgain();
    }

    /** What has had effects is not to be tried again just like that. */
    private static HttpError error(Exchange exchange, ResponsesException rejection, Response response) {
        HttpError error = HttpError.of(rejection, exchange.profile());
        return response.output().isEmpty() ? error : error.notAgain();
    }

    private static @Nullable String idempotencyKey(Exchange exchange) {
        String key = exchange.request().getHeaders().get(KEY);
        if (key == null || key.isBlank()) {
            return null;
        }
        if (key.length() > MAX_KEY) {
            throw new InvalidRequestException(
                    "Invalid '" + KEY + "': string too long. Expected a string with maximum length " + MAX_KEY
                            + ", but got a string with length " + key.length() + " instead.",
                    "string_above_max_length",
                    KEY);
        }
        return key;
    }
}
