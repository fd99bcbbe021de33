package io.github.responses4j.backends;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import java.io.IOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** How adapters read JSON: token by token, without a tree for the pieces that make up a stream. */
final class WireJson {
    // Without the check for duplicate names: it would cost a set for every object of every piece.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxStringLength(Json.MAX_STRING)
                    .maxNumberLength(Json.MAX_NUMBER)
                    .maxNameLength(Json.MAX_NAME)
                    .build())
            .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
            .build();

    // What follows a value within a chunk is the rest of the chunk.
    private static final ObjectReader TREES =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private WireJson() {}

    /** Reads one value, which must be all there is. */
    static void read(byte[] utf8, int length, Reading reading) throws IOException {
        try (JsonParser json = FACTORY.createParser(utf8, 0, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new ProtocolException("an object was expected");
            }
            reading.read(json);
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new ProtocolException("something follows the object");
            }
        }
    }

    /** The string here, or null if it is none; passes over anything else. */
    static @Nullable String text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return null;
    }

    /** The string here if it is not empty, else null; passes over anything else. */
    static @Nullable String word(JsonParser json) throws IOException {
        String text = text(json);
        return text == null || text.isEmpty() ? null : text;
    }

    /** The number here, or {@code otherwise} if it is none; passes over anything else. */
    static int number(JsonParser json, int otherwise) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return json.getIntValue();
        }
        json.skipChildren();
        return otherwise;
    }

    /** A whole body as a tree. */
    static JsonNode tree(byte[] utf8) throws IOException {
        try {
            return Json.read(utf8);
        } catch (InvalidJsonException e) {
            throw new ProtocolException("not valid JSON");
        }
    }

    /** The value here as a tree. */
    static JsonNode tree(JsonParser json) throws IOException {
        return TREES.readTree(json);
    }

    /** The object here as a tree, or null if it is none; passes over anything else. */
    static @Nullable JsonObject object(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT && tree(json) instanceof ObjectNode object) {
            return JsonObject.adopt(object);
        }
        json.skipChildren();
        return null;
    }

    /** Takes an object in, from its start to its end. */
    @FunctionalInterface
    interface Reading {
        /** Reads from the start of the object to its end. */
        void read(JsonParser json) throws IOException;
    }
}
