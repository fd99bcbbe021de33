package io.github.responses4j.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Places where the document says something else than its own text, or than every server does. Mended before answers are checked. */
enum Slip {
    /** The schema of a format may only be null; servers send back what they were given. */
    FORMAT_SCHEMA(
            "/components/schemas/JsonSchemaResponseFormat/properties",
            "schema",
            "{\"anyOf\":[{\"type\":\"null\"}]}",
            "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"object\"}]}");

    private static final JsonMapper MAPPER = new JsonMapper();

    private final String parent;
    private final String name;
    private final String is;
    private final String shouldBe;

    Slip(String parent, String name, String is, String shouldBe) {
        this.parent = parent;
        this.name = name;
        this.is = is;
        this.shouldBe = shouldBe;
    }

    /** Whether a document still has it. */
    boolean isIn(OpenApiDocument document) {
        return json(is).equals(document.at(parent + "/" + name));
    }

    void mend(ObjectNode document) {
        ((ObjectNode) document.at(parent)).set(name, json(shouldBe));
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
