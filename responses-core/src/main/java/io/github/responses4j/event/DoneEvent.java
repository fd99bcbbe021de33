package io.github.responses4j.event;

/** What grew by deltas is whole. */
public sealed interface DoneEvent extends ResponseEvent
        permits OutputTextDone,
                RefusalDone,
                ReasoningTextDone,
                ReasoningSummaryTextDone,
                FunctionCallArgumentsDone,
                CustomToolCallInputDone,
                McpCallArgumentsDone,
                CodeInterpreterCallCodeDone {
    /** All deltas put together. */
    String text();

    /** The item's id. */
    default String itemId() {
        return json().string("item_id", "");
    }

    /** The item's place in the output, from 0. */
    default int outputIndex() {
        return Fields.index(json(), "output_index");
    }
}
