package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tools and the choice among them as chat completions write them. */
final class ChatTools {
    /** The one argument of the function that stands for a custom tool. */
    static final String CUSTOM_INPUT = "input";

    private static final JsonObject NO_PARAMETERS =
            JsonObject.ofType("object").put("properties", JsonObject.EMPTY).build();
    private static final JsonObject CUSTOM_PARAMETERS = JsonObject.ofType("object")
            .put(
                    "properties",
                    JsonObject.builder()
                            .put(CUSTOM_INPUT, JsonObject.ofType("string").build())
                            .build())
            .putStrings("required", List.of(CUSTOM_INPUT))
            .build();

    private ChatTools() {}

    /** The names of the custom tools on offer. */
    static Set<String> customNames(List<Tool> tools) {
        Set<String> names = new HashSet<>();
        for (Tool tool : tools) {
            if (tool instanceof CustomTool custom) {
                names.add(custom.name());
            }
        }
        return names;
    }

    /** Puts tools and choice into the body. */
    static void write(BackendRequest request, JsonObject.Builder body, Warnings warnings) {
        List<String> allowed = request.toolChoice().allowedNames();
        List<JsonObject> tools = new ArrayList<>();
        for (int i = 0; i < request.tools().size(); i++) {
            Tool tool = request.tools().get(i);
            JsonObject function = function(tool, "tools[" + i + "]", warnings);
            if (function != null && (allowed == null || allowed.contains(name(tool)))) {
                tools.add(
                        JsonObject.ofType("function").put("function", function).build());
            }
        }
        if (tools.isEmpty()) {
            return;
        }
        body.put("tools", tools);
        Boolean parallel = request.settings().json().bool("parallel_tool_calls");
        if (parallel != null) {
            body.put("parallel_tool_calls", parallel);
        }
        choice(request.toolChoice(), body, warnings);
    }

    private static void choice(ToolChoice choice, JsonObject.Builder body, Warnings warnings) {
        JsonObject json = choice.json();
        if (json == null || "allowed_tools".equals(json.string("type"))) {
            if (!choice.mode().equals(ToolChoice.AUTO.mode())) {
                body.put("tool_choice", choice.mode());
            }
            return;
        }
        String type = json.string("type", "");
        String name = json.string("name");
        if (name == null || !(type.equals(FunctionTool.TYPE) || type.equals(CustomTool.TYPE))) {
            warnings.add("tool_choice", "this backend cannot be made to call a tool of this kind; the model decides");
            return;
        }
        body.put(
                "tool_choice",
                JsonObject.ofType("function")
                        .put("function", JsonObject.builder().put("name", name).build())
                        .build());
    }

    private static String name(Tool tool) {
        return tool.json().string("name", "");
    }

    private static @Nullable JsonObject function(Tool tool, String param, Warnings warnings) {
        if (tool instanceof FunctionTool function) {
            JsonObject.Builder json = JsonObject.builder()
                    .put("name", function.name())
                    .putIfPresent("description", function.description());
            JsonObject parameters = function.parameters();
            json.put("parameters", parameters == null ? NO_PARAMETERS : parameters);
            if (Boolean.TRUE.equals(function.strict())) {
                json.put("strict", true);
            }
            return json.build();
        }
        if (tool instanceof CustomTool custom) {
            JsonObject format = tool.json().object("format");
            if (format != null && "grammar".equals(format.string("type"))) {
                warnings.add(param + ".format", "this backend cannot hold a custom tool's input to a grammar");
            }
            return JsonObject.builder()
                    .put("name", custom.name())
                    .putIfPresent("description", custom.json().string("description"))
                    .put("parameters", CUSTOM_PARAMETERS)
                    .build();
        }
        warnings.add(param, "this backend has no tools of type '" + tool.type() + "'; the tool is left out");
        return null;
    }
}
