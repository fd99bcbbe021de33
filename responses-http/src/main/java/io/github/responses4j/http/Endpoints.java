package io.github.responses4j.http;

import io.github.responses4j.codec.EventWriter;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.codec.ResponseView;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.ResponseId;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** What the routes lead to. Each method answers its exchange, or throws what is wrong with it. */
final class Endpoints {
    private static final JsonObject HEALTHY =
            JsonObject.builder().put("status", "healthy").build();
    private static final JsonObject READY =
            JsonObject.builder().put("status", "ready").build();

    private final ResponsesEngine engine;
    private final HandlerSettings settings;
    private final Pulse pulse;
    private final BooleanSupplier stopping;
    private final long created = System.currentTimeMillis() / 1000;
    private final RandomGenerator padding = new SecureRandom();
    private final Set<OpenRun> runs = ConcurrentHashMap.newKeySet();

    Endpoints(ResponsesEngine engine, HandlerSettings settings, Pulse pulse, BooleanSupplier stopping) {
        this.engine = engine;
        this.settings = settings;
        this.pulse = pulse;
        this.stopping = stopping;
    }

    /** Cancels everything that runs. */
    void cancelRuns() {
        runs.forEach(run -> run.cancellation().cancel());
    }

    void create(Exchange exchange) {
        boolean form = isForm(exchange.request());
        byte[] body = settings.body().read(exchange);
        ResponseRequest request =
                form && !looksLikeJson(body) ? RequestReader.readForm(body) : RequestReader.read(body);
        ResponseRun run =
                engine.prepare(exchange.tenant(), request, RunOptions.DEFAULT.withProfile(exchange.profile()));
        exchange.warnings(run.warnings());
        if (run.isBackground() && !request.stream()) {
            exchange.send(200, view(exchange).response(run.submit().json()));
            return;
        }
        OpenRun open = new OpenRun(exchange, pulse, settings.watchPeers());
        runs.add(open);
        try {
            if (request.stream()) {
                stream(exchange, request, run, open);
            } else {
                answer(exchange, run, open);
            }
        } finally {
            runs.remove(open);
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
        } else {
            exchange.send(200, view(exchange).response(response.json()));
        }
    }

    private void stream(Exchange exchange, ResponseRequest request, ResponseRun run, OpenRun open) {
        EventWriter writer = EventWriter.of(exchange.profile(), request, padding);
        SseSink sink =
                new SseSink(exchange, writer, settings.heartbeat(), settings.writePatience(), open::clientHasGone);
        Response response;
        try (OpenRun watched = open.watched(sink)) {
            response = run.execute(view(exchange).events(sink), watched.cancellation());
        } finally {
            sink.seal();
        }
        ResponsesException rejection = run.rejection().orElse(null);
        if (open.isGone()) {
            exchange.abort(open.gone());
        } else if (rejection != null && !exchange.response().isCommitted()) {
            exchange.fail(error(exchange, rejection, response));
        } else {
            sink.finish();
        }
    }

    /** What the caller sees of responses. */
    private ResponseView view(Exchange exchange) {
        return new ResponseView(exchange.profile(), engine::hosts);
    }

    /** What has had effects is not to be tried again just like that. */
    private static HttpError error(Exchange exchange, ResponsesException rejection, Response response) {
        HttpError error = HttpError.of(rejection, exchange.profile());
        return response.output().isEmpty() ? error : error.notAgain();
    }

    void retrieve(Exchange exchange) {
        Query query = Query.of(exchange.request());
        ResponseId id = new ResponseId(exchange.argument(0));
        Response response = engine.retrieve(exchange.tenant(), id);
        if ("true".equalsIgnoreCase(query.text("stream"))) {
            throw new InvalidRequestException(
                    "Response '" + id + "' cannot be streamed: it was not created with 'background' and 'stream'.",
                    null,
                    "stream");
        }
        exchange.send(200, view(exchange).response(response.json()));
    }

    void delete(Exchange exchange) {
        ResponseId id = new ResponseId(exchange.argument(0));
        engine.delete(exchange.tenant(), id);
        exchange.send(
                200,
                JsonObject.builder()
                        .put("id", id.value())
                        .put("object", "response")
                        .put("deleted", true)
                        .build());
    }

    void inputItems(Exchange exchange) {
        Page<Item> page = engine.inputItems(
                exchange.tenant(),
                new ResponseId(exchange.argument(0)),
                Query.of(exchange.request()).page());
        List<JsonObject> data = page.data().stream().map(Item::json).toList();
        exchange.send(
                200,
                JsonObject.builder()
                        .put("object", "list")
                        .put("data", data)
                        .put("first_id", data.isEmpty() ? null : data.get(0).string("id"))
                        .put(
                                "last_id",
                                data.isEmpty()
                                        ? null
                                        : data.get(data.size() - 1).string("id"))
                        .put("has_more", page.hasMore())
                        .build());
    }

    void models(Exchange exchange) {
        List<JsonObject> data = engine.models().stream().map(this::modelJson).toList();
        exchange.send(
                200,
                JsonObject.builder().put("object", "list").put("data", data).build());
    }

    void model(Exchange exchange) {
        String model = exchange.argument(0);
        if (!engine.models().contains(model)) {
            throw HttpError.refused(404, "model_not_found", "model", "The model '" + model + "' does not exist.")
                    .exception();
        }
        exchange.send(200, modelJson(model));
    }

    private JsonObject modelJson(String model) {
        return JsonObject.builder()
                .put("id", model)
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "system")
                .build();
    }

    void health(Exchange exchange) {
        exchange.send(200, HEALTHY);
    }

    void ready(Exchange exchange) {
        if (stopping.getAsBoolean()) {
            throw HttpError.unavailable("The server is stopping.").exception();
        }
        if (!engine.healthy()) {
            throw HttpError.unavailable("The response store is not available.").exception();
        }
        exchange.send(200, READY);
    }

    /** Whether the body says that it is a form, and not JSON. */
    private static boolean isForm(Request request) {
        String header = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (header == null || header.isBlank()) {
            return false;
        }
        String[] parts = header.toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        boolean form = type.equals("application/x-www-form-urlencoded");
        boolean json = type.equals("application/json") || type.startsWith("application/") && type.endsWith("+json");
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace("\"", "").strip();
            json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
        }
        if (!form && !json) {
            throw HttpError.refused(
                            415,
                            "unsupported_media_type",
                            null,
                            "Send the body as application/json in UTF-8, or as application/x-www-form-urlencoded.")
                    .exception();
        }
        return form;
    }

    /** Some clients call everything a form, curl among them. */
    private static boolean looksLikeJson(byte[] body) {
        return body.length > 0 && body[0] == '{';
    }
}
