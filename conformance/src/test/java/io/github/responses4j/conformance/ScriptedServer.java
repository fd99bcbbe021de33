package io.github.responses4j.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHandler;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.SseReader;
import io.github.responses4j.tool.HostedTool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** A server in the profile of Open Responses over a model of the test's, and questions to it. */
final class ScriptedServer implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ResponsesEngine engine;
    private final ResponsesHttpServer server;

    ScriptedServer(Backend backend) {
        HostedTool lookup = HostedTool.of(
                "lookup", "Looks a word up.", JsonObject.parse("{\"type\":\"object\"}"), ScriptedServer::look);
        engine = ResponsesEngine.builder().backend(backend).tool(lookup).build();
        server = ResponsesHttpServer.builder(ResponsesHandler.builder(engine)
                        .profile(Profile.named("open-responses"))
                        .build())
                .port(0)
                .build()
                .start();
    }

    private static String look(JsonObject arguments) {
        if (arguments.string("word", "").isEmpty()) {
            throw new IllegalArgumentException("no word");
        }
        return "warm's opposite";
    }

    /** The body of an answer, whatever its status. */
    JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return Json.read(ask(path, body).body());
    }

    /** The events of a stream. */
    List<ObjectNode> stream(String path, ObjectNode body) throws IOException, InterruptedException {
        return SseReader.events(ask(path, body.deepCopy().put("stream", true)).body());
    }

    /** The events of a response from the first one on, up to its end. */
    List<ObjectNode> replay(String path) throws IOException, InterruptedException {
        return SseReader.events(send(request(path + "?stream=true").GET()).body());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return Json.read(send(request(path).GET()).body());
    }

    private HttpResponse<byte[]> ask(String path, ObjectNode body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        server.close();
        engine.close();
    }
}
