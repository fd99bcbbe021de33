package io.github.responses4j.engine;

import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.stream.CallFilter;
import io.github.responses4j.stream.Step;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the model to the request: no call of a tool that {@code tool_choice} does not allow becomes part of the response, whatever the
 * model says, and no second one if {@code parallel_tool_calls} is off (Open Responses, {@code allowed_tools} is a hard rule).
 */
record AllowedCalls(ToolChoice choice, boolean parallel) implements CallFilter {
    private static final String REFUSAL = "Not called: this tool is not allowed now.";

    AllowedCalls(ResponseRequest request) {
        this(request.toolChoice(), request.parallelToolCalls());
    }

    @Override
    public boolean admits(String name, @Nullable String namespace, int earlier) {
        boolean allowed = choice.allows(name) || namespace != null && choice.allows(namespace);
        return allowed && (parallel || earlier == 0);
    }

    /** What tells the model that its calls were refused, if no other call of the same sample was let in. */
    static List<Item> refusals(Step sampled) {
        List<Item> told = new ArrayList<>();
        if (sampled.items().stream().anyMatch(ToolCall.class::isInstance)) {
            return told;
        }
        for (Item refused : sampled.refused()) {
            boolean custom = refused instanceof CustomToolCall;
            String callId = refused.json().requireString("call_id");
            told.add(refused);
            told.add(Item.of(JsonObject.ofType(custom ? CustomToolCallOutput.TYPE : FunctionCallOutput.TYPE)
                    .put("call_id", callId)
                    .put("status", ItemStatus.COMPLETED.wire())
                    .put("output", REFUSAL)
                    .build()));
        }
        return told;
    }
}
