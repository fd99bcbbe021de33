package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.MODEL;
import static io.github.responses4j.interop.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.http.ResponseConnection;
import com.openai.core.http.WebSocketWriteNotAttempted;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponsesClientEvent;
import com.openai.models.responses.ResponsesServerEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Turns over a WebSocket. */
class SocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final OpenAIClient CLIENT = TestServer.client();

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    @Test
    void turnsAreChained() {
        try (ResponseConnection connection = CLIENT.responses().connect()) {
            send(connection, create("My name is Alice."));
            Response told = turn(connection).asResponseCompleted().response();

            send(connection, create("What is my name?").previousResponseId(told.id()));
            Response asked = turn(connection).asResponseCompleted().response();

            assertThat(text(asked)).contains("Alice");
            assertThat(asked.previousResponseId()).contains(told.id());
        }
    }

    @Test
    void anUnknownPreviousResponseIsRefused() {
        try (ResponseConnection connection = CLIENT.responses().connect()) {
            send(connection, create("Go on.").previousResponseId("resp_unknown"));
            ResponsesServerEvent refused = turn(connection);

            assertThat(refused.asError().error().code()).contains("previous_response_not_found");

            send(connection, create("What is 5 + 3?"));
            assertThat(turn(connection).isResponseCompleted()).isTrue();
        }
    }

    private static ResponsesClientEvent.ResponseCreate.Builder create(String input) {
        return ResponsesClientEvent.ResponseCreate.builder()
                .model(MODEL)
                .input(input)
                .store(false);
    }

    /** Sends, again if the library says that it has not: its buffer may still count what it has just written. */
    private static void send(ResponseConnection connection, ResponsesClientEvent.ResponseCreate.Builder message) {
        ResponsesClientEvent event = ResponsesClientEvent.ofResponseCreate(message.build());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connection.send(event);
                return;
            } catch (WebSocketWriteNotAttempted.Busy busy) {
                if (System.nanoTime() - deadline > 0) {
                    throw busy;
                }
                Thread.yield();
            }
        }
    }

    /** The last event of a turn. */
    private static ResponsesServerEvent turn(ResponseConnection connection) {
        ResponsesServerEvent event = connection.receive();
        while (!event.isResponseCompleted() && !event.isResponseFailed() && !event.isError()) {
            event = connection.receive();
        }
        return event;
    }
}
