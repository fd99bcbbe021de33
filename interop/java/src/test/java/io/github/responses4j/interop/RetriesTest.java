package io.github.responses4j.interop;

import static io.github.responses4j.interop.TestServer.ask;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A reply that does not reach the client, which then sends its request again by itself: with a key it is answered by the first run,
 * without one it is carried out twice.
 */
class RetriesTest {
    private static final Pattern ID = Pattern.compile("\"id\":\"(resp_[^\"]*)\"");

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 2"})
    void aLostReplyIsAskedForAgain(boolean keyed, int runs) throws Exception {
        String mark = UUID.randomUUID().toString();
        ResponseCreateParams.Builder request = ask("What is 5 + 3? " + mark);
        if (keyed) {
            request.putAdditionalHeader("Idempotency-Key", mark);
        }
        OpenAIClient client = null;
        try (LostReply wire = new LostReply(TestServer.uri())) {
            client = TestServer.retrying(wire.uri());
            Response answer = client.responses().create(request.build());

            assertThat(answer.status().orElseThrow().asString()).isEqualTo("completed");
            assertThat(wire.lost()).isEqualTo(1);
        } finally {
            if (client != null) {
                client.close();
            }
        }
        assertThat(list().split(mark, -1)).hasSize(runs + 1);
    }

    /** What was asked in the newest responses: their first input items. */
    private static String list() throws Exception {
        StringBuilder asked = new StringBuilder();
        String page = get("/v1/responses?limit=20");
        Matcher ids = ID.matcher(page);
        while (ids.find()) {
            asked.append(get("/v1/responses/" + ids.group(1) + "/input_items"));
        }
        return asked.toString();
    }

    private static String get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(TestServer.uri() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
