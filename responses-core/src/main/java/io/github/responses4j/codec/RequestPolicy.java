package io.github.responses4j.codec;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.McpTool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a profile makes of a request: defaults that it fills in, and what it refuses. Pure; safe from any thread. */
public final class RequestPolicy {
    private static final String APPROVAL = "require_approval";

    private RequestPolicy() {}

    /** The request with the defaults of a profile; the same one if nothing is left open. */
    public static ResponseRequest withDefaults(ResponseRequest request, Profile profile) {
        List<JsonObject> tools = request.json().objects("tools");
        List<JsonObject> filled = tools.stream()
                .map(tool -> leavesApprovalOpen(tool)
                        ? tool.with(APPROVAL, profile.approvalByDefault() ? "always" : "never")
                        : tool)
                .toList();
        return filled.equals(tools) ? request : request.withTools(filled);
    }

    private static boolean leavesApprovalOpen(JsonObject tool) {
        return McpTool.TYPE.equals(tool.string("type")) && tool.isAbsentOrNull(APPROVAL);
    }

    /** The members that are not known: they are passed on to the backend as they are. One warning for each, in the request's order. */
    public static List<Warning> unknown(ResponseRequest request) {
        JsonObject json = request.json();
        return json.names().stream()
                .filter(name -> !RequestRules.known().contains(name) && !json.isNull(name))
                .map(name -> new Warning(name, "not known here; passed on to the backend as it is"))
                .toList();
    }

    /**
     * Refuses, in a strict profile, a request with members that are not known.
     *
     * @throws InvalidRequestException naming the first of them
     */
    public static void refuseUnknown(ResponseRequest request, Profile profile) {
        Warning first = first(unknown(request), profile);
        if (first != null) {
            throw new InvalidRequestException(
                    "Unknown parameter: '" + first.param() + "'.", "unknown_parameter", first.param());
        }
    }

    /**
     * Refuses, in a strict profile, a request of which something is not honoured.
     *
     * @param warnings what is not honoured
     * @throws InvalidRequestException naming the first of them
     */
    public static void refuseUnsupported(List<Warning> warnings, Profile profile) {
        Warning first = first(warnings, profile);
        if (first != null) {
            throw new InvalidRequestException(
                    "Unsupported parameter: '" + first.param() + "': " + first.message() + ".",
                    "unsupported_parameter",
                    first.param());
        }
    }

    private static @Nullable Warning first(List<Warning> warnings, Profile profile) {
        return profile.strict() && !warnings.isEmpty() ? warnings.get(0) : null;
    }
}
