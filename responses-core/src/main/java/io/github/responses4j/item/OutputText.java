package io.github.responses4j.item;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text of the model's.
 *
 * @param json the part as on the wire
 */
public record OutputText(JsonObject json) implements Content {
    /** The kind's name on the wire. */
    public static final String TYPE = "output_text";

    /** Checks the text. */
    public OutputText {
        json.requireString("text");
    }

    /** A text without annotations and log probabilities; both lists are there, as clients demand. */
    public static OutputText of(String text) {
        return new OutputText(JsonObject.ofType(TYPE)
                .put("text", text)
                .put("annotations", List.<JsonObject>of())
                .put("logprobs", List.<JsonObject>of())
                .build());
    }

    /** The text. */
    public String text() {
        return json.requireString("text");
    }

    /** What the text cites, in order. */
    public List<Annotation> annotations() {
        return json.objects("annotations").stream().map(Annotation::of).toList();
    }

    /** The log probabilities as on the wire, a list; null if there are none. */
    public @Nullable JsonNode logprobs() {
        return json.get("logprobs");
    }

    @Override
    public String plainText() {
        return text();
    }
}
