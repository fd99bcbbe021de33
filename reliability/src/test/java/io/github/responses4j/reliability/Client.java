package io.github.responses4j.reliability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** A caller of one node. Throws {@link UncheckedIOException} when the node goes away. Safe from any thread. */
final class Client {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;

    Client(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return base.getPort();
    }

    /** An answer. */
    record Reply(int status, String body, String retryAfter) {
        JsonNode json() {
            return Client.json(body);
        }

        String id() {
            return json().path("id").asText();
        }

        /** What an error says: status, type, code and parameter. */
        String error() {
            JsonNode error = json().path("error");
            return status + "|" + error.path("type").asText() + "|"
                    + error.path("code").asText() + "|" + error.path("param").asText();
        }
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** A request for what a {@link Script} says. */
    static String body(String script, String more) {
        return "{\"model\":\"m\",\"input\":\"" + script + "\"" + more + "}";
    }

    Reply create(String body, String... headers) {
        return send("POST", "/v1/responses", body, headers);
    }

    Reply get(String id) {
        return send("GET", "/v1/responses/" + id, "");
    }

    Reply cancel(String id) {
        return send("POST", "/v1/responses/" + id + "/cancel", "");
    }

    Reply delete(String id) {
        return send("DELETE", "/v1/responses/" + id, "");
    }

    Reply send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Column.PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(
                    answer.statusCode(),
                    answer.body(),
                    answer.headers().firstValue("Retry-After").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Creates with {@code stream}, and reads. */
    Heard createStream(String body, Predicate<Heard> enough) {
        return stream("POST", "/v1/responses", body, enough);
    }

    /** Follows the log of a response, and reads until the server ends it. */
    Heard follow(String id, long after) {
        return follow(id, after, heard -> false);
    }

    Heard follow(String id, long after, Predicate<Heard> enough) {
        String from = after < 0 ? "" : "&starting_after=" + after;
        return stream("GET", "/v1/responses/" + id + "?stream=true" + from, "", enough);
    }

    /** Reads events until the server ends the stream, the connection breaks or it was enough. */
    private Heard stream(String method, String path, String body, Predicate<Heard> enough) {
        Heard heard = new Heard();
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofMinutes(5))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<java.io.InputStream> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
            heard.status(answer.statusCode());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                String event = "";
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: ")) {
                        event = line.substring("data: ".length());
                    } else if (line.isEmpty() && !event.isEmpty()) {
                        // Whole frames only: what was cut off has not been delivered.
                        heard.add(event);
                        event = "";
                        if (enough.test(heard)) {
                            return heard;
                        }
                    }
                }
                heard.ended();
            }
        } catch (IOException e) {
            heard.broken();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return heard;
    }
}
