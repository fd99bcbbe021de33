package io.github.responses4j.testkit;

import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * One exchange with an upstream: what the engine asks, what goes up, what comes back, and what is made of it.
 *
 * @param feature what the exchange shows
 * @param request what the engine asks
 * @param sent the body that goes up
 * @param answer the body that comes back
 * @param stream whether the answer is a stream of events
 * @param events what the backend is to say, as {@link BackendRecorder#describe} writes it
 */
public record RecordedWire(
        String feature, BackendRequest request, JsonObject sent, String answer, boolean stream, List<String> events) {

    /**
     * Reads an exchange from resources: {@code <feature>.request.json} with the members {@code request}, a create body of the Responses
     * API, and {@code sent}; {@code <feature>.stream.txt}, or {@code <feature>.whole.json} if there is no stream; and {@code
     * <feature>.events.txt}, an event a line.
     */
    public static RecordedWire load(Class<?> anchor, String folder, String feature) {
        String base = folder + "/" + feature;
        JsonObject exchange = JsonObject.parse(text(anchor, base + ".request.json"));
        boolean stream = anchor.getResource(base + ".stream.txt") != null;
        ResponseRequest settings = ResponseRequest.of(member(exchange, "request"));
        return new RecordedWire(
                feature,
                request(settings, stream),
                member(exchange, "sent"),
                text(anchor, base + (stream ? ".stream.txt" : ".whole.json")),
                stream,
                text(anchor, base + ".events.txt").lines().toList());
    }

    /** The request that the engine makes of a create body when there is nothing to add. */
    public static BackendRequest request(ResponseRequest settings, boolean stream) {
        return new BackendRequest(
                settings.model(),
                settings.instructions(),
                settings.input(),
                settings.tools(),
                settings.toolChoice(),
                settings.maxOutputTokens(),
                stream,
                settings);
    }

    /** The answer to be served. */
    public WireAnswer wire() {
        return stream ? WireAnswer.stream(answer) : WireAnswer.json(200, answer);
    }

    /** The body that comes back, as bytes. */
    public byte[] bytes() {
        return answer.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return feature;
    }

    private static JsonObject member(JsonObject exchange, String name) {
        return Objects.requireNonNull(exchange.object(name), name);
    }

    private static String text(Class<?> anchor, String name) {
        try (InputStream in = Objects.requireNonNull(anchor.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
