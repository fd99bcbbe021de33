package io.github.responses4j.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** A server in this process, and calls of it. */
final class Served implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Running running;

    private Served(Running running) {
        this.running = running;
    }

    /** Starts one on a free port. */
    static Served start(Map<String, String> environment, String... options) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(options);
        arguments.port = "0";
        return new Served(Running.start(SettingsReader.read(arguments, environment)));
    }

    private HttpRequest.Builder request(String path, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + path))
                .header("Content-Type", "application/json");
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Asks for a response; without a key if that is empty. */
    HttpResponse<String> post(String key, String body) throws Exception {
        return send(request("/v1/responses", key).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String key, String id) throws Exception {
        return send(request("/v1/responses/" + id, key));
    }

    HttpResponse<String> delete(String key, String id) throws Exception {
        return send(request("/v1/responses/" + id, key).DELETE());
    }

    @Override
    public void close() {
        running.close();
    }
}
