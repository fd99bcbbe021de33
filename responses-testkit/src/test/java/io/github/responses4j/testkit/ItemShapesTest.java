package io.github.responses4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.Tenant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of item, in every shape in which clients send it, goes in, is shown to the model, is listed and comes back without loss. */
class ItemShapesTest {
    /** What a listed item of a kind has besides id and type (OpenAI Responses API, item resources). */
    private static final Map<String, List<String>> LISTED = Map.ofEntries(
            Map.entry("message", List.of("role", "content", "status")),
            Map.entry("function_call", List.of("arguments", "call_id", "name", "status")),
            Map.entry("function_call_output", List.of("call_id", "output", "status")),
            Map.entry("custom_tool_call", List.of("call_id", "input", "name", "status")),
            Map.entry("custom_tool_call_output", List.of("call_id", "output", "status")),
            Map.entry("reasoning", List.of("summary")),
            Map.entry("compaction", List.of("encrypted_content")),
            Map.entry("web_search_call", List.of("action", "status")),
            Map.entry("file_search_call", List.of("queries", "status")),
            Map.entry("code_interpreter_call", List.of("container_id", "status", "code", "outputs")),
            Map.entry("image_generation_call", List.of("status", "result")),
            Map.entry("mcp_list_tools", List.of("server_label", "tools")),
            Map.entry("mcp_approval_request", List.of("server_label", "name", "arguments")),
            Map.entry("mcp_approval_response", List.of("approval_request_id", "approve")),
            Map.entry("mcp_call", List.of("server_label", "name", "arguments")),
            Map.entry("computer_call", List.of("call_id", "pending_safety_checks", "status")),
            Map.entry("computer_call_output", List.of("call_id", "output", "status")),
            Map.entry("local_shell_call", List.of("call_id", "status", "action")),
            Map.entry("local_shell_call_output", List.of("output")),
            Map.entry("shell_call", List.of("action", "call_id", "status")),
            Map.entry("shell_call_output", List.of("call_id", "output", "status")),
            Map.entry("apply_patch_call", List.of("call_id", "status", "operation")),
            Map.entry("apply_patch_call_output", List.of("call_id", "status")),
            Map.entry("tool_search_call", List.of("execution", "status", "arguments", "call_id")),
            Map.entry("tool_search_output", List.of("execution", "status", "tools", "call_id")),
            Map.entry("additional_tools", List.of("role", "tools")),
            Map.entry("compaction_trigger", List.of()),
            Map.entry("program", List.of("call_id", "code", "fingerprint")),
            Map.entry("program_output", List.of("call_id", "result", "status")),
            Map.entry("configuration_update", List.of()));

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    /** An item, with the calls before it and the outputs behind it that it cannot be without. */
    private record Shape(JsonObject item, List<JsonObject> before, List<JsonObject> after, boolean saidByModels) {
        static Shape of(String line) {
            JsonObject json = JsonObject.parse(line);
            return new Shape(
                    json.object("item"),
                    json.objects("before"),
                    json.objects("after"),
                    Boolean.TRUE.equals(json.bool("output")));
        }

        List<JsonObject> input() {
            List<JsonObject> all = new ArrayList<>(List.of(user("first")));
            all.addAll(before);
            all.add(item);
            all.addAll(after);
            return all;
        }

        @Override
        public String toString() {
            return item.toString();
        }
    }

    static List<Shape> shapes() {
        try (InputStream in = ItemShapesTest.class.getResourceAsStream("/wire/item-shapes.jsonl")) {
            return new String(in.readAllBytes(), UTF_8).lines().map(Shape::of).toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static List<Shape> saidByModels() {
        return shapes().stream().filter(Shape::saidByModels).toList();
    }

    private static JsonObject user(String text) {
        return JsonObject.builder().put("role", "user").put("content", text).build();
    }

    private static ResponseRequest request(List<JsonObject> input, String previous) {
        JsonObject body = JsonObject.builder()
                .put("model", "m")
                .put("input", input)
                .put("previous_response_id", previous)
                .build();
        return RequestReader.read(body.toBytes());
    }

    /** Every kind that has a class, and every kind that has only a name. */
    private static Set<String> knownTypes() {
        Set<String> types = new TreeSet<>(ItemTypes.ALL);
        for (Class<?> kind : Item.class.getPermittedSubclasses()) {
            try {
                types.add((String) kind.getField("TYPE").get(null));
            } catch (NoSuchFieldException extension) {
                assertThat(kind.getSimpleName()).isEqualTo("ExtensionItem");
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return types;
    }

    @Test
    void everyKnownKindHasAShape() {
        Set<String> seen = new TreeSet<>();
        shapes().forEach(shape -> seen.add(Item.of(shape.item()).type()));
        // A reference never stays: what it names stands in its place.
        seen.add(ItemReference.TYPE);
        seen.remove("acme:chart");
        assertThat(seen).isEqualTo(knownTypes());
        Set<String> listed = new TreeSet<>(LISTED.keySet());
        listed.add(ItemReference.TYPE);
        assertThat(listed).isEqualTo(knownTypes());
    }

    @Test
    void everyKnownKindIsInTheDocument() throws IOException {
        String document = Files.readString(Path.of("../docs/items.md"));
        assertThat(knownTypes()).allSatisfy(type -> assertThat(document).contains("\n| `" + type + "` |"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void whatIsSentIsShownListedAndShownAgain(Shape shape) {
        ScriptedBackend backend = ScriptedBackend.answering("one", "two");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response first = engines.run(engine, request(shape.input(), null)).response();

        List<Item> shown = backend.request(0).context();
        assertThat(shown).hasSize(shape.input().size());
        for (int i = 0; i < shown.size(); i++) {
            assertKept(shape.input().get(i), shown.get(i).json());
        }

        List<Item> listed = engine.inputItems(Tenant.SINGLE, first.id(), new PageQuery(null, 100, false))
                .data();
        assertThat(listed).extracting(Item::id).doesNotContainNull().doesNotHaveDuplicates();
        assertThat(listed)
                .extracting(Item::id)
                .isEqualTo(shown.stream().map(Item::id).toList());
        for (int i = 0; i < listed.size(); i++) {
            assertListed(shown.get(i).json(), listed.get(i));
        }

        engines.run(engine, request(List.of(user("second")), first.id().value()));
        assertThat(backend.request(1).context().subList(0, shown.size())).isEqualTo(shown);
    }

    /** The item as it came, with an id. The output of a local shell names its call otherwise, and is not lost either. */
    private static void assertKept(JsonObject sent, JsonObject shown) {
        JsonObject expected = sent;
        if ("local_shell_call_output".equals(sent.string("type"))) {
            expected = sent.toBuilder()
                    .put("call_id", sent.string("id"))
                    .put("id", shown.string("id"))
                    .build();
        } else if (sent.isAbsentOrNull("id")) {
            expected = sent.with("id", String.valueOf(shown.string("id")));
        }
        assertThat(shown).isEqualTo(expected);
        assertThat(shown.string("id")).isNotEmpty();
    }

    private static void assertListed(JsonObject shown, Item listed) {
        JsonObject json = listed.json();
        assertThat(json.string("type")).isEqualTo(Item.of(shown).type());
        for (String name : shown.names()) {
            boolean filledIn = List.of("type", "content").contains(name) || shown.isNull(name);
            if (name.equals("output") && shown.get(name).isArray()) {
                assertParts(shown.objects(name), json.objects(name));
            } else if (!filledIn) {
                assertThat(json.get(name)).as(name).isEqualTo(shown.get(name));
            }
        }
        List<String> needed = LISTED.getOrDefault(listed.type(), List.of());
        assertThat(json.names()).contains("id", "type").containsAll(needed);
        if (needed.contains("status")) {
            assertThat(json.string("status")).isNotEmpty();
        }
        if (listed.type().equals("message")) {
            assertThat(json.get("content").isArray()).isTrue();
        }
    }

    /** Images say how closely they are to be looked at; nothing else is added. */
    private static void assertParts(List<JsonObject> shown, List<JsonObject> listed) {
        assertThat(listed).hasSameSizeAs(shown);
        for (int i = 0; i < shown.size(); i++) {
            JsonObject part = shown.get(i);
            boolean image = "input_image".equals(part.string("type")) && part.isAbsentOrNull("detail");
            assertThat(listed.get(i)).isEqualTo(image ? part.with("detail", "auto") : part);
        }
    }

    @ParameterizedTest
    @MethodSource("saidByModels")
    void whatAModelSaysIsGivenKeptAndShownAgain(Shape shape) {
        Item said = Item.of(shape.item());
        ScriptedBackend backend =
                new ScriptedBackend().sample(model -> model.item(said)).sample(model -> model.text("two"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response first =
                engines.run(engine, request(List.of(user("first")), null)).response();

        JsonObject given = first.output().get(0).json();
        assertThat(given.string("type")).isEqualTo(said.type());
        for (String name : said.json().names()) {
            JsonNode value = said.json().get(name);
            if (!List.of("id", "status").contains(name) && !value.isNull()) {
                assertThat(given.get(name)).as(name).isEqualTo(value);
            }
        }
        assertThat(engine.retrieve(Tenant.SINGLE, first.id()).output().get(0).json())
                .isEqualTo(given);

        List<JsonObject> answers = new ArrayList<>();
        for (JsonObject answer : shape.after()) {
            // The call has another id now, so an answer that names it by the old one must be told the new one.
            answers.add(
                    "local_shell_call_output".equals(answer.string("type"))
                            ? answer.with("id", String.valueOf(given.string("id")))
                            : answer);
        }
        answers.add(user("second"));
        engines.run(engine, request(answers, first.id().value()));
        assertThat(backend.request(1).context().get(1).json()).isEqualTo(given);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'msg_known'}",
                "{'type':null,'id':'msg_known'}",
                "{'type':'item_reference','id':'msg_known'}"
            })
    void aReferenceStandsForWhatItNames(String reference) {
        ScriptedBackend backend = ScriptedBackend.answering("one", "two");
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response first = engines.run(engine, request(List.of(user("first").with("id", "msg_known")), null))
                .response();
        JsonObject json = JsonObject.parse(reference.replace('\'', '"'));
        Response second = engines.run(
                        engine,
                        request(List.of(json, user("second")), first.id().value()))
                .response();
        assertThat(backend.request(1).context())
                .noneMatch(ItemReference.class::isInstance)
                .anyMatch(item -> "msg_known".equals(item.id()));
        assertThat(engine.inputItems(Tenant.SINGLE, second.id(), PageQuery.first())
                        .data())
                .noneMatch(ItemReference.class::isInstance);
    }

    @Test
    void aCallOfTheCallersNeedsItsAnswerAndAnAnswerItsCall() {
        List<String> refused = new ArrayList<>();
        for (Shape shape : shapes()) {
            if (!shape.after().isEmpty()) {
                refused.add(refusal(List.of(shape.item(), user("x"))));
            }
            if (!shape.before().isEmpty()) {
                refused.add(refusal(List.of(user("x"), shape.item())));
            }
        }
        assertThat(new TreeSet<>(refused))
                .containsExactly(
                        "No approval request found for approval response with approval_request_id mcpr_1.",
                        "No tool call found for apply patch call output with call_id call_6.",
                        "No tool call found for computer call output with call_id call_3.",
                        "No tool call found for custom tool call output with call_id call_2.",
                        "No tool call found for function call output with call_id call_1.",
                        "No tool call found for local shell call output with call_id call_4.",
                        "No tool call found for local shell call output with call_id lsh_1.",
                        "No tool call found for shell call output with call_id call_5.",
                        "No tool call found for tool search output with call_id call_7.",
                        "No tool output found for apply patch call call_6.",
                        "No tool output found for computer call call_3.",
                        "No tool output found for custom tool call call_2.",
                        "No tool output found for function call call_1.",
                        "No tool output found for local shell call call_4.",
                        "No tool output found for shell call call_5.",
                        "No tool output found for tool search call call_7.");
    }

    private String refusal(List<JsonObject> input) {
        ResponsesEngine engine = engines.engine(builder -> builder.backend(new ScriptedBackend()));
        List<String> texts = new ArrayList<>();
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, request(input, null)))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    texts.add(e.text());
                    assertThat(e.param()).isEqualTo("input");
                    assertThat(e.code()).isNull();
                });
        return texts.get(0);
    }
}
