package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The HTTP API in a program of one's own. */
public final class EmbeddedServerMain {
    private EmbeddedServerMain() {}

    /** Starts a server, asks it once, and stops it. */
    public static void main(String[] args) throws Exception {
        try (ResponsesEngine engine =
                        ResponsesEngine.builder().backend(DemoBackend.create()).build();
                ResponsesHttpServer server =
                        ResponsesHttpServer.builder(engine).port(0).build().start()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.port() + "/v1/responses"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\": \"demo\", \"input\": \"What is the capital of Germany?\"}"))
                    .build();
            System.out.println(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body());
        }
    }
}
