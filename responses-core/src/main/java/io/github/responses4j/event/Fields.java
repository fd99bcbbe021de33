package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/** Reads what many kinds of events carry. */
final class Fields {
    private Fields() {}

    static int index(JsonObject json, String name) {
        Long index = json.integer(name);
        return index == null || index < 0 || index > Integer.MAX_VALUE ? -1 : index.intValue();
    }
}
