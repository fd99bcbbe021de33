package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.Json;
import io.github.responses4j.testkit.SseFrame;
import io.github.responses4j.testkit.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** An answer as it came over the wire. */
final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param headers the headers, names in lower case, the last one of a name
     * @param body the body, without chunks
     */
    Answer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    String header(String name) {
        return headers.get(name);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return Json.read(body);
    }

    /** The error of this answer, which must be one: JSON, with exactly four members. */
    JsonNode error() {
        assertThat(header("content-type")).isEqualTo("application/json");
        JsonNode json = json();
        assertThat(json.properties()).extracting(Map.Entry::getKey).containsExactly("error");
        assertThat(json.get("error").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(json.get("error").get("message").asText()).isNotBlank().doesNotContain("Exception");
        return json.get("error");
    }

    /** The error as {@code type|code|param}. */
    String errorSummary() {
        JsonNode error = error();
        return error.get("type").asText() + "|" + error.get("code").asText() + "|"
                + error.get("param").asText();
    }

    List<SseFrame> frames() {
        return SseReader.frames(body);
    }

    /** The types of the events, and {@code [DONE]}. */
    List<String> eventTypes() {
        return frames().stream()
                .filter(frame -> frame.data() != null)
                .map(frame -> frame.isDone()
                        ? "[DONE]"
                        : Json.read(frame.data()).path("type").asText())
                .toList();
    }
}
