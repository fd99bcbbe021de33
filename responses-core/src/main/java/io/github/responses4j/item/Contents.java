package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.JsonShapeException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Content that the wire allows as a text or as a list of parts. */
final class Contents {
    private Contents() {}

    static void check(JsonObject json, String name) {
        int parts = json.count(name);
        if (parts >= 0) {
            checkParts(json, name, parts);
        } else if (json.string(name) == null) {
            throw json.isAbsentOrNull(name)
                    ? new JsonShapeException(name, Problem.MISSING, "'" + name + "' is required")
                    : new JsonShapeException(
                            name, Problem.WRONG_TYPE, "'" + name + "' must be a string or a list of parts");
        }
    }

    static void checkParts(JsonObject json, String name, int size) {
        List<JsonObject> parts = json.objects(name);
        if (parts.size() != size) {
            throw new JsonShapeException(name, Problem.WRONG_TYPE, "every part of '" + name + "' must be an object");
        }
        for (int i = 0; i < size; i++) {
            try {
                Content.of(parts.get(i));
            } catch (JsonShapeException e) {
                throw e.within(name + "[" + i + "]");
            }
        }
    }

    static List<Content> of(JsonObject json, String name, boolean spokenByTheModel) {
        String text = json.string(name);
        if (text != null) {
            return List.of(spokenByTheModel ? OutputText.of(text) : InputText.of(text));
        }
        List<Content> parts = new ArrayList<>();
        for (JsonObject part : json.objects(name)) {
            parts.add(Content.of(part));
        }
        return List.copyOf(parts);
    }

    static String text(JsonObject json, String name) {
        return of(json, name, false).stream().map(Content::plainText).collect(Collectors.joining());
    }
}
