package io.github.responses4j.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The one configured Jackson mapper and its limits. Safe from any thread.
 *
 * <p>Reading is strict: no duplicate keys, no trailing tokens, valid UTF-8 only (a byte order mark is skipped), at most {@link
 * #MAX_DEPTH} levels, {@link #MAX_DEPTH_OF_TEXT} in a text, strings of at most {@link #MAX_STRING} characters, numbers of at most {@link #MAX_NUMBER} characters.
 * Numbers keep their exact value.
 */
public final class Json {
    /** How deep objects and arrays may nest in bytes that somebody sends. */
    public static final int MAX_DEPTH = 64;

    /** How deep they may nest in a text: what was sent stands inside other objects when it is read again. */
    public static final int MAX_DEPTH_OF_TEXT = MAX_DEPTH + 4;

    /** How many characters a string may have: room for the largest image or file that the wire allows. */
    public static final int MAX_STRING = 75_000_000;

    /** How many characters a number may have. */
    public static final int MAX_NUMBER = 100;

    /** How many characters the name of a member may have. */
    public static final int MAX_NAME = 10_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(constraints(MAX_DEPTH))
            .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    // What is rebuilt does not keep the pool: its buffers would stay with each thread that has read something.
    private static final JsonFactory TEXTS = FACTORY.rebuild()
            .streamReadConstraints(constraints(MAX_DEPTH_OF_TEXT))
            .recyclerPool(FACTORY._getRecyclerPool())
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectWriter ASCII = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private Json() {}

    private static StreamReadConstraints constraints(int depth) {
        return StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxStringLength(MAX_STRING)
                .maxNumberLength(MAX_NUMBER)
                .maxNameLength(MAX_NAME)
                .build();
    }

    /** The shared mapper. Configured for good: callers must not change it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads any JSON value.
     *
     * @throws InvalidJsonException if the bytes are not UTF-8, not JSON, or beyond the limits
     */
    public static JsonNode read(byte[] utf8) {
        return read(FACTORY, decode(utf8));
    }

    /**
     * Reads any JSON value.
     *
     * @throws InvalidJsonException if the text is not JSON or beyond the limits
     */
    public static JsonNode read(String text) {
        return read(TEXTS, text);
    }

    private static JsonNode read(JsonFactory factory, String text) {
        try (JsonParser parser = factory.createParser(text)) {
            JsonNode node = MAPPER.reader().readTree(parser);
            if (node == null || node.isMissingNode()) {
                throw new InvalidJsonException("the text is empty", null);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new InvalidJsonException(where(e), e);
        } catch (NumberFormatException e) {
            throw new InvalidJsonException("a number has too large an exponent", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a value as compact UTF-8. Lone surrogates are escaped, so any string can be written. */
    public static byte[] toBytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException loneSurrogate) {
            return toAscii(node).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Writes a value as compact text in which every character beyond ASCII is escaped. */
    public static String toAscii(JsonNode node) {
        try {
            return ASCII.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a value to a generator of the caller's. */
    static void write(JsonNode node, JsonGenerator out) throws IOException {
        MAPPER.writeTree(out, node);
    }

    private static String decode(byte[] utf8) {
        int start =
                utf8.length >= 3 && utf8[0] == (byte) 0xEF && utf8[1] == (byte) 0xBB && utf8[2] == (byte) 0xBF ? 3 : 0;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8, start, utf8.length - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidJsonException("the text is not valid UTF-8", e);
        }
    }

    private static String where(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        String place =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return "not valid JSON, or beyond its limits," + place;
    }
}
