package io.github.responses4j.engine;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import io.github.responses4j.tool.ToolPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request as a backend gets it that does not take all of its tools, and the way back from its functions to the tools. */
final class FittedTools {
    /** The one argument of the function that stands for a custom tool. */
    private static final String INPUT = "input";

    private static final String NAMESPACE = "namespace";
    private static final Pattern TOOL = Pattern.compile("tools\\[(\\d+)](.*)", Pattern.DOTALL);
    private static final JsonObject INPUT_SCHEMA = JsonObject.ofType("object")
            .put(
                    "properties",
                    JsonObject.builder()
                            .put(INPUT, JsonObject.ofType("string").build())
                            .build())
            .putStrings("required", List.of(INPUT))
            .build();

    private final Backend backend;
    private final ToolPolicies policies;
    private final List<Tool> tools = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private final Map<String, List<String>> namespaces = new HashMap<>();
    private final Set<String> skipped = new HashSet<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final boolean mapsCustomCalls;
    private final BackendRequest request;

    /**
     * What a function stands for.
     *
     * @param name the tool's own name
     * @param namespace the namespace that the tool is in, if it is in one
     * @param custom whether it is a custom tool
     */
    record Origin(String name, @Nullable String namespace, boolean custom) {
        JsonObject fields(JsonObject others) {
            return namespace == null ? others : others.with(NAMESPACE, namespace);
        }
    }

    private FittedTools(BackendRequest asked, Backend backend, ToolPolicies policies) {
        this.backend = backend;
        this.policies = policies;
        for (int i = 0; i < asked.tools().size(); i++) {
            fit(asked.tools().get(i), i);
        }
        mapsCustomCalls = policies.mapsCustomCalls()
                || origins.values().stream().anyMatch(origin -> origin.custom() && origin.namespace() == null);
        ToolChoice choice = choice(asked.toolChoice());
        request = new BackendRequest(
                asked.model(),
                asked.instructions(),
                asked.context().stream().map(this::mapped).toList(),
                tools,
                choice,
                asked.maxOutputTokens(),
                asked.stream(),
                asked.settings());
    }

    static FittedTools of(BackendRequest asked, Backend backend, ToolPolicies policies) {
        return new FittedTools(asked, backend, policies);
    }

    BackendRequest request() {
        return request;
    }

    List<Warning> warnings() {
        return warnings;
    }

    /** What a function of the backend's stands for, or null if it stands for itself. */
    @Nullable
    Origin origin(String name) {
        return origins.get(name);
    }

    /** A warning about a tool of the backend's as one about the tool of the request. */
    Warning inTheRequest(Warning warning) {
        Matcher tool = TOOL.matcher(warning.param());
        if (!tool.matches()) {
            return warning;
        }
        int place = Integer.parseInt(tool.group(1));
        return place < places.size()
                ? new Warning("tools[" + places.get(place) + "]" + tool.group(2), warning.message())
                : warning;
    }

    private void fit(Tool tool, int place) {
        switch (policies.of(tool, backend)) {
            case PASS -> add(tool, place);
            case MAP -> {
                if (tool instanceof CustomTool custom) {
                    origins.put(custom.name(), new Origin(custom.name(), null, true));
                    add(function(custom, custom.name(), place), place);
                } else {
                    namespace(tool.json(), place);
                }
            }
            case SKIP, REFUSE -> {
                skipped.add(tool.type());
                warnings.add(new Warning(
                        "tools[" + place + "]",
                        "nothing here runs tools of type '" + tool.type() + "'; the tool is left out"));
            }
        }
    }

    private void add(Tool tool, int place) {
        tools.add(tool);
        places.add(place);
    }

    private void namespace(JsonObject json, int place) {
        String namespace = json.string("name", "");
        List<String> names = new ArrayList<>();
        for (JsonObject entry : json.objects("tools")) {
            Tool inner;
            try {
                inner = Tool.of(entry);
            } catch (JsonShapeException e) {
                warnings.add(new Warning("tools[" + place + "]", "a tool without a name is left out"));
                continue;
            }
            String name = inner.json().string("name", "");
            String flat = namespace + "__" + name;
            boolean custom = inner instanceof CustomTool;
            if (!custom && !(inner instanceof FunctionTool)) {
                warnings.add(new Warning(
                        "tools[" + place + "]", "a tool of type '" + inner.type() + "' in a namespace is left out"));
                continue;
            }
            names.add(flat);
            origins.put(flat, new Origin(name, namespace, custom));
            Tool renamed = Tool.of(inner.json().with("name", flat));
            boolean function = custom && policies.of(inner, backend) != ToolPolicy.PASS;
            add(function ? function(inner, flat, place) : renamed, place);
        }
        namespaces.put(namespace, names);
    }

    private FunctionTool function(Tool custom, String name, int place) {
        JsonObject format = custom.json().object("format");
        if (format != null && "grammar".equals(format.string("type"))) {
            warnings.add(new Warning(
                    "tools[" + place + "].format", "a function's argument cannot be held to a custom tool's grammar"));
        }
        return FunctionTool.of(name, custom.json().string("description"), INPUT_SCHEMA);
    }

    private ToolChoice choice(ToolChoice choice) {
        JsonObject json = choice.json();
        if (json == null) {
            return choice;
        }
        String type = json.string("type", "");
        if (type.equals("allowed_tools")) {
            List<JsonObject> allowed = new ArrayList<>();
            json.objects("tools").forEach(tool -> allowed.addAll(allowed(tool)));
            return ToolChoice.ofWire(
                    json.toBuilder().put("tools", allowed).build().toNode());
        }
        if (skipped.contains(type)) {
            warnings.add(new Warning("tool_choice", "the tool that must be called is left out; the model decides"));
            return ToolChoice.AUTO;
        }
        return ToolChoice.ofWire(named(json).toNode());
    }

    private List<JsonObject> allowed(JsonObject tool) {
        String type = tool.string("type", "");
        List<String> inner = type.equals(NAMESPACE) ? namespaces.get(tool.string("name", "")) : null;
        if (inner != null) {
            return inner.stream()
                    .map(name -> JsonObject.ofType(FunctionTool.TYPE)
                            .put("name", name)
                            .build())
                    .toList();
        }
        return skipped.contains(type) ? List.of() : List.of(named(tool));
    }

    private JsonObject named(JsonObject choice) {
        Origin origin = origins.get(choice.string("name", ""));
        boolean mapped = CustomTool.TYPE.equals(choice.string("type")) && origin != null && origin.namespace() == null;
        return mapped ? choice.with("type", FunctionTool.TYPE) : choice;
    }

    /** An item of the context as the backend gets it. */
    private Item mapped(Item item) {
        Item result = item;
        if (mapsCustomCalls && item instanceof CustomToolCall call) {
            String arguments =
                    JsonObject.builder().put(INPUT, call.input()).build().toString();
            result = Item.of(call.json().without(INPUT).toBuilder()
                    .put("type", FunctionCall.TYPE)
                    .put("arguments", arguments)
                    .build());
        } else if (mapsCustomCalls && item instanceof CustomToolCallOutput output) {
            result = Item.of(output.json().with("type", FunctionCallOutput.TYPE));
        }
        String namespace = item.json().string(NAMESPACE, "");
        if (result instanceof ToolCall call && namespaces.containsKey(namespace)) {
            return Item.of(result.json().without(NAMESPACE).with("name", namespace + "__" + call.name()));
        }
        return result;
    }

    /** A call that came whole, as a call of what its function stands for. */
    Item unmapped(Item item) {
        Origin origin = item instanceof ToolCall call ? origins.get(call.name()) : null;
        if (origin == null) {
            return item;
        }
        JsonObject json = origin.fields(item.json().with("name", origin.name()));
        if (origin.custom() && item instanceof FunctionCall call) {
            json = json.without("arguments").toBuilder()
                    .put("type", CustomToolCall.TYPE)
                    .put(INPUT, input(call.arguments()))
                    .build();
        }
        return Item.of(json);
    }

    /** The text that a custom tool is given, out of the arguments of the function that stands for it. */
    static String input(String arguments) {
        try {
            String input = JsonObject.parse(arguments).string(INPUT);
            return input == null ? arguments : input;
        } catch (InvalidJsonException freeText) {
            return arguments;
        }
    }
}
