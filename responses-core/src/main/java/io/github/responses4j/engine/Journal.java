package io.github.responses4j.engine;

import io.github.responses4j.item.ToolCall;
import io.github.responses4j.store.ToolStart;

/** Where it is written down, before a tool is called, that it will be; so that no call is made twice. From any thread. */
@FunctionalInterface
interface Journal {
    /** For runs that nobody goes on with: there a call is made once, or never. */
    Journal NONE = call -> ToolStart.STARTED;

    /** Notes that a call is about to be made; the note is lasting when this returns. */
    ToolStart starts(ToolCall call);
}
