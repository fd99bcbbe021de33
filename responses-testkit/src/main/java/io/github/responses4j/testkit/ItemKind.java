package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Field.optional;
import static io.github.responses4j.testkit.Field.required;
import static io.github.responses4j.testkit.Grammar.either;
import static io.github.responses4j.testkit.Grammar.many;
import static io.github.responses4j.testkit.Grammar.one;
import static io.github.responses4j.testkit.Grammar.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One item type of the wire: how it starts, which events it has of its own, how it ends. */
final class ItemKind {

    private static final Set<String> TWO_ENDS = Set.of("completed", "incomplete");
    private static final Set<String> THREE_ENDS = Set.of("completed", "incomplete", "failed");
    private static final Map<String, ItemKind> BY_TYPE = table();

    /** Values that an added item must have. */
    final Map<String, JsonNode> zeros = new LinkedHashMap<>();

    /** Values that an added item must have if it has the field and the field is not null. */
    final Map<String, JsonNode> optionalZeros = new LinkedHashMap<>();

    /** Fields that an added item has only as null, if at all. */
    final List<String> notYet = new ArrayList<>();

    /** Fields of an added and of a done item. */
    final List<Field> always = new ArrayList<>();

    /** Fields of a done item. */
    final List<Field> whenDone = new ArrayList<>();

    /** Fields whose value may not change between added and done. */
    final List<String> identity = new ArrayList<>();

    /** The statuses of a done item. */
    Set<String> ends = THREE_ENDS;

    /** Whether a done item must have a status. */
    boolean statusRequired;

    /** Whether the events say how the item ended, so that an incomplete one may lack its last events. */
    boolean outcome;

    /** Whether there is an event for a failure; where there is none, a failed item lacks its last events. */
    boolean tellsFailure;

    /** The order of its events, parts by the name of their added event; null if not known. */
    @Nullable
    Grammar order;

    private ItemKind() {}

    /** The kind of a type, or null if the wire tables do not know it. */
    static @Nullable ItemKind of(String type) {
        return BY_TYPE.get(type);
    }

    private static Map<String, ItemKind> table() {
        Map<String, ItemKind> all = new HashMap<>();
        addModelItems(all);
        addMcpItems(all);
        addHostedItems(all);
        for (String output : List.of("function_call_output", "custom_tool_call_output")) {
            all.put(
                    output,
                    new ItemKind()
                            .has("call_id", JsonKind.NAME)
                            .endsWith("output", JsonKind.STRING_OR_ARRAY)
                            .same("call_id")
                            .ends(TWO_ENDS)
                            .order(Grammar.END));
        }
        all.put(
                "compaction",
                new ItemKind().endsWith("encrypted_content", JsonKind.STRING).order(Grammar.END));
        return Map.copyOf(all);
    }

    private static void addModelItems(Map<String, ItemKind> all) {
        all.put(
                "message",
                new ItemKind()
                        .zero("content", "[]")
                        .zero("status", "\"in_progress\"")
                        .has("role", JsonKind.NAME)
                        .endsWith("content", JsonKind.ARRAY)
                        .same("role")
                        .ends(TWO_ENDS)
                        .statusRequired()
                        .order(many("content_part.added")));
        all.put(
                "reasoning",
                new ItemKind()
                        .zero("summary", "[]")
                        .optionalZero("content", "[]")
                        .optionalZero("status", "\"in_progress\"")
                        .endsWith("summary", JsonKind.ARRAY)
                        .ends(TWO_ENDS)
                        .order(many(either("content_part.added", "reasoning_summary_part.added"))));
        all.put(
                "function_call",
                call("arguments", "function_call_arguments")
                        .zero("status", "\"in_progress\"")
                        .statusRequired());
        all.put("custom_tool_call", call("input", "custom_tool_call_input").optionalZero("status", "\"in_progress\""));
    }

    private static ItemKind call(String grows, String events) {
        return new ItemKind()
                .zero(grows, "\"\"")
                .has("call_id", JsonKind.NAME)
                .has("name", JsonKind.NAME)
                .endsWith(grows, JsonKind.STRING)
                .same("call_id")
                .same("name")
                .ends(TWO_ENDS)
                .order(sequence(many(events + ".delta"), one(events + ".done")));
    }

    private static void addMcpItems(Map<String, ItemKind> all) {
        all.put(
                "mcp_list_tools",
                new ItemKind()
                        .zero("tools", "[]")
                        .has("server_label", JsonKind.NAME)
                        .endsWith("tools", JsonKind.ARRAY)
                        .same("server_label")
                        .order(sequence(
                                one("mcp_list_tools.in_progress"),
                                either("mcp_list_tools.completed", "mcp_list_tools.failed")))
                        .tellsFailure());
        all.put(
                "mcp_call",
                new ItemKind()
                        .zero("arguments", "\"\"")
                        .optionalZero("status", "\"in_progress\"")
                        .notYet("output")
                        .notYet("error")
                        .has("name", JsonKind.NAME)
                        .has("server_label", JsonKind.NAME)
                        .endsWith("arguments", JsonKind.STRING)
                        .same("name")
                        .same("server_label")
                        .order(sequence(
                                one("mcp_call.in_progress"),
                                many("mcp_call_arguments.delta"),
                                one("mcp_call_arguments.done"),
                                either("mcp_call.completed", "mcp_call.failed")))
                        .tellsFailure());
        all.put(
                "mcp_approval_request",
                new ItemKind()
                        .has("server_label", JsonKind.NAME)
                        .has("name", JsonKind.NAME)
                        .has("arguments", JsonKind.STRING)
                        .same("server_label")
                        .same("name")
                        .same("arguments")
                        .order(Grammar.END));
    }

    /** Tools that a server runs. */
    private static void addHostedItems(Map<String, ItemKind> all) {
        all.put("web_search_call", search("web_search_call").notYet("action"));
        all.put(
                "file_search_call",
                search("file_search_call")
                        .optionalZero("queries", "[]")
                        .notYet("results")
                        .endsWith("queries", JsonKind.ARRAY));
        all.put(
                "code_interpreter_call",
                new ItemKind()
                        .zero("status", "\"in_progress\"")
                        .optionalZero("code", "\"\"")
                        .notYet("outputs")
                        .has("container_id", JsonKind.NAME)
                        .statusRequired()
                        .order(sequence(
                                one("code_interpreter_call.in_progress"),
                                many("code_interpreter_call_code.delta"),
                                one("code_interpreter_call_code.done"),
                                one("code_interpreter_call.interpreting"),
                                one("code_interpreter_call.completed")))
                        .outcome());
        all.put(
                "image_generation_call",
                new ItemKind()
                        .zero("status", "\"in_progress\"")
                        .notYet("result")
                        // Real servers end it while it still says generating.
                        .ends(Set.of("completed", "incomplete", "failed", "generating"))
                        .statusRequired()
                        .order(sequence(
                                one("image_generation_call.in_progress"),
                                one("image_generation_call.generating"),
                                many("image_generation_call.partial_image"),
                                one("image_generation_call.completed")))
                        .outcome());
        String command = "shell_call_command";
        all.put(
                "shell_call",
                shell(many(sequence(one(command + ".added"), many(command + ".delta"), one(command + ".done")))));
        String output = "shell_call_output_content";
        all.put(
                "shell_call_output",
                shell(many(sequence(many(output + ".delta"), one(output + ".done"))))
                        .optionalZero("output", "[]")
                        .endsWith("output", JsonKind.ARRAY));
        for (String whole : List.of("tool_search_call", "tool_search_output")) {
            all.put(whole, new ItemKind().statusRequired().order(Grammar.END));
        }
    }

    private static ItemKind shell(Grammar commands) {
        return new ItemKind()
                .zero("status", "\"in_progress\"")
                .has("call_id", JsonKind.NAME)
                .same("call_id")
                .ends(TWO_ENDS)
                .statusRequired()
                .order(commands);
    }

    private static ItemKind search(String type) {
        return new ItemKind()
                .zero("status", "\"in_progress\"")
                .statusRequired()
                .order(sequence(one(type + ".in_progress"), many(type + ".searching"), one(type + ".completed")))
                .outcome();
    }

    private ItemKind zero(String field, String json) {
        zeros.put(field, Json.read(json));
        return this;
    }

    private ItemKind optionalZero(String field, String json) {
        optionalZeros.put(field, Json.read(json));
        return this;
    }

    private ItemKind notYet(String field) {
        notYet.add(field);
        return this;
    }

    private ItemKind has(String field, JsonKind kind) {
        always.add(required(field, kind));
        return this;
    }

    private ItemKind endsWith(String field, JsonKind kind) {
        whenDone.add(required(field, kind));
        return this;
    }

    private ItemKind same(String field) {
        identity.add(field);
        return this;
    }

    private ItemKind ends(Set<String> statuses) {
        ends = statuses;
        return this;
    }

    private ItemKind statusRequired() {
        statusRequired = true;
        return this;
    }

    private ItemKind outcome() {
        outcome = true;
        return this;
    }

    private ItemKind tellsFailure() {
        tellsFailure = true;
        return outcome();
    }

    private ItemKind order(Grammar grammar) {
        order = grammar;
        return this;
    }

    /** Fields of any item. */
    static List<Field> common() {
        return List.of(
                required("type", JsonKind.NAME),
                required("id", JsonKind.NAME),
                optional("status", JsonKind.STRING_OR_NULL));
    }
}
