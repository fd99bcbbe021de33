package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A file that the text produced.
 *
 * @param json the annotation as on the wire
 */
public record FilePath(JsonObject json) implements Annotation {
    /** The kind's name on the wire. */
    public static final String TYPE = "file_path";

    /** The file's id; empty if it says none. */
    public String fileId() {
        return json.string("file_id", "");
    }
}
