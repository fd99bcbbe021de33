package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** One field of an event or of an object inside an event. */
record Field(String name, JsonKind kind, boolean required) {

    static Field required(String name, JsonKind kind) {
        return new Field(name, kind, true);
    }

    static Field optional(String name, JsonKind kind) {
        return new Field(name, kind, false);
    }

    /**
     * Checks the fields of one object (G13).
     *
     * @param where how the object is reached from the event, with a dot at the end; empty for the event itself
     * @return whether all is well
     */
    static boolean check(List<Field> fields, JsonNode object, String where, Event event, Violations violations) {
        boolean good = true;
        for (Field field : fields) {
            JsonNode value = object.path(field.name);
            if (value.isMissingNode()) {
                if (field.required && !violations.options().optionalFields().contains(field.name)) {
                    violations.add(
                            StreamRule.G13,
                            event.index(),
                            event.type() + " lacks " + where + field.name + ", " + field.kind.words());
                    good = false;
                }
            } else if (!field.kind.fits(value)) {
                violations.add(
                        StreamRule.G13,
                        event.index(),
                        event.type() + ": " + where + field.name + " must be " + field.kind.words() + ", is "
                                + Json.brief(value));
                good = false;
            }
        }
        return good;
    }
}
