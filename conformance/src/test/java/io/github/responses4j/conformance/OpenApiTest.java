package io.github.responses4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every body and every event of many kinds of runs, in the profile {@code open-responses}, against the OpenAPI document that the
 * system property {@code conformance.openapi} names.
 */
class OpenApiTest {
    private static final OpenApiDocument AS_IT_IS = OpenApiDocument.read(Path.of(Objects.requireNonNull(
            System.getProperty("conformance.openapi"), "the system property conformance.openapi is not set")));
    private static final OpenApiDocument MENDED = AS_IT_IS.mended();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String BACKGROUND = "\"background\": true, \"input\": \"Hello\"";

    @TestFactory
    Stream<DynamicTest> bodiesAreValid() {
        return Scenario.all().stream()
                .map(scenario -> dynamicTest(scenario.name(), () -> {
                    try (ScriptedServer server = new ScriptedServer(scenario.backend(1))) {
                        JsonNode response = server.post("/v1/responses", body(scenario.request()));

                        assertThat(response.path("object").asText())
                                .as("%s", response)
                                .isEqualTo("response");
                        assertThat(MENDED.problems("ResponseResource", response))
                                .as("%s", response)
                                .isEmpty();
                        if (response.path("store").asBoolean()) {
                            JsonNode kept = server.get(
                                    "/v1/responses/" + response.path("id").asText());
                            assertThat(MENDED.problems("ResponseResource", kept))
                                    .as("%s", kept)
                                    .isEmpty();
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> eventsAreValid() {
        return Scenario.all().stream()
                .map(scenario -> dynamicTest(scenario.name(), () -> {
                    List<ObjectNode> events = events(scenario);

                    assertThat(events).isNotEmpty();
                    for (ObjectNode event : events) {
                        assertThat(MENDED.eventProblems(event)).as("%s", event).isEmpty();
                    }
                }));
    }

    @Test
    void aChainIsValid() throws Exception {
        Scenario text = Scenario.all().get(0);
        try (ScriptedServer server = new ScriptedServer(text.backend(2))) {
            JsonNode first = server.post("/v1/responses", body(text.request()));
            JsonNode second = server.post(
                    "/v1/responses",
                    body(text.request())
                            .put("previous_response_id", first.path("id").asText()));

            assertThat(second.path("previous_response_id")).isEqualTo(first.path("id"));
            assertThat(MENDED.problems("ResponseResource", second))
                    .as("%s", second)
                    .isEmpty();
        }
    }

    @Test
    void aBackgroundResponseIsValid() throws Exception {
        Scenario text = Scenario.all().get(0);
        try (ScriptedServer server = new ScriptedServer(text.backend(1))) {
            JsonNode queued = server.post("/v1/responses", body(BACKGROUND));

            assertThat(queued.path("status").asText()).as("%s", queued).isEqualTo("queued");
            assertThat(MENDED.problems("ResponseResource", queued))
                    .as("%s", queued)
                    .isEmpty();
            String path = "/v1/responses/" + queued.path("id").asText();
            // Without a stream of its own it can be told when it has ended.
            long patience = System.nanoTime() + PATIENCE.toNanos();
            while (!server.get(path).path("status").asText().equals("completed")) {
                assertThat(System.nanoTime()).as("%s has ended", path).isLessThan(patience);
                Thread.onSpinWait();
            }
            List<ObjectNode> events = server.replay(path);
            assertThat(events.get(events.size() - 1).path("type").asText()).isEqualTo("response.completed");
            for (ObjectNode event : events) {
                assertThat(MENDED.eventProblems(event)).as("%s", event).isEmpty();
            }
        }
    }

    @Test
    void aCompactionIsValid() throws Exception {
        Scenario text = Scenario.all().get(0);
        try (ScriptedServer server = new ScriptedServer(text.backend(1))) {
            JsonNode compaction = server.post("/v1/responses/compact", body("\"input\": \"Hello\""));

            assertThat(MENDED.problems("CompactResource", compaction))
                    .as("%s", compaction)
                    .isEmpty();
        }
    }

    @Test
    void everyEventOfTheDocumentIsSeen() throws Exception {
        Set<String> seen = new LinkedHashSet<>();
        events(new Scenario("background", BACKGROUND, Scenario.all().get(0).samples()))
                .forEach(event -> seen.add(event.path("type").asText()));
        for (Scenario scenario : Scenario.all()) {
            events(scenario).forEach(event -> seen.add(event.path("type").asText()));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(AS_IT_IS.eventTypes());
    }

    // ---- the check itself

    @Test
    void aMissingMemberIsNoticed() throws Exception {
        Scenario text = Scenario.all().get(0);
        try (ScriptedServer server = new ScriptedServer(text.backend(1))) {
            ObjectNode whole = (ObjectNode) server.post("/v1/responses", body(text.request()));
            assertThat(whole.size()).isGreaterThan(30);
            for (JsonNode required : AS_IT_IS.at("/components/schemas/ResponseResource/required")) {
                ObjectNode broken = whole.deepCopy();
                broken.remove(required.asText());

                assertThat(MENDED.problems("ResponseResource", broken))
                        .as("without %s", required)
                        .hasSize(1);
            }
        }
    }

    @Test
    void aWrongEventIsNoticed() throws Exception {
        List<ObjectNode> events = events(Scenario.all().get(0));
        for (ObjectNode event : events) {
            assertThat(MENDED.eventProblems(event.deepCopy().put("sequence_number", "1")))
                    .hasSize(1);
            assertThat(MENDED.eventProblems(event.deepCopy().put("type", "response.strange")))
                    .hasSize(1);
            for (String name : List.of("response", "item", "part", "delta", "text")) {
                if (event.has(name)) {
                    ObjectNode broken = event.deepCopy();
                    broken.remove(name);
                    assertThat(MENDED.eventProblems(broken))
                            .as("%s without %s", event, name)
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void everySlipIsStillThere() {
        assertThat(Arrays.stream(Slip.values()).filter(slip -> !slip.isIn(AS_IT_IS)))
                .isEmpty();
    }

    private static List<ObjectNode> events(Scenario scenario) throws Exception {
        try (ScriptedServer server = new ScriptedServer(scenario.backend(1))) {
            return server.stream("/v1/responses", body(scenario.request()));
        }
    }

    private static ObjectNode body(String members) {
        String json = "{\"model\": \"scripted\", " + members + "}";
        return (ObjectNode) Json.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
