package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.testkit.WireAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatStreamReaderTest {
    private static final String STOP = "{'choices':[{'delta':{},'finish_reason':'stop'}]}";

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

    private static ChatBackend backend() {
        AtomicInteger counter = new AtomicInteger();
        return ChatBackend.builder(server.url())
                .transport(transport)
                .ids(prefix -> prefix + "_made" + counter.incrementAndGet())
                .build();
    }

    private static String wire(String... chunks) {
        return Arrays.stream(chunks)
                        .map(chunk -> "data: " + chunk.replace('\'', '"') + "\n\n")
                        .collect(Collectors.joining())
                + "data: [DONE]\n\n";
    }

    private static List<String> said(String... chunks) {
        server.answering(WireAnswer.stream(wire(chunks)));
        return Requests.sample(backend(), Requests.hello());
    }

    private static String calls(String calls) {
        return "{'choices':[{'delta':{'tool_calls':[" + calls + "]}}]}";
    }

    @Test
    void makesIdsWhereThereAreNone() {
        assertThat(said(
                        calls(
                                "{'index':0,'function':{'name':'f','arguments':'1'}},{'index':1,'function':{'name':'g'}}"),
                        STOP))
                .containsExactly(
                        "call call_made1 f", "arguments call_made1 \"1\"", "call call_made2 g", "stopped TOOL_CALLS");
    }

    @Test
    void makesIdsWhereTheyAreNotUnique() {
        assertThat(said(
                        calls(
                                "{'index':0,'id':'a','function':{'name':'f'}},{'index':1,'id':'a','function':{'name':'g'}}"),
                        STOP))
                .containsExactly("call a f", "call call_made1 g", "stopped TOOL_CALLS");
    }

    @Test
    void tellsCallsApartThatAllHaveOneIndex() {
        assertThat(said(
                        calls("{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}"),
                        calls("{'index':0,'id':'b','function':{'name':'f','arguments':'2'}}"),
                        STOP))
                .containsExactly(
                        "call a f", "arguments a \"1\"", "call b f", "arguments b \"2\"", "stopped TOOL_CALLS");
    }

    @Test
    void tellsCallsApartThatHaveNoIndex() {
        assertThat(said(
                        calls("{'id':'a','function':{'name':'f','arguments':'1'}}"),
                        calls("{'function':{'arguments':'2'}}"),
                        calls("{'id':'b','function':{'name':'f','arguments':{'x':1}}}"),
                        calls("{'id':'a','function':{'arguments':'3'}}"),
                        STOP))
                .containsExactly(
                        "call a f",
                        "arguments a \"1\"",
                        "arguments a \"2\"",
                        "call b f",
                        "arguments b \"{\\\"x\\\":1}\"",
                        "arguments a \"3\"",
                        "stopped TOOL_CALLS");
    }

    @Test
    void waitsForTheName() {
        assertThat(said(
                        calls("{'index':0,'id':'a','function':{'arguments':'1'}}"),
                        calls("{'index':0,'function':{'name':'f','arguments':'2'}}"),
                        STOP))
                .containsExactly("call a f", "arguments a \"1\"", "arguments a \"2\"", "stopped TOOL_CALLS");
        server.answering(WireAnswer.stream(wire(calls("{'index':0,'id':'a','function':{'arguments':'1'}}"), STOP)));
        assertThat(Requests.failure(backend()).kind()).isEqualTo(Kind.BROKEN);
    }

    @Test
    void readsTheOldForm() {
        assertThat(said(
                        "{'choices':[{'delta':{'function_call':{'name':'f','arguments':''}}}]}",
                        "{'choices':[{'delta':{'function_call':{'arguments':'{}'}}}]}",
                        "{'choices':[{'delta':{},'finish_reason':'function_call'}]}"))
                .containsExactly("call call_made1 f", "arguments call_made1 \"{}\"", "stopped TOOL_CALLS");
    }

    @Test
    void readsContentInParts() {
        assertThat(said(
                        "{'choices':[{'delta':{'content':[{'type':'thinking','thinking':[{'type':'text','text':'Hm'}]}]}}]}",
                        "{'choices':[{'delta':{'content':[{'type':'text','text':'Yes'}]}}]}",
                        STOP))
                .containsExactly("reasoning \"Hm\"", "text \"Yes\"", "stopped DONE");
    }

    @Test
    void ignoresWhatItDoesNotKnow() {
        assertThat(said(
                        "{'x':{'choices':[1]},'choices':[{'y':[{}],'finish_reason':null,'delta':{'z':{},'content':'a'},'index':0}]}",
                        "{'choices':null,'usage':null,'error':null}",
                        "{'choices':[{'index':1,'delta':{'content':'other'}}]}",
                        "{'choices':[{'delta':null}]}",
                        "{}",
                        STOP,
                        "{'choices':[{'delta':{'content':'late'},'finish_reason':'length'}]}"))
                .containsExactly("text \"a\"", "stopped DONE");
    }

    @Test
    void keepsTheLastUsage() {
        assertThat(said(
                        "{'choices':[],'usage':{'prompt_tokens':1,'completion_tokens':1}}",
                        "{'choices':[{'delta':{'content':'a'},'finish_reason':'stop'}],'usage':{'prompt_tokens':1,'completion_tokens':2}}",
                        "{'choices':[],'usage':{'prompt_tokens':1,'completion_tokens':3,'prompt_cache_hit_tokens':1}}"))
                .containsExactly("text \"a\"", "usage 1 (1 cached) 3 (0 reasoning)", "stopped DONE");
    }

    @Test
    void failsWithoutAReasonOrWithAStrangeOne() {
        for (String finish : new String[] {"null", "''", "'abort'", "'insufficient_system_resource'"}) {
            server.answering(
                    WireAnswer.stream(wire("{'choices':[{'delta':{'content':'a'},'finish_reason':" + finish + "}]}")));
            assertThat(Requests.failure(backend()).kind()).as(finish).isEqualTo(Kind.BROKEN);
        }
    }

    @Test
    void takesAnEndWithoutAMarkIfTheConnectionHasOne() {
        server.answering(WireAnswer.stream(wire("{'choices':[{'delta':{'content':'a'},'finish_reason':'stop'}]}")
                .replace("data: [DONE]\n\n", "")));
        assertThat(Requests.sample(backend(), Requests.hello())).containsExactly("text \"a\"", "stopped DONE");
    }

    @Test
    void needsAMarkIfTheConnectionHasNone() throws IOException {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n";
        try (MockWebServer closing = new MockWebServer()) {
            closing.enqueue(untilClosed(chunk + "data: [DONE]\n\n"));
            closing.enqueue(untilClosed(chunk));
            closing.start(InetAddress.getLoopbackAddress(), 0);
            ChatBackend backend = ChatBackend.builder("http://localhost:" + closing.getPort())
                    .transport(transport)
                    .build();

            assertThat(Requests.sample(backend, Requests.hello())).containsExactly("text \"a\"", "stopped DONE");
            assertThat(Requests.failure(backend).kind()).isEqualTo(Kind.BROKEN);
        }
    }

    private static MockResponse untilClosed(String body) {
        return new MockResponse.Builder()
                .body(body)
                .clearHeaders()
                .setHeader("Content-Type", "text/event-stream")
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
                .build();
    }

    @Test
    void takesAWholeAnswerWhereAStreamWasAskedFor() {
        server.answering(
                WireAnswer.json(200, "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"));
        assertThat(Requests.sample(backend(), Requests.hello())).containsExactly("text \"a\"", "stopped DONE");
    }

    @Test
    void passesOnFreeTextForACustomTool() {
        server.answering(WireAnswer.stream(
                wire(calls("{'index':0,'id':'a','function':{'name':'c','arguments':'ls -l'}}"), STOP)));
        assertThat(Requests.sample(
                        backend(),
                        Requests.stream("{'model':'m1','input':'Hi','tools':[{'type':'custom','name':'c'}]}")))
                .containsExactly("custom call a c", "arguments a \"ls -l\"", "stopped TOOL_CALLS");
    }
}
