package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.GET_TIME;
import static io.github.responses4j.interop.TestServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.models.responses.CompactedResponse;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.ResponseCompactParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Compaction and token counts. */
class ContextTest {
    private static final OpenAIClient CLIENT = TestServer.client();

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    @Test
    void aWindowIsCompacted() {
        // The window begins with what the user said, and the library's type for it knows only what a model says.
        CompactedResponse compacted = CLIENT.withOptions(options -> options.responseValidation(false))
                .responses()
                .compact(ResponseCompactParams.builder()
                        .model(MODEL)
                        .inputOfResponseInputItems(List.of(user("My name is Alice."), user("Remember it.")))
                        .build());

        List<ResponseOutputItem> output = compacted.output();
        assertThat(output.get(output.size() - 1).asCompaction().encryptedContent())
                .isNotEmpty();
    }

    @Test
    void tokensAreCounted() {
        long few = count(InputTokenCountParams.builder().input("Hello"));
        long more = count(InputTokenCountParams.builder().input("Hello").addTool(GET_TIME));

        assertThat(few).isPositive().isLessThan(more);
    }

    private static long count(InputTokenCountParams.Builder params) {
        return CLIENT.responses()
                .inputTokens()
                .count(params.model(MODEL).build())
                .inputTokens();
    }

    private static ResponseInputItem user(String text) {
        return ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(text)
                .build());
    }
}
