package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.GET_TIME;
import static io.github.responses4j.interop.TestServer.answerCall;
import static io.github.responses4j.interop.TestServer.ask;
import static io.github.responses4j.interop.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.conversations.Conversation;
import com.openai.models.conversations.ConversationCreateParams;
import com.openai.models.conversations.ConversationUpdateParams;
import com.openai.models.conversations.items.ConversationItem;
import com.openai.models.conversations.items.ConversationItemList;
import com.openai.models.conversations.items.ItemCreateParams;
import com.openai.models.conversations.items.ItemDeleteParams;
import com.openai.models.conversations.items.ItemListParams;
import com.openai.models.conversations.items.ItemRetrieveParams;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseRetrieveParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations, background responses and repeated requests. */
class StateTest {
    private static final String SLOW_MODEL = "qwen3-32b-slow";
    private static final Set<ResponseStatus> ON_THE_WAY = Set.of(ResponseStatus.QUEUED, ResponseStatus.IN_PROGRESS);
    private static final OpenAIClient CLIENT = TestServer.client();

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    // ---- conversations

    @Test
    void aConversationLives() {
        Conversation created = CLIENT.conversations()
                .create(ConversationCreateParams.builder()
                        .addItem(user("My name is Alice."))
                        .build());
        assertThat(created.id()).startsWith("conv_");
        assertThat(CLIENT.conversations().retrieve(created.id())).isEqualTo(created);

        Conversation updated = CLIENT.conversations()
                .update(
                        created.id(),
                        ConversationUpdateParams.builder()
                                .metadata(ConversationUpdateParams.Metadata.builder()
                                        .putProperty("topic", "demo")
                                        .build())
                                .build());
        assertThat(updated.id()).isEqualTo(created.id());
        assertThat(CLIENT.conversations().retrieve(created.id())).isEqualTo(updated);

        assertThat(CLIENT.conversations().delete(created.id()).deleted()).isTrue();
        assertThat(catchThrowableOfType(
                                NotFoundException.class,
                                () -> CLIENT.conversations().retrieve(created.id()))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void itemsComeAndGo() {
        String conversation = CLIENT.conversations().create().id();
        ConversationItemList added = CLIENT.conversations()
                .items()
                .create(
                        conversation,
                        ItemCreateParams.builder()
                                .addItem(user("One."))
                                .addItem(user("Two."))
                                .build());
        assertThat(added.data()).extracting(StateTest::textOf).containsExactly("One.", "Two.");

        ConversationItem one = added.data().get(0);
        String id = one.asMessage().id();
        assertThat(added.firstId()).isEqualTo(id);
        ItemRetrieveParams which =
                ItemRetrieveParams.builder().conversationId(conversation).itemId(id).build();
        assertThat(CLIENT.conversations().items().retrieve(which)).isEqualTo(one);

        Conversation left = CLIENT.conversations()
                .items()
                .delete(ItemDeleteParams.builder()
                        .conversationId(conversation)
                        .itemId(id)
                        .build());
        assertThat(left.id()).isEqualTo(conversation);
        assertThat(catchThrowableOfType(
                        NotFoundException.class,
                        () -> CLIENT.conversations().items().retrieve(which)))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20})
    void itemsArePagedToTheEnd(int limit) {
        List<String> lines = List.of("Line 0.", "Line 1.", "Line 2.", "Line 3.", "Line 4.");
        String conversation = CLIENT.conversations()
                .create(ConversationCreateParams.builder()
                        .items(lines.stream().map(StateTest::user).toList())
                        .build())
                .id();

        ItemListParams pages = ItemListParams.builder()
                .limit(limit)
                .order(ItemListParams.Order.ASC)
                .build();
        List<String> listed = CLIENT.conversations().items().list(conversation, pages).autoPager().stream()
                .limit(9)
                .map(StateTest::textOf)
                .toList();

        assertThat(listed).isEqualTo(lines);
    }

    @Test
    void turnsJoinAConversation() {
        String conversation = CLIENT.conversations().create().id();
        CLIENT.responses()
                .create(ask("My name is Alice.").conversation(conversation).build());
        Response call = CLIENT.responses()
                .create(ask("What time is it in Tokyo?")
                        .addTool(GET_TIME)
                        .conversation(conversation)
                        .build());
        String callId = call.output().get(0).asFunctionCall().callId();
        CLIENT.responses()
                .create(answerCall(callId, "12:00")
                        .addTool(GET_TIME)
                        .conversation(conversation)
                        .build());

        Response asked = CLIENT.responses()
                .create(ask("What is my name?").conversation(conversation).build());

        assertThat(text(asked)).contains("Alice");
        assertThat(asked.conversation().orElseThrow().id()).isEqualTo(conversation);
        assertThat(CLIENT.conversations().items().list(conversation).autoPager().stream())
                .hasSize(8)
                .anyMatch(ConversationItem::isFunctionCall)
                .anyMatch(ConversationItem::isFunctionCallOutput);
    }

    // ---- background

    @Test
    void aBackgroundResponseIsPolled() {
        Response created = CLIENT.responses()
                .create(ask("What is the capital of Germany?").background(true).build());
        assertThat(created.status()).get().isIn(ON_THE_WAY);

        Response ended = ended(created);

        assertThat(ended.status()).contains(ResponseStatus.COMPLETED);
        assertThat(text(ended)).contains("Berlin");
        assertThat(CLIENT.responses().cancel(created.id())).isEqualTo(ended);
    }

    @Test
    void aStreamIsResumed() {
        List<ResponseStreamEvent> events = new ArrayList<>();
        try (StreamResponse<ResponseStreamEvent> stream = CLIENT.responses()
                .createStreaming(ask("Count to 9.").background(true).build())) {
            Iterator<ResponseStreamEvent> head = stream.stream().iterator();
            do {
                events.add(head.next());
            } while (!events.get(events.size() - 1).isOutputTextDelta());
        }
        String id = events.get(0).asCreated().response().id();
        long seen = events.get(events.size() - 1).asOutputTextDelta().sequenceNumber();
        try (StreamResponse<ResponseStreamEvent> rest = CLIENT.responses()
                .retrieveStreaming(
                        id,
                        ResponseRetrieveParams.builder().startingAfter(seen).build())) {
            rest.stream().forEach(events::add);
        }

        Response completed = events.get(events.size() - 1).asCompleted().response();
        String deltas = events.stream()
                .flatMap(event -> event.outputTextDelta().stream())
                .map(event -> event.delta())
                .reduce("", String::concat);
        assertThat(deltas).isEqualTo(text(completed));
        assertThat(CLIENT.responses().retrieve(id)).isEqualTo(completed);
    }

    @Test
    @Tag("chat")
    void aBackgroundResponseIsCancelled() {
        Response created = CLIENT.responses()
                .create(ask("Count to 99.").model(SLOW_MODEL).background(true).build());

        assertThat(CLIENT.responses().cancel(created.id()).status()).contains(ResponseStatus.CANCELLED);
        assertThat(CLIENT.responses().retrieve(created.id()).status()).contains(ResponseStatus.CANCELLED);
    }

    @Test
    void aSynchronousResponseIsNotCancelled() {
        Response created = CLIENT.responses().create(ask("What is 5 + 3?").build());

        BadRequestException refused = catchThrowableOfType(
                BadRequestException.class, () -> CLIENT.responses().cancel(created.id()));

        assertThat(refused.getMessage()).contains("Cannot cancel a synchronous response");
    }

    // ---- helpers

    @Test
    void aRepeatedRequestGetsTheFirstAnswer() {
        String key = UUID.randomUUID().toString();
        ResponseCreateParams request =
                ask("What is 5 + 3?").putAdditionalHeader("Idempotency-Key", key).build();

        Response first = CLIENT.responses().create(request);

        assertThat(CLIENT.responses().create(request)).isEqualTo(first);
        UnprocessableEntityException other = catchThrowableOfType(
                UnprocessableEntityException.class,
                () -> CLIENT.responses()
                        .create(request.toBuilder().input("What is 5 + 4?").build()));
        assertThat(other.statusCode()).isEqualTo(422);
    }

    private static Response ended(Response response) {
        Response now = response;
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ON_THE_WAY.contains(now.status().orElseThrow())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            now = CLIENT.responses().retrieve(now.id());
        }
        return now;
    }

    private static ResponseInputItem user(String text) {
        return ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(text)
                .build());
    }

    private static String textOf(ConversationItem item) {
        return item.asMessage().content().get(0).asInputText().text();
    }
}
