package io.github.responses4j.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The OpenAPI document of Open Responses, its schemas ready to validate with. */
final class OpenApiDocument {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String SCHEMAS = "/components/schemas";

    private final ObjectNode document;
    private final Map<String, String> events = new HashMap<>();
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private OpenApiDocument(ObjectNode document) {
        this.document = document;
        document.at(SCHEMAS).properties().forEach(entry -> {
            String type = entry.getValue().at("/properties/type/enum/0").asText();
            if (entry.getKey().endsWith("StreamingEvent")) {
                events.put(type, entry.getKey());
            }
        });
    }

    /** The document as it is. */
    static OpenApiDocument read(Path file) {
        try {
            return new OpenApiDocument((ObjectNode) MAPPER.readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The document with its slips mended. */
    OpenApiDocument mended() {
        ObjectNode copy = document.deepCopy();
        for (Slip slip : Slip.values()) {
            slip.mend(copy);
        }
        return new OpenApiDocument(copy);
    }

    /** Every event type that it knows. */
    List<String> eventTypes() {
        return events.keySet().stream().sorted().toList();
    }

    JsonNode at(String pointer) {
        return document.at(pointer);
    }

    /** What is wrong with a body of this schema; nothing if it is valid. */
    List<String> problems(String schema, JsonNode body) {
        return compiled.computeIfAbsent(schema, this::compile).validate(body).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    /** What is wrong with an event. */
    List<String> eventProblems(JsonNode event) {
        String type = event.path("type").asText();
        String schema = events.get(type);
        return schema == null ? List.of("no event has the type '" + type + "'") : problems(schema, event);
    }

    private Schema compile(String name) {
        if (document.at(SCHEMAS).path(name).isMissingNode()) {
            throw new IllegalArgumentException("the document has no schema " + name);
        }
        ObjectNode schema = MAPPER.createObjectNode().put("$ref", "#" + SCHEMAS + "/" + name);
        schema.set("components", document.path("components"));
        return registry.getSchema(schema);
    }
}
