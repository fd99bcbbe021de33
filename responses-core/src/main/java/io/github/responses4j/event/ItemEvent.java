package io.github.responses4j.event;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;

/** An output item begins or ends. */
public sealed interface ItemEvent extends ResponseEvent permits OutputItemAdded, OutputItemDone {
    /** The item as it stands now. */
    default Item item() {
        JsonObject item = json().object("item");
        if (item == null) {
            throw new IllegalStateException(type() + " carries no item");
        }
        return Item.of(item);
    }

    /** The item's place in the output, from 0. */
    default int outputIndex() {
        return Fields.index(json(), "output_index");
    }
}
