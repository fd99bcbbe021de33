package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Field.optional;
import static io.github.responses4j.testkit.Field.required;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Walks once over the events of a stream, in order, and keeps the order of the whole. */
final class StreamWalk {

    private static final String NO_TYPE = "(none)";
    private static final Pattern EXTENSION = Pattern.compile("response\\..+|[A-Za-z0-9][A-Za-z0-9_.-]*:.+");
    private static final List<String> HEAD = List.of(EventKind.CREATED, EventKind.QUEUED, EventKind.IN_PROGRESS);
    private static final List<Field> NESTED_ERROR = List.of(
            required("type", JsonKind.NAME),
            required("message", JsonKind.STRING),
            optional("code", JsonKind.STRING_OR_NULL),
            optional("param", JsonKind.STRING_OR_NULL));

    private final Violations violations;
    private final ItemTracker items;
    private final ResponseRules responses;
    private final List<String> types = new ArrayList<>();
    private final Map<String, Integer> unknownTypes = new LinkedHashMap<>();
    private int keepalives;
    private long nextNumber;

    /** How many steps of {@link #HEAD} are behind; 3 once in_progress came. */
    private int headSteps;

    private boolean sawCreated;
    private boolean createdQueued;
    private boolean sawQueued;
    private boolean headComplaint;
    private boolean sawError;
    private boolean ended;

    StreamWalk(Violations violations) {
        this.violations = violations;
        items = new ItemTracker(violations);
        responses = new ResponseRules(violations);
    }

    /** How many events came so far, which is the index of the next one. */
    int count() {
        return types.size();
    }

    void accept(JsonNode json) {
        int index = types.size();
        String type = json.path("type").isTextual() ? json.path("type").textValue() : NO_TYPE;
        types.add(type);
        if (index == 0 && !type.equals(EventKind.CREATED)) {
            violations.add(StreamRule.G1, index, "the first event is " + type);
        }
        if (!(json instanceof ObjectNode object)) {
            violations.add(StreamRule.G13, index, "the event is not one JSON object: " + Json.brief(json));
            nextNumber++;
            return;
        }
        number(json.path("sequence_number"), index);
        EventKind kind = EventKind.of(type);
        boolean afterEnd = ended;
        if (afterEnd) {
            violations.add(StreamRule.G3, index, type + " comes after the terminal event");
        } else {
            errorKey(json, type, index);
        }
        if (type.equals(EventKind.KEEPALIVE)) {
            keepalives++;
            if (violations.options().knownTypesOnly() && !afterEnd) {
                violations.add(StreamRule.G16, index, "closed-union clients refuse typed keepalive events");
            }
        } else if (kind == null) {
            unknown(type, index, afterEnd);
        } else if (!afterEnd) {
            known(new Event(index, kind, object));
        }
    }

    private void number(JsonNode number, int index) {
        if (!number.isIntegralNumber() || number.longValue() != nextNumber) {
            violations.add(
                    StreamRule.G2, index, "sequence_number is " + Json.brief(number) + ", expected " + nextNumber);
        }
        nextNumber = (number.isIntegralNumber() ? number.longValue() : nextNumber) + 1;
    }

    private void errorKey(JsonNode json, String type, int index) {
        if (!type.equals(EventKind.ERROR) && json.has("error")) {
            violations.add(
                    StreamRule.G15, index, type + " has a top-level key error, which clients take for a failure");
        }
        if (sawError && !type.equals(EventKind.FAILED)) {
            violations.add(StreamRule.G15, index, type + " follows an error event");
        }
    }

    private void unknown(String type, int index, boolean afterEnd) {
        if (type.equals(NO_TYPE)) {
            violations.add(StreamRule.G13, index, "the event has no type that is a string");
            return;
        }
        unknownTypes.merge(type, 1, Integer::sum);
        if (afterEnd) {
            return;
        }
        if (violations.options().knownTypesOnly()) {
            violations.add(StreamRule.G16, index, "the type " + type + " is unknown, and the options refuse that");
        } else if (!EXTENSION.matcher(type).matches()) {
            violations.add(StreamRule.G16, index, "the type " + type + " is neither response.… nor slug:…");
        }
    }

    private void known(Event event) {
        Field.check(event.kind().fields(), event.json(), "", event, violations);
        switch (event.kind().place()) {
            case HEAD -> {
                responses.check(event, items.isEmpty());
                head(event);
            }
            case TERMINAL -> {
                responses.check(event, false);
                terminal(event);
            }
            case ERROR -> error(event);
            case ANYWHERE -> {
                // Known, but it says nothing about items.
            }
            default -> {
                headIsOver(event, headSteps == HEAD.size());
                items.accept(event);
            }
        }
    }

    private void head(Event event) {
        int step = HEAD.indexOf(event.type());
        boolean queued = event.path("response").path("status").asText().equals("queued");
        if (!items.isEmpty()) {
            violations.add(StreamRule.G4, event.index(), event.type() + " comes after an item");
        } else if (step < headSteps) {
            violations.add(
                    StreamRule.G4,
                    event.index(),
                    event.type() + " comes after " + HEAD.get(headSteps - 1) + ", or for the second time");
        }
        if (step == 0) {
            sawCreated = true;
            createdQueued = queued;
        } else if (step == 1) {
            sawQueued = true;
            if (sawCreated && !createdQueued) {
                violations.add(StreamRule.G4, event.index(), "queued comes, but the response was not created queued");
            }
        } else if (createdQueued && !sawQueued) {
            violations.add(StreamRule.G4, event.index(), "the response was created queued, but queued did not come");
        }
        headSteps = Math.max(headSteps, step + 1);
    }

    /** Complains once if items or the end come before in_progress. */
    private void headIsOver(Event event, boolean complete) {
        if (!complete && !headComplaint) {
            headComplaint = true;
            violations.add(StreamRule.G4, event.index(), event.type() + " comes before " + EventKind.IN_PROGRESS);
        }
    }

    private void terminal(Event event) {
        // A queued response may fail before anyone started it.
        boolean failedInQueue = sawQueued && event.type().equals(EventKind.FAILED);
        headIsOver(event, failedInQueue || headSteps == HEAD.size());
        items.end(event);
        ended = true;
    }

    private void error(Event event) {
        sawError = true;
        JsonNode nested = event.path("error");
        if (nested.isObject()) {
            Field.check(NESTED_ERROR, nested, "error.", event, violations);
        } else if (event.path("message").isMissingNode() && nested.isMissingNode()) {
            violations.add(StreamRule.G13, event.index(), "an error event has message, or error with message, or both");
        }
    }

    StreamReport finish() {
        if (types.isEmpty()) {
            violations.add(StreamRule.G1, Violations.WHOLE_STREAM, "the stream has no event");
        }
        if (!ended && !violations.options().tolerates(Tolerance.CUT_OFF)) {
            violations.add(StreamRule.G3, Violations.WHOLE_STREAM, "the stream has no terminal event");
        }
        return new StreamReport(types, violations.inStreamOrder(), unknownTypes, keepalives);
    }
}
