package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Parts as chat completions name them, in messages or by themselves, turned into the standard ones. */
final class DialectParts {
    private DialectParts() {}

    static void toStandard(ArrayNode input) {
        List<JsonNode> items = new ArrayList<>(input.size());
        ArrayNode parts = null;
        boolean bare = false;
        for (JsonNode entry : input) {
            if (ItemRules.isBarePart(entry)) {
                if (parts == null) {
                    ObjectNode message = JsonNodeFactory.instance.objectNode();
                    items.add(message.put("type", "message").put("role", "user"));
                    parts = message.putArray("content");
                }
                parts.add(entry);
                bare = true;
            } else {
                parts = null;
                items.add(entry);
            }
        }
        if (bare) {
            input.removeAll();
            input.addAll(items);
        }
        for (JsonNode item : input) {
            boolean spokenByTheModel = "assistant".equals(item.path("role").textValue());
            rename(item.path("content"), spokenByTheModel);
            rename(item.path("output"), false);
        }
    }

    private static void rename(JsonNode parts, boolean spokenByTheModel) {
        if (!parts.isArray()) {
            return;
        }
        for (JsonNode node : parts) {
            if (node instanceof ObjectNode part) {
                rename(part, spokenByTheModel);
            }
        }
    }

    private static void rename(ObjectNode part, boolean spokenByTheModel) {
        switch (part.path("type").asText("")) {
            case "text" -> part.put("type", spokenByTheModel ? "output_text" : "input_text");
            case "image_url" -> image(part.put("type", "input_image"));
            case "input_image" -> image(part);
            case "file" -> {
                JsonNode file = part.remove("file");
                part.put("type", "input_file");
                if (file instanceof ObjectNode members) {
                    part.setAll(members);
                }
            }
            default -> {
                // A standard part, or one that nobody knows.
            }
        }
    }

    private static void image(ObjectNode part) {
        if (part.path("image_url") instanceof ObjectNode url) {
            part.set("image_url", url.path("url"));
            if (url.hasNonNull("detail") && !part.hasNonNull("detail")) {
                part.set("detail", url.path("detail"));
            }
        }
    }
}
