package io.github.responses4j.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.Wire;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ItemTest {
    private static final Map<String, Class<? extends Item>> KINDS = Map.ofEntries(
            Map.entry("message", Message.class),
            Map.entry("function_call", FunctionCall.class),
            Map.entry("function_call_output", FunctionCallOutput.class),
            Map.entry("custom_tool_call", CustomToolCall.class),
            Map.entry("custom_tool_call_output", CustomToolCallOutput.class),
            Map.entry("reasoning", Reasoning.class),
            Map.entry("compaction", Compaction.class),
            Map.entry("item_reference", ItemReference.class),
            Map.entry("mcp_list_tools", McpListTools.class),
            Map.entry("mcp_call", McpCall.class),
            Map.entry("mcp_approval_request", McpApprovalRequest.class),
            Map.entry("mcp_approval_response", McpApprovalResponse.class));

    private static final Map<String, Class<? extends Content>> PARTS = Map.of(
            "input_text", InputText.class,
            "input_image", InputImage.class,
            "input_file", InputFile.class,
            "output_text", OutputText.class,
            "refusal", Refusal.class,
            "summary_text", SummaryText.class,
            "reasoning_text", ReasoningText.class);

    private static final Map<String, Class<? extends Annotation>> ANNOTATIONS = Map.of(
            "url_citation", UrlCitation.class,
            "file_citation", FileCitation.class,
            "container_file_citation", ContainerFileCitation.class,
            "file_path", FilePath.class);

    static List<String> items() {
        return Wire.lines("items.jsonl");
    }

    static List<String> parts() {
        return Wire.lines("content.jsonl");
    }

    static List<String> annotations() {
        return Wire.lines("annotations.jsonl");
    }

    @ParameterizedTest
    @MethodSource("items")
    void anItemIsKeptWhole(String line) {
        for (String text : List.of(line, Wire.withStrangers(line))) {
            JsonObject json = JsonObject.parse(text);
            Item item = Item.of(json);
            assertThat(item.json().toAscii()).isEqualTo(text);
            String fallback = json.has("role") ? "message" : "item_reference";
            assertThat(item).isInstanceOf(KINDS.getOrDefault(json.string("type", fallback), ExtensionItem.class));
            assertThat(item.type()).isEqualTo(json.string("type", fallback));
            assertThat(item.id()).isEqualTo(json.string("id"));
            Item renamed = item.withId("other");
            assertThat(renamed).isInstanceOf(item.getClass());
            assertThat(renamed.json()).isEqualTo(json.with("id", "other"));
        }
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aPartIsKeptWhole(String line) {
        for (String text : List.of(line, Wire.withStrangers(line))) {
            Content part = Content.of(JsonObject.parse(text));
            assertThat(part.json().toAscii()).isEqualTo(text);
            assertThat(part).isInstanceOf(PARTS.getOrDefault(part.type(), ExtensionContent.class));
        }
    }

    @ParameterizedTest
    @MethodSource("annotations")
    void anAnnotationIsKeptWhole(String line) {
        for (String text : List.of(line, Wire.withStrangers(line))) {
            Annotation annotation = Annotation.of(JsonObject.parse(text));
            assertThat(annotation.json().toAscii()).isEqualTo(text);
            assertThat(annotation).isInstanceOf(ANNOTATIONS.getOrDefault(annotation.type(), ExtensionAnnotation.class));
        }
    }

    @Test
    void theSamplesHaveEveryKind() {
        assertThat(types(items())).containsAll(KINDS.keySet());
        assertThat(types(parts())).containsAll(PARTS.keySet());
        assertThat(types(annotations())).containsAll(ANNOTATIONS.keySet());
        assertThat(Item.class.getPermittedSubclasses()).hasSize(KINDS.size() + 1);
        assertThat(Content.class.getPermittedSubclasses()).hasSize(PARTS.size() + 1);
        assertThat(Annotation.class.getPermittedSubclasses()).hasSize(ANNOTATIONS.size() + 1);
    }

    private static Set<String> types(List<String> lines) {
        Set<String> types = new HashSet<>();
        lines.forEach(line -> types.add(JsonObject.parse(line).string("type", "")));
        return types;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | role",
                "{\"type\":5} | type",
                "{\"type\":\"message\",\"content\":\"x\"} | role",
                "{\"role\":7,\"content\":\"x\"} | role",
                "{\"role\":\"pirate\",\"content\":\"x\"} | role",
                "{\"role\":\"user\"} | content",
                "{\"role\":\"user\",\"content\":null} | content",
                "{\"role\":\"user\",\"content\":7} | content",
                "{\"role\":\"user\",\"content\":[\"x\"]} | content",
                "{\"role\":\"user\",\"content\":[{}]} | content[0].type",
                "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"input_text\"}]} | content[1].text",
                "{\"role\":\"user\",\"content\":[{\"type\":\"output_text\",\"text\":null}]} | content[0].text",
                "{\"role\":\"user\",\"content\":[{\"type\":\"refusal\",\"refusal\":1}]} | content[0].refusal",
                "{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{}\"} | call_id",
                "{\"type\":\"function_call\",\"call_id\":\"c\",\"arguments\":\"{}\"} | name",
                "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\"} | arguments",
                "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":{}} | arguments",
                "{\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"f\"} | input",
                "{\"type\":\"function_call_output\",\"call_id\":7,\"output\":\"x\"} | call_id",
                "{\"type\":\"function_call_output\",\"call_id\":\"c\"} | output",
                "{\"type\":\"custom_tool_call_output\",\"call_id\":\"c\",\"output\":{}} | output",
                "{\"type\":\"reasoning\",\"summary\":\"x\"} | summary",
                "{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\"}]} | content[0].text"
            })
    void aBadShapeIsRefusedWithItsPath(String text, String path) {
        assertThatThrownBy(() -> Item.of(JsonObject.parse(text)))
                .isInstanceOfSatisfying(
                        JsonShapeException.class, e -> assertThat(e.path()).isEqualTo(path));
    }

    @Test
    void factoriesMakeWhatTheWireKnows() {
        assertThat(Message.user("a").json().toAscii())
                .isEqualTo(
                        "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"}]}");
        assertThat(Message.assistant("a").json().toAscii())
                .isEqualTo("{\"type\":\"message\",\"role\":\"assistant\",\"content\":"
                        + "[{\"type\":\"output_text\",\"text\":\"a\",\"annotations\":[],\"logprobs\":[]}]}");
        assertThat(Message.system("s").role()).isEqualTo(Role.SYSTEM);
        assertThat(Message.developer("s").role()).isEqualTo(Role.DEVELOPER);
        List<Item> made = List.of(
                Message.user(List.of(InputText.of("a"), InputImage.ofUrl("u"), InputFile.ofData("f", "d"))),
                FunctionCall.of("c", "f", "{}"),
                FunctionCallOutput.of("c", "o"),
                CustomToolCall.of("c", "f", "i"),
                CustomToolCallOutput.of("c", "o"),
                ItemReference.to("msg_1"));
        for (Item item : made) {
            assertThat(Item.of(JsonObject.parse(item.json().toAscii()))).isEqualTo(item);
        }
    }

    @Test
    void accessorsReadWhatIsThere() {
        Message message = (Message) Item.of(JsonObject.parse(items().get(5)));
        assertThat(message.text()).isEqualTo("Left, then left.I cannot say more.");
        assertThat(message.phase()).isEqualTo("final_answer");
        assertThat(message.status()).isEqualTo(ItemStatus.COMPLETED);
        OutputText text = (OutputText) message.content().get(0);
        assertThat(text.annotations()).hasSize(1);
        assertThat(((UrlCitation) text.annotations().get(0)).title()).isEqualTo("Harbour");
        assertThat(text.logprobs()).hasSize(1);
        Message plain = (Message) Item.of(JsonObject.parse("{\"role\":\"assistant\",\"content\":\"x\"}"));
        assertThat(plain.content()).containsExactly(OutputText.of("x"));
        assertThat(((Message) Item.of(JsonObject.parse(items().get(0)))).content())
                .containsExactly(InputText.of("Which way to the harbour?"));
        FunctionCallOutput output = (FunctionCallOutput) Item.of(JsonObject.parse(items().get(10)));
        assertThat(output.text()).isEqualTo("see the chart");
        Reasoning reasoning = (Reasoning) Item.of(JsonObject.parse(items().get(14)));
        assertThat(reasoning.summary().get(0).plainText()).isEqualTo("Looked at the chart.");
        assertThat(reasoning.content().get(0).plainText()).isEqualTo("Tide tables first.");
        assertThat(reasoning.encryptedContent()).isEqualTo("gAAAA==");
        McpApprovalResponse no = (McpApprovalResponse) Item.of(JsonObject.parse(items().get(25)));
        assertThat(no.approve()).isFalse();
        assertThat(no.approvalRequestId()).isEqualTo("mcpr_65");
    }

    @Test
    void idsTellTheKindAndAreNotGivenTwice() {
        IdGenerator ids = IdGenerator.random();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String id = ids.next("msg");
            assertThat(id).matches("msg_[0-9a-f]{48}");
            assertThat(seen.add(id)).isTrue();
        }
        assertThat(ItemIds.prefix("reasoning")).isEqualTo("rs");
        assertThat(ItemIds.prefix("acme:chart")).isEqualTo("item");
        Item named = Message.user("a").withId("mine");
        assertThat(ItemIds.withId(named, ids)).isSameAs(named);
        assertThat(ItemIds.withId(Message.user("a"), prefix -> prefix + "_1").id())
                .isEqualTo("msg_1");
    }
}
