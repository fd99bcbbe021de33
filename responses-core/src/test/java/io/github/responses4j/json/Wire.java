package io.github.responses4j.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Samples of the wire, one JSON text in a line, each written compactly and in ASCII. */
public final class Wire {
    private Wire() {}

    /** The lines of a file below {@code /wire}. */
    public static List<String> lines(String file) {
        try (InputStream in = Wire.class.getResourceAsStream("/wire/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same object with a member that nobody knows at either end, and one that is null. */
    public static String withStrangers(String json) {
        return "{\"x_first\":{\"a\":[1,2.50,null,1E+400]}," + json.substring(1, json.length() - 1)
                + ",\"x_null\":null,\"x_last\":\"\\u2028\"}";
    }
}
