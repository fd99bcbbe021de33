package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A file for the model: by id, by URL, or with its data.
 *
 * @param json the part as on the wire
 */
public record InputFile(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "input_file";

    /** A file with its data. */
    public static InputFile ofData(String filename, String dataUrl) {
        return new InputFile(JsonObject.ofType(TYPE)
                .put("filename", filename)
                .put("file_data", dataUrl)
                .build());
    }

    /** The file's id, if it is named by one. */
    public @Nullable String fileId() {
        return json.string("file_id");
    }

    /** The file's data as a {@code data:} URL or base64, if it is here. */
    public @Nullable String fileData() {
        return json.string("file_data");
    }

    /** The file's URL, if it is named by one. */
    public @Nullable String fileUrl() {
        return json.string("file_url");
    }

    /** The file's name, if it says one. */
    public @Nullable String filename() {
        return json.string("filename");
    }
}
