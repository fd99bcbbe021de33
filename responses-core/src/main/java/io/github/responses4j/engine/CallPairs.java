package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.item.McpApprovalRequest;
import io.github.responses4j.item.McpApprovalResponse;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.item.ToolCallOutput;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls and their answers. What the caller runs must be answered before the model speaks again, and an answer needs its call (OpenAI
 * Responses API). A call that a server ran, such as a search of the web, holds its own result and needs no answer.
 */
final class CallPairs {
    /** The ids of calls that wait for an answer, and the kind of each. */
    private final Map<String, String> waiting = new LinkedHashMap<>();

    private final Set<String> called = new HashSet<>();
    private final Map<String, String> otherNames = new LinkedHashMap<>();
    private final Set<String> approvals = new HashSet<>();

    private CallPairs() {}

    /**
     * Checks what the model is to see.
     *
     * @throws InvalidRequestException if a call is not answered, or an answer has no call
     */
    static void check(List<Item> context) {
        CallPairs pairs = new CallPairs();
        context.forEach(pairs::take);
        for (Map.Entry<String, String> call : pairs.waiting.entrySet()) {
            throw refused("No tool output found for " + words(call.getValue()) + " " + call.getKey() + ".");
        }
    }

    private void take(Item item) {
        JsonObject json = item.json();
        String callId = json.string("call_id", "");
        if (item instanceof ToolCall call) {
            called(item, call.callId(), true);
        } else if (item instanceof ToolCallOutput output) {
            answered(item, output.callId());
        } else if (item instanceof McpApprovalRequest) {
            approvals.add(String.valueOf(item.id()));
        } else if (item instanceof McpApprovalResponse response) {
            if (!approvals.contains(response.approvalRequestId())) {
                throw refused("No approval request found for approval response with approval_request_id "
                        + response.approvalRequestId() + ".");
            }
        } else {
            other(item, callId, "client".equals(json.string("execution")));
        }
    }

    private void other(Item item, String callId, boolean ranByCaller) {
        switch (item.type()) {
            case ItemTypes.COMPUTER_CALL, ItemTypes.APPLY_PATCH_CALL -> called(item, callId, true);
            case ItemTypes.SHELL_CALL ->
                called(item, callId, !runsInContainer(item.json().object("environment")));
            case ItemTypes.LOCAL_SHELL_CALL -> {
                called(item, callId, true);
                // Its output may name it by either id.
                String id = item.id();
                if (id != null) {
                    otherNames.put(id, callId);
                }
            }
            case ItemTypes.TOOL_SEARCH_CALL -> called(item, callId, ranByCaller);
            case ItemTypes.COMPUTER_CALL_OUTPUT,
                    ItemTypes.APPLY_PATCH_CALL_OUTPUT,
                    ItemTypes.SHELL_CALL_OUTPUT,
                    ItemTypes.LOCAL_SHELL_CALL_OUTPUT -> answered(item, callId);
            case ItemTypes.TOOL_SEARCH_OUTPUT -> {
                if (ranByCaller) {
                    answered(item, callId);
                }
            }
            default -> {
                // Neither a call nor an answer, or both in one.
            }
        }
    }

    private static boolean runsInContainer(@Nullable JsonObject environment) {
        return environment != null && environment.string("type", "").startsWith("container");
    }

    private void called(Item item, String callId, boolean waits) {
        if (callId.isEmpty()) {
            return;
        }
        called.add(callId);
        if (waits) {
            waiting.put(callId, item.type());
        }
    }

    private void answered(Item item, String named) {
        String callId = called.contains(named) ? named : otherNames.getOrDefault(named, named);
        if (callId.isEmpty()) {
            return;
        }
        if (!called.contains(callId)) {
            throw refused("No tool call found for " + words(item.type()) + " with call_id " + callId + ".");
        }
        waiting.remove(callId);
    }

    private static String words(String type) {
        return type.replace('_', ' ');
    }

    private static InvalidRequestException refused(String message) {
        return new InvalidRequestException(message, null, "input");
    }
}
