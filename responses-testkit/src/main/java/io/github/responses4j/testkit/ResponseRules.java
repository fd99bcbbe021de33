package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Field.optional;
import static io.github.responses4j.testkit.Field.required;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the response inside created, queued, in_progress and the terminal events must look like. */
final class ResponseRules {

    private static final List<Field> RESPONSE = List.of(
            required("id", JsonKind.NAME),
            required("object", JsonKind.RESPONSE),
            required("created_at", JsonKind.NUMBER),
            required("status", JsonKind.NAME),
            required("error", JsonKind.OBJECT_OR_NULL),
            required("incomplete_details", JsonKind.OBJECT_OR_NULL),
            required("instructions", JsonKind.TEXT_OR_ITEMS_OR_NULL),
            required("model", JsonKind.STRING),
            required("output", JsonKind.ARRAY),
            required("parallel_tool_calls", JsonKind.BOOLEAN),
            required("tool_choice", JsonKind.STRING_OR_OBJECT),
            required("tools", JsonKind.ARRAY),
            optional("metadata", JsonKind.OBJECT_OR_NULL),
            optional("usage", JsonKind.OBJECT_OR_NULL),
            optional("background", JsonKind.BOOLEAN),
            optional("previous_response_id", JsonKind.STRING_OR_NULL));
    private static final List<Field> USAGE = List.of(
            required("input_tokens", JsonKind.INDEX),
            required("input_tokens_details", JsonKind.OBJECT),
            required("output_tokens", JsonKind.INDEX),
            required("output_tokens_details", JsonKind.OBJECT),
            required("total_tokens", JsonKind.INDEX));
    private static final List<Field> INPUT_DETAILS =
            List.of(required("cached_tokens", JsonKind.INDEX), required("cache_write_tokens", JsonKind.INDEX));
    private static final List<Field> OUTPUT_DETAILS = List.of(required("reasoning_tokens", JsonKind.INDEX));
    private static final List<Field> ERROR =
            List.of(required("code", JsonKind.NAME), required("message", JsonKind.STRING));
    private static final List<Field> REASON = List.of(required("reason", JsonKind.NAME));

    private final Violations violations;
    private @Nullable String id;

    ResponseRules(Violations violations) {
        this.violations = violations;
    }

    /** Checks the response of a lifecycle event. */
    void check(Event event, boolean beforeItems) {
        JsonNode response = event.path("response");
        if (!response.isObject()) {
            return;
        }
        shape(response, event);
        identity(response.path("id"), event);
        Set<String> allowed = switch (event.type()) {
            case EventKind.CREATED -> Set.of("in_progress", "queued");
            case EventKind.QUEUED -> Set.of("queued");
            case EventKind.IN_PROGRESS -> Set.of("in_progress");
            case EventKind.COMPLETED -> Set.of("completed");
            case EventKind.INCOMPLETE -> Set.of("incomplete");
            default -> Set.of("failed");
        };
        JsonNode status = response.path("status");
        if (status.isTextual() && !allowed.contains(status.textValue())) {
            broken(event, "has the status " + status + ", expected " + allowed);
        }
        details(response, event);
        usage(response, event);
        boolean head = event.kind().place() == EventKind.Place.HEAD;
        if (head && beforeItems && !response.path("output").isEmpty()) {
            broken(event, "has output before any item was added");
        }
        JsonNode completedAt = response.path("completed_at");
        boolean completed = event.type().equals(EventKind.COMPLETED);
        if (!completedAt.isMissingNode() && completed != completedAt.isNumber()) {
            broken(event, "has completed_at " + completedAt + "; it is a number if completed, else null");
        }
    }

    private void shape(JsonNode response, Event event) {
        Field.check(RESPONSE, response, "response.", event, violations);
        object(ERROR, response, "error", event);
        object(REASON, response, "incomplete_details", event);
        JsonNode usage = response.path("usage");
        if (usage.isObject()) {
            Field.check(USAGE, usage, "response.usage.", event, violations);
            details(INPUT_DETAILS, usage, "input_tokens_details", event);
            details(OUTPUT_DETAILS, usage, "output_tokens_details", event);
        }
    }

    private void object(List<Field> fields, JsonNode response, String name, Event event) {
        if (response.path(name).isObject()) {
            Field.check(fields, response.path(name), "response." + name + ".", event, violations);
        }
    }

    private void details(List<Field> fields, JsonNode usage, String name, Event event) {
        if (usage.path(name).isObject()) {
            Field.check(fields, usage.path(name), "response.usage." + name + ".", event, violations);
        }
    }

    private void identity(JsonNode value, Event event) {
        if (!value.isTextual()) {
            return;
        }
        if (id == null) {
            id = value.textValue();
        } else if (!id.equals(value.textValue())) {
            violations.add(
                    StreamRule.G10, event.index(), "response.id is " + value.textValue() + ", before it was " + id);
        }
    }

    private void details(JsonNode response, Event event) {
        expect(event, response, "error", event.type().equals(EventKind.FAILED));
        expect(event, response, "incomplete_details", event.type().equals(EventKind.INCOMPLETE));
    }

    private void expect(Event event, JsonNode response, String field, boolean set) {
        JsonNode value = response.path(field);
        // A missing or odd one is G13's business.
        if ((value.isNull() && set) || (value.isObject() && !set)) {
            broken(event, "has " + field + " " + Json.brief(value) + (set ? "; it must be set" : "; it must be null"));
        }
    }

    private void usage(JsonNode response, Event event) {
        boolean set = response.path("usage").isObject();
        boolean head = event.kind().place() == EventKind.Place.HEAD;
        boolean mayLack = event.type().equals(EventKind.FAILED)
                || violations.options().optionalFields().contains("usage");
        if (head && set) {
            broken(event, "has usage; it is null until the terminal event");
        } else if (!head && !set && !mayLack) {
            broken(event, "has no usage");
        }
    }

    private void broken(Event event, String what) {
        violations.add(StreamRule.G14, event.index(), "the response of " + event.type() + " " + what);
    }
}
