package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One event of known shape, with its place in the stream. */
record Event(int index, EventKind kind, ObjectNode json) {

    String type() {
        return kind.type();
    }

    JsonNode path(String field) {
        return json.path(field);
    }

    /** The value of an index field, or -1 where it is missing or wrong, which G13 reports. */
    int index(String field) {
        JsonNode value = json.path(field);
        return JsonKind.INDEX.fits(value) ? value.intValue() : -1;
    }

    String text(String field) {
        return json.path(field).asText();
    }
}
