package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Field.optional;
import static io.github.responses4j.testkit.Field.required;
import static io.github.responses4j.testkit.JsonKind.ARRAY;
import static io.github.responses4j.testkit.JsonKind.INDEX;
import static io.github.responses4j.testkit.JsonKind.NAME;
import static io.github.responses4j.testkit.JsonKind.OBJECT;
import static io.github.responses4j.testkit.JsonKind.STRING;
import static io.github.responses4j.testkit.JsonKind.STRING_OR_NULL;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event type of the wire: where it stands and which fields it has.
 *
 * @param place where it stands in the grammar
 * @param indexField which field counts the parts it speaks of, or null if it speaks of no part
 * @param partType the type of the part it speaks of, or null if any
 * @param grows the field of the part or item that it extends or completes, or null
 * @param fields everything besides {@code type} and {@code sequence_number}
 */
record EventKind(
        String type,
        Place place,
        @Nullable String indexField,
        @Nullable String partType,
        @Nullable String grows,
        List<Field> fields) {

    /** Where an event stands. */
    enum Place {
        /** Created, queued, in progress. */
        HEAD,
        /** Completed, incomplete, failed. */
        TERMINAL,
        ITEM_ADDED,
        ITEM_DONE,
        PART_ADDED,
        PART_DONE,
        /** Between a part's added and done. */
        IN_PART,
        /** Between an item's added and done, in no part. */
        IN_ITEM,
        ERROR,
        /** Known, but with no place in the grammar. */
        ANYWHERE
    }

    static final String CREATED = "response.created";
    static final String QUEUED = "response.queued";
    static final String IN_PROGRESS = "response.in_progress";
    static final String COMPLETED = "response.completed";
    static final String INCOMPLETE = "response.incomplete";
    static final String FAILED = "response.failed";
    static final String ERROR = "error";
    static final String KEEPALIVE = "keepalive";
    static final String CONTENT_INDEX = "content_index";
    static final String SUMMARY_INDEX = "summary_index";

    private static final Map<String, EventKind> BY_TYPE = table();

    /** The kind of a type, or null if the wire tables do not know it. */
    static @Nullable EventKind of(String type) {
        return BY_TYPE.get(type);
    }

    /** The type without its prefix, as item and part grammars name it. */
    String word() {
        return type.substring(type.indexOf('.') + 1);
    }

    boolean isDelta() {
        return type.endsWith(".delta");
    }

    /** The array of the item in which the part stands. */
    String slot() {
        return SUMMARY_INDEX.equals(indexField) ? "summary" : "content";
    }

    private static Map<String, EventKind> table() {
        List<EventKind> all = new ArrayList<>();
        for (String type : List.of(CREATED, QUEUED, IN_PROGRESS)) {
            all.add(plain(type, Place.HEAD, List.of(required("response", OBJECT))));
        }
        for (String type : List.of(COMPLETED, INCOMPLETE, FAILED)) {
            all.add(plain(type, Place.TERMINAL, List.of(required("response", OBJECT))));
        }
        List<Field> item = List.of(required("output_index", INDEX), required("item", OBJECT));
        all.add(plain("response.output_item.added", Place.ITEM_ADDED, item));
        all.add(plain("response.output_item.done", Place.ITEM_DONE, item));
        all.add(part("response.content_part.added", Place.PART_ADDED, CONTENT_INDEX));
        all.add(part("response.content_part.done", Place.PART_DONE, CONTENT_INDEX));
        all.add(part("response.reasoning_summary_part.added", Place.PART_ADDED, SUMMARY_INDEX));
        all.add(part("response.reasoning_summary_part.done", Place.PART_DONE, SUMMARY_INDEX));
        addTexts(all);
        addCalls(all);
        all.add(plain(
                ERROR,
                Place.ERROR,
                List.of(
                        optional("code", STRING_OR_NULL),
                        optional("message", STRING),
                        optional("param", STRING_OR_NULL),
                        optional("error", OBJECT))));
        all.add(plain(KEEPALIVE, Place.ANYWHERE, List.of()));
        addOthers(all);
        Map<String, EventKind> byType = new HashMap<>();
        all.forEach(kind -> byType.put(kind.type, kind));
        return Map.copyOf(byType);
    }

    private static void addTexts(List<EventKind> all) {
        Field logprobs = required("logprobs", ARRAY);
        text(all, "response.output_text", "output_text", CONTENT_INDEX, logprobs);
        text(all, "response.refusal", "refusal", CONTENT_INDEX);
        text(all, "response.reasoning_text", "reasoning_text", CONTENT_INDEX);
        // The other spelling of the same two events, from the Open Responses schema.
        text(all, "response.reasoning", "reasoning_text", CONTENT_INDEX);
        text(all, "response.reasoning_summary_text", "summary_text", SUMMARY_INDEX);
        all.add(new EventKind(
                "response.output_text.annotation.added",
                Place.IN_PART,
                CONTENT_INDEX,
                "output_text",
                "annotations",
                inItem(
                        required(CONTENT_INDEX, INDEX),
                        required("annotation_index", INDEX),
                        required("annotation", OBJECT))));
    }

    private static void addCalls(List<EventKind> all) {
        grown(all, "response.function_call_arguments", "arguments", required("name", NAME));
        grown(all, "response.custom_tool_call_input", "input");
        grown(all, "response.mcp_call_arguments", "arguments");
        grown(all, "response.code_interpreter_call_code", "code");
        states(all, "response.mcp_call", "in_progress", "completed", "failed");
        states(all, "response.mcp_list_tools", "in_progress", "completed", "failed");
        states(all, "response.web_search_call", "in_progress", "searching", "completed");
        states(all, "response.file_search_call", "in_progress", "searching", "completed");
        states(all, "response.code_interpreter_call", "in_progress", "interpreting", "completed");
        states(all, "response.image_generation_call", "in_progress", "generating", "completed");
        all.add(plain(
                "response.image_generation_call.partial_image",
                Place.IN_ITEM,
                inItem(required("partial_image_index", INDEX), required("partial_image_b64", STRING))));
    }

    private static void addOthers(List<EventKind> all) {
        Field command = required(TrackedCommands.INDEX, INDEX);
        // The events of a command name no item, only its place.
        Field output = required("output_index", INDEX);
        for (String end : List.of("added", "done")) {
            all.add(plain(
                    "response.shell_call_command." + end,
                    Place.IN_ITEM,
                    List.of(output, command, required("command", STRING))));
        }
        all.add(plain(
                "response.shell_call_command.delta",
                Place.IN_ITEM,
                List.of(output, command, required("delta", STRING))));
        all.add(plain(
                "response.shell_call_output_content.delta", Place.IN_ITEM, inItem(command, required("delta", OBJECT))));
        all.add(plain(
                "response.shell_call_output_content.done", Place.IN_ITEM, inItem(command, required("output", ARRAY))));
        // Audio names no item at all, so that only its fields can be checked.
        for (String stream : List.of("response.audio", "response.audio.transcript")) {
            all.add(plain(stream + ".delta", Place.ANYWHERE, List.of(required("delta", STRING))));
            all.add(plain(stream + ".done", Place.ANYWHERE, List.of()));
        }
    }

    private static EventKind plain(String type, Place place, List<Field> fields) {
        return new EventKind(type, place, null, null, null, fields);
    }

    private static EventKind part(String type, Place place, String indexField) {
        return new EventKind(
                type, place, indexField, null, null, inItem(required(indexField, INDEX), required("part", OBJECT)));
    }

    /** The delta and done events of a text that grows inside a part. */
    private static void text(List<EventKind> all, String prefix, String partType, String indexField, Field... more) {
        String grows = partType.equals("refusal") ? "refusal" : "text";
        for (boolean delta : new boolean[] {true, false}) {
            List<Field> fields = new ArrayList<>(inItem(more));
            fields.add(required(indexField, INDEX));
            fields.addAll(delta ? deltaFields() : List.of(required(grows, STRING)));
            all.add(new EventKind(
                    prefix + (delta ? ".delta" : ".done"), Place.IN_PART, indexField, partType, grows, fields));
        }
    }

    /** The delta and done events of a text that grows in the item itself; {@code more} stands on the done event. */
    private static void grown(List<EventKind> all, String prefix, String grows, Field... more) {
        List<Field> delta = new ArrayList<>(inItem());
        delta.addAll(deltaFields());
        all.add(new EventKind(prefix + ".delta", Place.IN_ITEM, null, null, grows, delta));
        List<Field> done = new ArrayList<>(inItem(more));
        done.add(required(grows, STRING));
        all.add(new EventKind(prefix + ".done", Place.IN_ITEM, null, null, grows, done));
    }

    private static void states(List<EventKind> all, String prefix, String... states) {
        for (String state : states) {
            all.add(plain(prefix + "." + state, Place.IN_ITEM, inItem()));
        }
    }

    private static List<Field> deltaFields() {
        return List.of(required("delta", STRING), optional("obfuscation", STRING));
    }

    private static List<Field> inItem(Field... more) {
        List<Field> fields = new ArrayList<>();
        fields.add(required("item_id", NAME));
        fields.add(required("output_index", INDEX));
        fields.addAll(List.of(more));
        return List.copyOf(fields);
    }
}
