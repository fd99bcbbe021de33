package io.github.responses4j.stream;

import io.github.responses4j.event.OutputItemAdded;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.json.JsonObject;
import java.util.function.LongFunction;

/** The item that is growing. It knows the grammar of its kind; it never sees a number. */
abstract class OpenItem {
    /** Takes an event that still lacks its number. */
    interface Emitter {
        void emit(LongFunction<ResponseEvent> event);
    }

    final Emitter out;
    final String id;
    final int outputIndex;
    private JsonObject fields = JsonObject.EMPTY;

    OpenItem(Emitter out, String id, int outputIndex) {
        this.out = out;
        this.id = id;
        this.outputIndex = outputIndex;
    }

    final void begin(JsonObject preliminary) {
        Item item = Item.of(preliminary);
        out.emit(number -> OutputItemAdded.of(number, outputIndex, item));
    }

    /** Members to put into the item when it is whole. */
    final void add(JsonObject more) {
        fields = fields.withAll(more);
    }

    /** Ends the part that is growing, if one is. */
    abstract void endPart();

    /** The item as it will stay. */
    abstract JsonObject finished(ItemStatus status);

    /** Ends the item. */
    final Item end(ItemStatus status) {
        endPart();
        Item item = Item.of(finished(status).withAll(fields));
        out.emit(number -> OutputItemDone.of(number, outputIndex, item));
        return item;
    }
}
