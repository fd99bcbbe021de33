package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.testkit.WireAnswer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UpstreamFailuresTest {
    private static WireServer server;
    private static HttpTransport transport;

    @BeforeAll
    static void start() {
        server = new WireServer();
        transport = WireServer.impatient();
    }

    @AfterAll
    static void stop() {
        transport.close();
        server.close();
    }

    private static BackendException failure(int status, String body) {
        server.answering(WireAnswer.json(status, body.replace('\'', '"')));
        return Requests.failure(
                ChatBackend.builder(server.url()).transport(transport).build());
    }

    private static void assertTooLong(String body) {
        BackendException failure = failure(400, body);
        assertThat(failure.kind()).isEqualTo(Kind.REJECTED);
        assertThat(failure.code()).isEqualTo("context_length_exceeded");
        assertThat(failure.text()).isNotBlank();
    }

    @Test
    void knowsAContextThatIsTooLongFromSeveralServers() {
        assertTooLong("{'error':{'message':'This model has a maximum context length of 8192 tokens.',"
                + "'type':'invalid_request_error','param':'messages','code':'context_length_exceeded'}}");
        assertTooLong(
                "{'object':'error','message':'This model maximum context length is 4096 tokens. However, you requested"
                        + " 5000','type':'BadRequestError','param':null,'code':400}");
        assertTooLong("{'error':{'code':400,'message':'the request exceeds the available context size',"
                + "'type':'exceed_context_size_error','n_prompt_tokens':9000,'n_ctx':4096}}");
        assertTooLong("{'error':'prompt is too long: 9000 tokens'}");
    }

    @Test
    void knowsAnUnknownModelFromSeveralServers() {
        assertThat(failure(404, "{'error':'model \\'x\\' not found, try pulling it first'}".replace("\\'", "`"))
                        .kind())
                .isEqualTo(Kind.UNKNOWN_MODEL);
        assertThat(failure(404, "{'object':'error','message':'The model `x` does not exist.','code':404}")
                        .kind())
                .isEqualTo(Kind.UNKNOWN_MODEL);
        assertThat(failure(400, "{'error':{'message':'x is not a valid model ID','code':400}}")
                        .kind())
                .isEqualTo(Kind.UNKNOWN_MODEL);
        assertThat(failure(404, "{'detail':'Not Found'}").kind()).isEqualTo(Kind.BROKEN);
    }

    @Test
    void passesOnWhatIsWrongWithTheRequest() {
        assertThat(failure(422, "{'detail':'temperature must be below 2'}").text())
                .isEqualTo("temperature must be below 2");
        assertThat(failure(400, "{'error':{'message':'bad\\u0000 \\n value','code':'invalid_value'}}")
                        .text())
                .isEqualTo("bad value");
        assertThat(failure(400, "<html>no</html>").text()).isEqualTo("The model backend refuses this request");
        assertThat(failure(400, "{'error':{'message':'x','code':'<script>'}}").code())
                .isNull();
    }

    @Test
    void hidesWhatTheCredentialsDid() {
        BackendException failure =
                failure(401, "{'error':{'message':'Incorrect API key provided: sk-1','code':'invalid_api_key'}}");
        assertThat(failure.text()).isEqualTo("The model backend refuses the server's credentials");
        assertThat(failure.code()).isNull();
    }

    @Test
    void mapsErrorsWithinAStream() {
        assertThat(within("{'error':{'message':'x','type':'invalid_request_error','code':'bad'}}")
                        .kind())
                .isEqualTo(Kind.REJECTED);
        assertThat(within("{'error':{'message':'x','code':429}}").kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(within("{'error':{'message':'x','code':'429'}}").kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(within("{'error':{'message':'x','type':'overloaded_error'}}").kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(within("{'error':{'message':'secret','code':401}}").text()).doesNotContain("secret");
        assertThat(within("{'error':'out of memory at 0x1'}").text()).isEqualTo("The model backend reported an error");
        assertThat(within("{'object':'error','message':'too many tokens','type':'BadRequestError','code':400}")
                        .text())
                .isEqualTo("too many tokens");
    }

    private static BackendException within(String chunk) {
        server.answering(WireAnswer.stream("data: " + chunk.replace('\'', '"') + "\n\n"));
        return Requests.failure(
                ChatBackend.builder(server.url()).transport(transport).build());
    }
}
