package io.github.responses4j.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tools the model may or must call.
 *
 * @param mode {@code none}, {@code auto} or {@code required}; for a choice written as an object, what it amounts to
 * @param json the choice written as an object, null for a plain mode
 */
public record ToolChoice(String mode, @Nullable JsonObject json) {
    /** The model decides. */
    public static final ToolChoice AUTO = new ToolChoice("auto", null);

    /** No tool is called. */
    public static final ToolChoice NONE = new ToolChoice("none", null);

    /** At least one tool is called. */
    public static final ToolChoice REQUIRED = new ToolChoice("required", null);

    /** The plain modes. */
    public static final Set<String> MODES = Set.of("none", "auto", "required");

    /** The function of this name must be called. */
    public static ToolChoice function(String name) {
        return of(JsonObject.ofType("function").put("name", name).build());
    }

    /** The choice of a wire value; null and unknown texts are {@link #AUTO}. */
    public static ToolChoice ofWire(@Nullable JsonNode value) {
        if (value instanceof ObjectNode object) {
            return of(JsonObject.copyOf(object));
        }
        return value != null && value.isTextual() && MODES.contains(value.textValue())
                ? new ToolChoice(value.textValue(), null)
                : AUTO;
    }

    private static ToolChoice of(JsonObject json) {
        JsonObject nested = json.object("function");
        JsonObject flat = nested == null ? json : json.without("function").withAll(nested);
        if (!"allowed_tools".equals(flat.string("type"))) {
            return new ToolChoice("required", flat);
        }
        String mode = flat.string("mode", "auto");
        return new ToolChoice(mode, flat.with("mode", mode));
    }

    /** The same choice when a call is no longer forced: a forced one becomes {@link #AUTO}, among the same tools if they were named. */
    public ToolChoice freed() {
        if (!mode.equals(REQUIRED.mode)) {
            return this;
        }
        return json == null || allowedNames() == null ? AUTO : new ToolChoice(AUTO.mode, json.with("mode", AUTO.mode));
    }

    /** Whether a call of the tool of this name keeps to the choice. */
    public boolean allows(String name) {
        List<String> allowed = allowedNames();
        return !mode.equals(NONE.mode) && (allowed == null || allowed.contains(name));
    }

    /** The choice as on the wire. */
    public JsonNode wire() {
        return json == null ? TextNode.valueOf(mode) : json.toNode();
    }

    /** The name of the one function that must be called, or null if the choice names none. */
    public @Nullable String functionName() {
        return json != null && "function".equals(json.string("type")) ? json.string("name") : null;
    }

    /** The functions that may be called, or null if all may. */
    public @Nullable List<String> allowedNames() {
        if (json == null || !"allowed_tools".equals(json.string("type"))) {
            return null;
        }
        return json.objects("tools").stream()
                .map(tool -> tool.string("name", ""))
                .toList();
    }
}
