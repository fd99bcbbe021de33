package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a server over HTTP and WebSocket. Whatever goes wrong on the way is an {@link AssertionError}. */
final class ConformanceClient {
    /** One for all: it has threads of its own, and on Java 17 cannot be closed. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** An answer, read to its end. */
    static final class Reply {
        private final int status;
        private final String contentType;
        private final byte[] body;

        Reply(int status, String contentType, byte[] body) {
            this.status = status;
            this.contentType = contentType;
            this.body = body;
        }

        int status() {
            return status;
        }

        String contentType() {
            return contentType;
        }

        byte[] body() {
            return body;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return Json.read(text());
        }

        @Override
        public String toString() {
            return "HTTP " + status + ", " + contentType + ": " + Json.brief(text());
        }
    }

    private final ConformanceTarget target;

    ConformanceClient(ConformanceTarget target) {
        this.target = target;
    }

    /** Posts a body to a path below the base URL. */
    Reply post(String path, JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.baseUrl() + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()));
        target.headers().forEach(request::setHeader);
        HttpResponse<byte[]> response =
                await("POST " + path, HTTP.sendAsync(request.build(), BodyHandlers.ofByteArray()));
        return new Reply(
                response.statusCode(),
                response.headers().firstValue("content-type").orElse("no content type"),
                response.body());
    }

    /** Opens a WebSocket at {@code /responses}. */
    ConformanceSocket connect() {
        String url = target.baseUrl().toString().replaceFirst("^http", "ws") + "/responses";
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(target.patience());
        target.headers().forEach(builder::header);
        ConformanceSocket socket = new ConformanceSocket(target.patience());
        socket.opened(await("a WebSocket at " + url, builder.buildAsync(URI.create(url), socket)));
        return socket;
    }

    private <T> T await(String what, CompletableFuture<T> answer) {
        return await(what, answer, target.patience().toMillis());
    }

    static <T> T await(String what, CompletableFuture<T> answer, long millis) {
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new AssertionError(what + ": nothing after " + millis + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(what + ": interrupted", e);
        }
    }
}
