package io.github.responses4j.engine;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What happens to the tools of a request, kind by kind. Where nothing else is said a backend gets what it takes, and of the rest what can be
 * mapped is mapped.
 */
final class ToolPolicies {
    /** The kind of a group of functions and custom tools under one name. */
    static final String NAMESPACE = "namespace";

    private static final Set<String> MAPPABLE = Set.of(CustomTool.TYPE, NAMESPACE);

    private final Map<String, ToolPolicy> byType;

    ToolPolicies(Map<String, ToolPolicy> byType) {
        this.byType = Map.copyOf(byType);
    }

    static void check(String type, ToolPolicy policy) {
        if (policy == ToolPolicy.MAP && !MAPPABLE.contains(type)) {
            throw new IllegalArgumentException("a tool of type '" + type + "' cannot be mapped");
        }
    }

    ToolPolicy of(Tool tool, Backend backend) {
        ToolPolicy set = byType.get(tool.type());
        if (set != null) {
            return set;
        }
        if (backend.takes(tool)) {
            return ToolPolicy.PASS;
        }
        return MAPPABLE.contains(tool.type()) ? ToolPolicy.MAP : ToolPolicy.SKIP;
    }

    /** Whether calls of custom tools are functions for every backend, those of earlier turns included. */
    boolean mapsCustomCalls() {
        return byType.get(CustomTool.TYPE) == ToolPolicy.MAP;
    }

    /**
     * The backend as a request with these tools sees it.
     *
     * @throws InvalidRequestException if one of the tools is to be refused
     */
    Backend fit(Backend backend, ResponseRequest request) {
        boolean fits = !mapsCustomCalls();
        List<Tool> tools = request.tools();
        for (int i = 0; i < tools.size(); i++) {
            ToolPolicy policy = of(tools.get(i), backend);
            if (policy == ToolPolicy.REFUSE) {
                throw new InvalidRequestException(
                        "Tools of type '" + tools.get(i).type() + "' are not supported.",
                        "unsupported_parameter",
                        "tools[" + i + "]");
            }
            fits &= policy == ToolPolicy.PASS;
        }
        return fits ? backend : new FittedBackend(backend, this);
    }
}
