package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An image for the model, by URL or by file id.
 *
 * @param json the part as on the wire
 */
public record InputImage(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "input_image";

    /** An image behind a URL, which may be a {@code data:} URL. */
    public static InputImage ofUrl(String url) {
        return new InputImage(JsonObject.ofType(TYPE)
                .put("image_url", url)
                .put("detail", "auto")
                .build());
    }

    /** The image's URL, or null if it is named by a file id. */
    public @Nullable String imageUrl() {
        return json.string("image_url");
    }

    /** The image's file id, or null if it is named by a URL. */
    public @Nullable String fileId() {
        return json.string("file_id");
    }

    /** How closely the model should look: {@code auto} unless the part says otherwise. */
    public String detail() {
        return json.string("detail", "auto");
    }
}
