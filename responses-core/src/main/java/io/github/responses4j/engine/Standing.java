package io.github.responses4j.engine;

import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.response.Usage;
import io.github.responses4j.stream.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands that others have begun. It goes on behind the last item that is whole: with the calls that have no output yet; at
 * its end, if the model had given its answer; and otherwise by asking the model again.
 *
 * @param known what the model has to be shown of the output so far, beside {@code said}
 * @param said what the model has said last, if nothing has come of it yet
 * @param answered how many calls have their output
 */
record Standing(List<Item> known, @Nullable Step said, int answered) {
    private static final Standing AT_THE_START = new Standing(List.of(), null, 0);

    /** Where a run stands whose output so far is this. */
    static Standing of(List<Item> output) {
        if (output.isEmpty()) {
            return AT_THE_START;
        }
        Set<String> answered = new HashSet<>();
        for (Item item : output) {
            if (item instanceof FunctionCallOutput || item instanceof CustomToolCallOutput) {
                answered.add(item.json().string("call_id", ""));
            }
        }
        List<Item> pending = output.stream()
                .filter(item -> item instanceof ToolCall call && !answered.contains(call.callId()))
                .toList();
        List<Item> known =
                output.stream().filter(item -> !pending.contains(item)).toList();
        if (!pending.isEmpty()) {
            boolean cut = pending.stream().anyMatch(item -> item.status() == ItemStatus.INCOMPLETE);
            StopReason reason = cut ? StopReason.MAX_OUTPUT_TOKENS : StopReason.TOOL_CALLS;
            return new Standing(known, step(pending, reason), answered.size());
        }
        Item last = output.get(output.size() - 1);
        if (last instanceof Message) {
            // A message is whole when the model has stopped, or gone on to something else; that was not told.
            StopReason reason = last.status() == ItemStatus.INCOMPLETE ? StopReason.MAX_OUTPUT_TOKENS : StopReason.DONE;
            return new Standing(known, step(List.of(last), reason), answered.size());
        }
        return new Standing(known, null, answered.size());
    }

    private static Step step(List<Item> items, StopReason reason) {
        return new Step(items, List.of(), reason, Usage.NONE);
    }
}
