package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Field.required;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows the parts of items: that they open, grow and close in order, and say in the end what was streamed. */
final class PartTracker {

    private final Violations violations;

    PartTracker(Violations violations) {
        this.violations = violations;
    }

    void added(TrackedItem item, Event event) {
        String slot = event.kind().slot();
        List<TrackedPart> parts = item.parts(slot);
        int expected = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).index + 1;
        int index = index(event);
        if (index < 0) {
            index = expected;
        } else if (index != expected) {
            violations.add(
                    StreamRule.G12,
                    event.index(),
                    event.kind().indexField() + " is " + index + ", the next one is " + expected);
        }
        TrackedPart open = item.openPart();
        if (open != null) {
            violations.add(
                    StreamRule.G6,
                    event.index(),
                    "a part opens in " + item + " while its " + open.type + " part is still open");
        }
        TrackedPart part = new TrackedPart(index, event.path("part"));
        part.spoilt = !PartKind.check(event, violations);
        parts.add(part);
        PartKind kind = part.kind;
        if (kind == null) {
            return;
        }
        if (item.kind != null && !kind.homes().contains(item.type + "." + slot)) {
            violations.add(
                    StreamRule.G11,
                    event.index(),
                    "a " + part.type + " part does not belong into the " + slot + " of a " + item.type);
        }
        zeros(kind, event);
    }

    private void zeros(PartKind kind, Event event) {
        JsonNode text = event.path("part").path(kind.grows());
        if (text.isTextual() && !text.textValue().isEmpty()) {
            violations.add(
                    StreamRule.G11, event.index(), "an added part has " + kind.grows() + " \"\", here it is " + text);
        }
        for (String list : kind.lists()) {
            if (!event.path("part").path(list).isEmpty()) {
                violations.add(StreamRule.G11, event.index(), "an added part has " + list + " []");
            }
        }
    }

    void done(TrackedItem item, Event event) {
        TrackedPart part = find(item, event);
        if (part == null) {
            return;
        }
        part.open = false;
        JsonNode done = event.path("part");
        part.done = done;
        part.spoilt |= !PartKind.check(event, violations);
        if (!done.path("type").asText().equals(part.type)) {
            violations.add(
                    StreamRule.G7,
                    event.index(),
                    "the done part has the type " + Json.brief(done.path("type")) + ", it was added as " + part.type);
            return;
        }
        PartKind kind = part.kind;
        if (kind == null) {
            return;
        }
        if (!part.order.mayEnd()) {
            violations.add(
                    StreamRule.G11,
                    event.index(),
                    "the " + part.type + " part is done too early" + ItemRules.expected(part.order));
        }
        compareText(item, part, event, kind.grows());
        JsonNode annotations = done.path("annotations");
        if (!item.spoilt && !part.spoilt && annotations.isArray()) {
            JsonNode streamed = JsonNodeFactory.instance.arrayNode().addAll(part.annotations);
            Json.difference("part.annotations", streamed, annotations)
                    .ifPresent(text ->
                            violations.add(StreamRule.G7, event.index(), "differs from what was streamed: " + text));
        }
    }

    /** An event between added and done of a part. */
    void inside(TrackedItem item, Event event) {
        TrackedPart part = find(item, event);
        if (part == null || part.kind == null) {
            return;
        }
        Grammar after = part.order.after(event.kind().word());
        if (after.equals(Grammar.NEVER)) {
            part.spoilt = true;
            violations.add(
                    StreamRule.G11,
                    event.index(),
                    event.type() + " may not come here in " + part.type + " part " + part.index + " of " + item
                            + ItemRules.expected(part.order));
            return;
        }
        part.order = after;
        String grows = event.kind().grows();
        if ("annotations".equals(grows)) {
            annotation(part, event);
        } else if (event.kind().isDelta()) {
            part.spoilt |= !event.path("delta").isTextual();
            part.text.append(event.text("delta"));
        } else if (grows != null) {
            compareText(item, part, event, grows);
        }
    }

    private void annotation(TrackedPart part, Event event) {
        int index = event.index("annotation_index");
        if (index >= 0 && index != part.annotations.size()) {
            violations.add(
                    StreamRule.G12,
                    event.index(),
                    "annotation_index is " + index + ", the next one is " + part.annotations.size());
        }
        JsonNode annotation = event.path("annotation");
        part.annotations.add(annotation);
        boolean good =
                Field.check(List.of(required("type", JsonKind.NAME)), annotation, "annotation.", event, violations);
        good &= Field.check(
                PartKind.annotation(annotation.path("type").asText()), annotation, "annotation.", event, violations);
        part.spoilt |= !good;
    }

    private void compareText(TrackedItem item, TrackedPart part, Event event, String field) {
        boolean inPart = event.kind().place() == EventKind.Place.PART_DONE;
        JsonNode value = inPart ? event.path("part").path(field) : event.path(field);
        if (!item.spoilt
                && !part.spoilt
                && value.isTextual()
                && !value.textValue().contentEquals(part.text)) {
            violations.add(
                    StreamRule.G7,
                    event.index(),
                    (inPart ? "part." : event.type() + ".") + field + " is " + Json.quoted(value.textValue())
                            + ", the deltas make " + Json.quoted(part.text.toString()));
        }
    }

    /** The open part that the event speaks of, or null if there is none, which is reported (G6). */
    private @Nullable TrackedPart find(TrackedItem item, Event event) {
        int index = index(event);
        if (index < 0) {
            return item.openPart();
        }
        for (TrackedPart part : item.parts(event.kind().slot())) {
            if (part.open && part.index == index) {
                return part;
            }
        }
        item.spoilt = true;
        violations.add(
                StreamRule.G6,
                event.index(),
                event.type() + ": " + event.kind().indexField() + " " + index + " names no open part of " + item);
        return null;
    }

    private static int index(Event event) {
        String field = event.kind().indexField();
        return field == null ? -1 : event.index(field);
    }
}
