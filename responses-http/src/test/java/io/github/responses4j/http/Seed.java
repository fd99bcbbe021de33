package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.ScriptedBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The requests that a document prints, sent to a server that speaks as the document's system does. */
final class Seed implements AutoCloseable {
    private final String document;
    private final ScriptedBackend backend;
    private final TestServer server;

    Seed(String document, Profile profile, ScriptedBackend backend) {
        this.document = document;
        this.backend = backend;
        this.server = TestServer.of(backend, handler -> handler.profile(profile));
    }

    TestServer server() {
        return server;
    }

    ScriptedBackend backend() {
        return backend;
    }

    /** A request as it is printed. */
    String printed(String name) {
        String path = "/seeds/" + document + "/" + name + ".json";
        try (InputStream in = Seed.class.getResourceAsStream(path)) {
            return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer post(String name) {
        return server.post(printed(name));
    }

    /** Sends a printed request, with an id of this server's in place of the printed one. */
    Answer post(String name, String printedId, String id) {
        String request = printed(name);
        assertThat(request).contains(printedId);
        return server.post(request.replace(printedId, id));
    }

    /** Sends a printed request with more members. */
    Answer postWith(String name, String members) {
        ObjectNode request = (ObjectNode) Json.read(printed(name));
        request.setAll((ObjectNode) Json.read("{" + members + "}"));
        return server.post(request.toString());
    }

    /** The response of an answer, which must be a completed one with the members that every document demands. */
    static JsonNode completed(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode response = answer.json();
        assertThat(response.get("id").textValue()).startsWith("resp_");
        assertThat(response.get("object").textValue()).isEqualTo("response");
        assertThat(response.get("created_at").isIntegralNumber()).isTrue();
        assertThat(response.get("status").textValue()).isEqualTo("completed");
        JsonNode usage = response.get("usage");
        assertThat(usage.get("total_tokens").longValue())
                .isEqualTo(usage.get("input_tokens").longValue()
                        + usage.get("output_tokens").longValue());
        assertThat(usage.get("input_tokens_details").get("cached_tokens").isIntegralNumber())
                .isTrue();
        assertThat(usage.get("output_tokens_details").get("reasoning_tokens").isIntegralNumber())
                .isTrue();
        return response;
    }

    /** What the first message of a response says. */
    static String said(JsonNode response) {
        for (JsonNode item : response.get("output")) {
            if ("message".equals(item.get("type").textValue())) {
                assertThat(item.get("role").textValue()).isEqualTo("assistant");
                JsonNode part = item.get("content").get(0);
                assertThat(part.get("type").textValue()).isEqualTo("output_text");
                return part.get("text").textValue();
            }
        }
        throw new AssertionError("no message in " + response);
    }

    /** The data of the frames of a stream, without the mark at its end. */
    static List<JsonNode> events(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.frames().stream()
                .filter(frame -> frame.data() != null && !frame.isDone())
                .map(frame -> Json.read(frame.data()))
                .toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
