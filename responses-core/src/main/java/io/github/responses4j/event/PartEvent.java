package io.github.responses4j.event;

import io.github.responses4j.item.Content;
import io.github.responses4j.json.JsonObject;

/** A part of an item begins or ends. */
public sealed interface PartEvent extends ResponseEvent
        permits ContentPartAdded, ContentPartDone, ReasoningSummaryPartAdded, ReasoningSummaryPartDone {
    /** The part as it stands now. */
    default Content part() {
        JsonObject part = json().object("part");
        if (part == null) {
            throw new IllegalStateException(type() + " carries no part");
        }
        return Content.of(part);
    }

    /** The item's id. */
    default String itemId() {
        return json().string("item_id", "");
    }

    /** The item's place in the output, from 0. */
    default int outputIndex() {
        return Fields.index(json(), "output_index");
    }

    /** The part's place in the item's content or summary, from 0. */
    int partIndex();
}
