package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one item must look like when it is added, while it grows, and when it is done. */
final class ItemRules {

    private final Violations violations;

    ItemRules(Violations violations) {
        this.violations = violations;
    }

    /** Fields and zero values of an added item. */
    void added(TrackedItem item, Event event) {
        Field.check(ItemKind.common(), item.added, "item.", event, violations);
        ItemKind kind = item.kind;
        if (kind == null) {
            return;
        }
        Field.check(kind.always, item.added, "item.", event, violations);
        for (Map.Entry<String, JsonNode> zero : kind.zeros.entrySet()) {
            JsonNode value = item.added.path(zero.getKey());
            boolean mayLack = value.isMissingNode()
                    && violations.options().optionalFields().contains(zero.getKey());
            if (!mayLack && !value.equals(zero.getValue())) {
                notZero(event, item, zero.getKey(), zero.getValue().toString());
            }
        }
        for (Map.Entry<String, JsonNode> zero : kind.optionalZeros.entrySet()) {
            JsonNode value = item.added.path(zero.getKey());
            if (!value.isMissingNode() && !value.isNull() && !value.equals(zero.getValue())) {
                notZero(event, item, zero.getKey(), zero.getValue().toString());
            }
        }
        for (String field : kind.notYet) {
            if (item.added.hasNonNull(field)) {
                notZero(event, item, field, "null");
            }
        }
    }

    private void notZero(Event event, TrackedItem item, String field, String expected) {
        violations.add(
                StreamRule.G11,
                event.index(),
                "an added " + item.type + " has " + field + " " + expected + ", here it is "
                        + Json.brief(item.added.path(field)));
    }

    /** Takes the next event of the item's own (G11). */
    void step(TrackedItem item, Event event) {
        Grammar order = item.order;
        if (order == null) {
            return;
        }
        Grammar after = order.after(event.kind().word());
        if (after.equals(Grammar.NEVER)) {
            item.spoilt = true;
            violations.add(
                    StreamRule.G11, event.index(), event.type() + " may not come here in " + item + expected(order));
        } else {
            item.order = after;
            item.lastWord = event.kind().word();
        }
    }

    static String expected(Grammar order) {
        return order.next().isEmpty() ? "; only its done event may come" : "; expected " + order.next();
    }

    /** An event inside the item that belongs to no part. */
    void inside(TrackedItem item, Event event) {
        step(item, event);
        if (event.json().has(TrackedCommands.INDEX) && !item.spoilt) {
            item.commands.accept(event, violations);
        }
        String field = event.kind().grows();
        if (field == null) {
            return;
        }
        item.grownField = field;
        if (event.kind().isDelta()) {
            item.spoilt |= !event.path("delta").isTextual();
            item.grown.append(event.text("delta"));
            return;
        }
        compareText(item, event, event.path(field), event.type() + "." + field);
        JsonNode name = event.path("name");
        if (name.isTextual() && !name.equals(item.added.path("name"))) {
            violations.add(
                    StreamRule.G8,
                    event.index(),
                    event.type() + " has the name " + name + ", the item was added as "
                            + Json.brief(item.added.path("name")));
        }
    }

    private void compareText(TrackedItem item, Event event, JsonNode value, String what) {
        if (!item.spoilt && value.isTextual() && !value.textValue().contentEquals(item.grown)) {
            violations.add(
                    StreamRule.G7,
                    event.index(),
                    what + " is " + Json.quoted(value.textValue()) + ", the deltas make "
                            + Json.quoted(item.grown.toString()));
        }
    }

    /** The done event of the item. */
    void done(TrackedItem item, Event event) {
        Field.check(ItemKind.common(), item.done, "item.", event, violations);
        TrackedPart open = item.openPart();
        if (open != null) {
            item.spoilt = true;
            violations.add(
                    StreamRule.G6, event.index(), item + " is done while its " + open.type + " part is still open");
        }
        same(item, event, "id");
        same(item, event, "type");
        ItemKind kind = item.kind;
        if (kind != null) {
            Field.check(kind.always, item.done, "item.", event, violations);
            Field.check(kind.whenDone, item.done, "item.", event, violations);
            kind.identity.forEach(field -> same(item, event, field));
            compareParts(item, event, "content", item.content);
            compareParts(item, event, "summary", item.summary);
        }
        if (item.grownField != null) {
            compareText(item, event, item.done.path(item.grownField), "item." + item.grownField);
        }
        status(item, event, kind);
        order(item, event, kind);
    }

    private void same(TrackedItem item, Event event, String field) {
        JsonNode before = item.added.path(field);
        JsonNode after = item.done.path(field);
        // A missing one is G13's business.
        if (before.isTextual() && after.isTextual() && !before.equals(after)) {
            violations.add(
                    StreamRule.G8,
                    event.index(),
                    "item." + field + " is " + Json.brief(after) + ", the item was added with " + Json.brief(before));
        }
    }

    private void compareParts(TrackedItem item, Event event, String slot, List<TrackedPart> parts) {
        JsonNode values = item.done.path(slot);
        if (item.spoilt || parts.stream().anyMatch(part -> part.spoilt)) {
            return;
        }
        if (values.size() != parts.size()) {
            violations.add(
                    StreamRule.G7,
                    event.index(),
                    "item." + slot + " has " + values.size() + " part(s), the stream had " + parts.size());
            return;
        }
        for (int i = 0; i < parts.size(); i++) {
            Json.difference("item." + slot + "[" + i + "]", parts.get(i).done, values.path(i))
                    .ifPresent(text ->
                            violations.add(StreamRule.G7, event.index(), "differs from the done part: " + text));
        }
    }

    private void status(TrackedItem item, Event event, @Nullable ItemKind kind) {
        JsonNode status = item.done.path("status");
        if (!status.isTextual()) {
            boolean mayLack = violations.options().optionalFields().contains("status");
            if (kind != null && kind.statusRequired && !mayLack) {
                violations.add(StreamRule.G9, event.index(), "a done " + item.type + " has a status");
            }
            return;
        }
        boolean good =
                kind == null ? !status.textValue().equals("in_progress") : kind.ends.contains(status.textValue());
        if (!good) {
            violations.add(
                    StreamRule.G9, event.index(), "the status " + status + " does not end a " + item.type + " item");
        }
    }

    private void order(TrackedItem item, Event event, @Nullable ItemKind kind) {
        Grammar order = item.order;
        if (kind == null || order == null) {
            return;
        }
        boolean cutShort = kind.outcome && (item.isIncomplete() || item.isFailed() && !kind.tellsFailure);
        if (!order.mayEnd() && !cutShort) {
            violations.add(StreamRule.G11, event.index(), item + " is done too early" + expected(order));
        }
        if (!kind.outcome || item.spoilt) {
            return;
        }
        boolean failed = item.lastWord.endsWith(".failed");
        String status = item.done.path("status").asText();
        if (failed ? status.equals("completed") : item.lastWord.endsWith(".completed") && status.equals("failed")) {
            violations.add(
                    StreamRule.G9, event.index(), item + " has the status " + status + " after " + item.lastWord);
        }
        if (failed && !item.done.hasNonNull("error")) {
            violations.add(StreamRule.G9, event.index(), item + " failed, but has no error");
        }
    }
}
