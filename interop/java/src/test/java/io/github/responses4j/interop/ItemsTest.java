package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.models.conversations.ConversationCreateParams;
import com.openai.models.conversations.items.ConversationItem;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseItem;
import com.openai.models.responses.inputitems.InputItemListParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of item, sent in and listed: the library validates what it gets, and throws for a kind that it does not know. */
class ItemsTest {
    private static final OpenAIClient CLIENT = TestServer.client();
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Kinds that ask for something and are not kept, and one that the library does not know. */
    private static final Set<String> OTHERS = Set.of("acme:chart", "compaction_trigger");

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    /** An item with what must stand around it. */
    private record Shape(String type, List<JsonNode> items) {
        @Override
        public String toString() {
            return type + " " + items.get(items.size() - 1).path("id").asText();
        }
    }

    /** All of them, but for a screenshot as another library writes it, which this one does not read. */
    static Stream<Shape> shapes() {
        try {
            return Files.readAllLines(Path.of("../../responses-testkit/src/test/resources/wire/item-shapes.jsonl")).stream()
                    .map(ItemsTest::shape)
                    .filter(shape -> !OTHERS.contains(shape.type))
                    .filter(shape -> !shape.items.toString().contains("\"output\":{\"type\":\"input_image\""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Shape shape(String line) {
        try {
            JsonNode json = MAPPER.readTree(line);
            List<JsonNode> items = new ArrayList<>();
            json.path("before").forEach(items::add);
            items.add(json.path("item"));
            json.path("after").forEach(items::add);
            return new Shape(json.path("item").path("type").asText("message"), items);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void inputIsListed(Shape shape) {
        List<Object> input = plain(shape);
        input.add(Map.of("role", "user", "content", "What is 5 + 3?"));
        Response response = CLIENT.responses()
                .create(ResponseCreateParams.builder()
                        .model(MODEL)
                        .putAdditionalBodyProperty("input", JsonValue.from(input))
                        .build());

        List<ResponseItem> listed = CLIENT
                .responses()
                .inputItems()
                .list(
                        response.id(),
                        InputItemListParams.builder().limit(2).build())
                .autoPager()
                .stream()
                .toList();

        assertThat(listed).hasSize(input.size());
        listed.forEach(ResponseItem::validate);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aConversationListsIt(Shape shape) {
        List<Object> items = plain(shape);
        String conversation = CLIENT.conversations()
                .create(ConversationCreateParams.builder()
                        .putAdditionalBodyProperty("items", JsonValue.from(items))
                        .build())
                .id();

        List<ConversationItem> listed =
                CLIENT.conversations().items().list(conversation).autoPager().stream()
                        .toList();

        assertThat(listed).hasSize(items.size());
        listed.forEach(ConversationItem::validate);
    }

    private static List<Object> plain(Shape shape) {
        List<Object> items = new ArrayList<>();
        shape.items.forEach(item -> items.add(MAPPER.convertValue(item, Map.class)));
        return items;
    }
}
