package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.testkit.BackendRecorder;
import io.github.responses4j.testkit.RecordedWire;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoBackendTest {
    private static final String WEATHER = "{'type':'function','name':'get_weather','parameters':{'type':'object',"
            + "'properties':{'city':{'type':'string'},'unit':{'type':'string','enum':['celsius','fahrenheit']}},"
            + "'required':['city']}}";
    private static final String TIME = "{'type':'function','name':'get_time','parameters':{'type':'object',"
            + "'properties':{'timezone':{'type':'string'}},'required':['timezone']}}";
    private static final String ADD = "{'type':'function','name':'add','parameters':{'type':'object','properties':"
            + "{'a':{'type':'number'},'b':{'type':'integer'}},'required':['a','b']}}";

    private final DemoBackend demo = DemoBackend.create();

    private List<String> said(String request) {
        return Requests.sample(demo, Requests.stream(request));
    }

    private String text(String request) {
        return text(Requests.stream(request));
    }

    private String text(BackendRequest request) {
        StringBuilder text = new StringBuilder();
        demo.sample(
                request,
                event -> text.append(event instanceof ModelEvent.TextDelta delta ? delta.text() : ""),
                new Cancellation());
        return text.toString();
    }

    private String answer(String... turns) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < turns.length; i++) {
            String role = i % 2 == 0 ? "user" : "assistant";
            items.add(JsonObject.builder()
                    .put("role", role)
                    .put("content", turns[i])
                    .build()
                    .toString());
        }
        return text(RecordedWire.request(
                ResponseRequest.of(
                        JsonObject.parse("{\"model\":\"demo\",\"input\":[" + String.join(",", items) + "]}")),
                true));
    }

    private List<String> calls(String question, String more) {
        return said("{'model':'demo','input':'" + question + "'," + more + "}").stream()
                .filter(line ->
                        line.startsWith("call call") || line.startsWith("arguments") || line.startsWith("stopped"))
                .map(line -> line.replaceFirst("^arguments \\S+ ", "")
                        .replace("\\\"", "'")
                        .replace("\"", ""))
                .collect(Collectors.toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is the capital of Germany?|The capital of Germany is Berlin.",
                "what's the capital of the united states|The capital of the United States is Washington, D.C.",
                "What is 5 + 3?|5 + 3 = 8.",
                "What is 12 divided by 5?|12 / 5 = 2.4.",
                "Compute 2*(3+4)-1|2 * (3 + 4) - 1 = 13.",
                "What is 7 times 6?|7 * 6 = 42.",
                "What is 1 / 0?|1 / 0 has no value.",
                "What is -2 - -3?|-2 - -3 = 1.",
                "Hello!|Hello! How can I help you?",
                "My name is Alice.|Nice to meet you, Alice!",
                "What is my name?|You have not told me your name.",
                "Say hello world|hello world",
                "Count to 3|1 2 3",
                "Who are you?|My name is Demo.",
                "Explain what a neural network is.|You said: \"Explain what a neural network is.\" I am the demo model and know"
                        + " no more than that.",
            })
    void answers(String question, String answer) {
        assertThat(answer(question)).isEqualTo(answer);
    }

    @Test
    void remembersWhatItWasTold() {
        assertThat(answer("My name is Alice.", "Nice!", "What is my name?")).isEqualTo("Your name is Alice.");
        assertThat(answer("I'm Bob and my favourite color is dark blue.", "ok", "What's my favourite color?"))
                .isEqualTo("Your favourite color is dark blue.");
        assertThat(answer("Remember the number 42.", "ok", "Which number should you remember?"))
                .isEqualTo("The number is 42.");
        assertThat(answer("My name is Alice.", "ok", "No, my name is Carol.", "ok", "What is my name?"))
                .isEqualTo("Your name is Carol.");
        assertThat(answer("My name is Alice.", "ok", "Hi")).isEqualTo("Hello, Alice! How can I help you?");
    }

    @Test
    void goesOnWithAQuestion() {
        assertThat(answer("What is the capital of France?", "Paris.", "And of Spain?"))
                .isEqualTo("The capital of Spain is Madrid.");
        assertThat(answer("What is 5 + 3?", "5 + 3 = 8.", "Now multiply that by 2."))
                .isEqualTo("8 * 2 = 16.");
    }

    @Test
    void speaksWordByWordAndCountsWords() {
        BackendRecorder recorder = new BackendRecorder();
        demo.sample(
                Requests.stream("{'model':'demo','instructions':'Be kind.','input':'What is 5 + 3?'}"),
                recorder,
                new Cancellation());
        assertThat(recorder.log())
                .containsExactly(
                        "text \"5\"",
                        "flush",
                        "text \" +\"",
                        "flush",
                        "text \" 3\"",
                        "flush",
                        "text \" =\"",
                        "flush",
                        "text \" 8.\"",
                        "flush",
                        "usage 7 (0 cached) 5 (0 reasoning)",
                        "stopped DONE");
    }

    @Test
    void stopsAtItsBound() {
        assertThat(said("{'model':'demo','input':'Count to 100','max_output_tokens':3}"))
                .containsExactly(
                        "text \"1\"",
                        "text \" 2\"",
                        "text \" 3\"",
                        "usage 3 (0 cached) 3 (0 reasoning)",
                        "stopped MAX_OUTPUT_TOKENS");
    }

    @Test
    void callsTheToolThatTheQuestionNames() {
        assertThat(calls("What time is it in Tokyo?", "'tools':[" + WEATHER + "," + TIME + "]"))
                .containsExactly("call call_demo_1 get_time", "{'timezone':'Tokyo'}", "stopped TOOL_CALLS");
        assertThat(calls("Is the weather good in New York?", "'tools':[" + WEATHER + "," + TIME + "]"))
                .containsExactly("call call_demo_1 get_weather", "{'city':'New", " York'}", "stopped TOOL_CALLS");
        assertThat(calls("Please add 2.5 and 4", "'tools':[" + ADD + "]"))
                .containsExactly("call call_demo_1 add", "{'a':2.5,'b':4}", "stopped TOOL_CALLS");
        assertThat(calls("Weather and time in Oslo?", "'tools':[" + WEATHER + "," + TIME + "]"))
                .containsExactly(
                        "call call_demo_1 get_weather",
                        "{'city':'Oslo'}",
                        "call call_demo_2 get_time",
                        "{'timezone':'Oslo'}",
                        "stopped TOOL_CALLS");
        assertThat(calls(
                        "Weather and time in Oslo?",
                        "'parallel_tool_calls':false,'tools':[" + WEATHER + "," + TIME + "]"))
                .containsExactly("call call_demo_1 get_weather", "{'city':'Oslo'}", "stopped TOOL_CALLS");
        assertThat(calls("What is 5 + 3?", "'tools':[" + WEATHER + "]")).containsExactly("stopped DONE");
    }

    @Test
    void obeysTheToolChoice() {
        String tools = "'tools':[" + WEATHER + "," + TIME + "]";
        assertThat(calls("Weather in Oslo?", tools + ",'tool_choice':'none'")).containsExactly("stopped DONE");
        assertThat(calls("In Oslo?", tools + ",'tool_choice':'required'"))
                .containsExactly("call call_demo_1 get_weather", "{'city':'Oslo'}", "stopped TOOL_CALLS");
        assertThat(calls("Weather in Oslo?", tools + ",'tool_choice':{'type':'function','name':'get_time'}"))
                .containsExactly("call call_demo_1 get_time", "{'timezone':'Oslo'}", "stopped TOOL_CALLS");
        assertThat(calls(
                        "Weather in Oslo?",
                        tools + ",'tool_choice':{'type':'allowed_tools','mode':'auto','tools':[{'type':'function',"
                                + "'name':'get_time'}]}"))
                .containsExactly("stopped DONE");
    }

    @Test
    void answersWithWhatTheToolGave() {
        String turn = "{'role':'user','content':'Weather in Oslo?'},"
                + "{'type':'function_call','call_id':'call_demo_1','name':'get_weather','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'call_demo_1','output':'4 degrees'}";
        assertThat(text("{'model':'demo','input':[" + turn + "],'tools':[" + WEATHER + "],'tool_choice':'required'}"))
                .isEqualTo("get_weather says: 4 degrees.");
        assertThat(said("{'model':'demo','input':[" + turn
                        + ",{'role':'user','content':'And the weather in Rome?'}],'tools':[" + WEATHER + "]}"))
                .contains("call call_demo_2 get_weather");
    }

    @Test
    void callsACustomToolWithTheQuestion() {
        assertThat(said("{'model':'demo','input':'Use shell now','tools':[{'type':'custom','name':'shell'}]}"))
                .startsWith("custom call call_demo_1 shell", "arguments call_demo_1 \"Use\"");
    }

    @Test
    void fillsASchema() {
        assertThat(text(
                        "{'model':'demo','input':'Alice is 30 years old.','text':{'format':{'type':'json_schema','name':'p',"
                                + "'schema':{'type':'object','properties':{'name':{'type':'string'},'age':{'type':'integer'},"
                                + "'mood':{'enum':['glad','sad']},'tags':{'type':'array','items':{'type':'string'},'minItems':2},"
                                + "'home':{'$ref':'#/$defs/home'},'note':{'anyOf':[{'type':'string'},{'type':'null'}]}},"
                                + "'required':['name','age'],'$defs':{'home':{'type':'object','properties':"
                                + "{'ok':{'type':'boolean'}},'required':['ok']}}}}}}"))
                .isEqualTo(
                        "{'name':'Alice','age':30,'mood':'glad','tags':['Alice','Alice'],'home':{'ok':true},'note':'Alice'}"
                                .replace('\'', '"'));
        assertThat(text("{'model':'demo','input':'What is 1 + 1?','text':{'format':{'type':'json_object'}}}"))
                .isEqualTo("{\"answer\":\"1 + 1 = 2.\"}");
    }

    @Test
    void comesOutOfASchemaThatContainsItself() {
        String tree =
                "{'type':'object','properties':{'name':{'type':'string'},'next':{'anyOf':[{'$ref':'#'},{'type':'null'}]},"
                        + "'children':{'type':'array','items':{'$ref':'#'}}},'required':['name','next','children']}";
        assertThat(JsonObject.parse(
                                text("{'model':'demo','input':'Rose','text':{'format':{'type':'json_schema','name':'t',"
                                        + "'schema':" + tree + "}}}"))
                        .string("name"))
                .isEqualTo("Rose");
    }

    @Test
    void heedsSimpleOrders() {
        assertThat(text("{'model':'demo','instructions':'Talk like a pirate.','input':'What is 1 + 1?'}"))
                .isEqualTo("Arr! 1 + 1 = 2.");
        assertThat(text("{'model':'demo','input':[{'role':'system','content':'Answer in upper case.'},"
                        + "{'role':'user','content':'Hello'}]}"))
                .isEqualTo("HELLO! HOW CAN I HELP YOU?");
        assertThat(text("{'model':'demo','instructions':'Your name is Rex.','input':'What is your name?'}"))
                .isEqualTo("My name is Rex.");
    }

    @Test
    void pausesBetweenWordsUntilCancelled() {
        List<Duration> pauses = new ArrayList<>();
        DemoBackend slow = DemoBackend.paced(Duration.ofMillis(20), (time, cancellation) -> {
            pauses.add(time);
            if (pauses.size() == 2) {
                cancellation.cancel();
            }
        });
        BackendRecorder recorder = new BackendRecorder();
        assertThatThrownBy(() -> slow.sample(Requests.hello(), recorder, new Cancellation()))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(BackendException.Kind.CANCELLED));
        assertThat(recorder.events()).containsExactly("text \"Hello!\"", "text \" How\"");
        assertThat(pauses).containsOnly(Duration.ofMillis(20));
    }

    @Test
    void bearsAnything() {
        for (String odd : Arrays.asList(
                "", " ", "?", "+", "((((((", "1+", "my is", "é".repeat(5_000), "9 ".repeat(3_000), "-".repeat(5_000))) {
            assertThat(answer(odd)).as(odd).isNotBlank();
        }
        assertThat(text("{'model':'demo','input':[]}")).isEqualTo("I have not been asked anything yet.");
    }

    @Test
    void sumsUpWhatItWasTold() {
        String summary =
                answer("My name is Alice.", "Nice to meet you, Alice!", "Summarise the conversation up to here.");
        assertThat(summary).isEqualTo("The user said: My name is Alice.");
        assertThat(answer("Summary of the conversation so far:\n\n" + summary, "", "What is my name?"))
                .isEqualTo("Your name is Alice.");
        assertThat(answer("Please summarize the conversation.")).isEqualTo("Nothing was said.");
    }

    @Test
    void tellsItsWindowAndWhatItCannotRead() {
        assertThat(demo.contextWindow("demo")).hasValue(128_000);
        BackendRequest foreign = Requests.stream(
                "{'model':'demo','input':[{'role':'user','content':'Hi'},{'type':'compaction','encrypted_content':'e'}]}");
        assertThat(demo.unsupported(foreign)).extracting(Warning::param).containsExactly("input[1]");
        assertThat(demo.unsupported(Requests.stream("{'model':'demo','input':'Hi'}")))
                .isEmpty();
    }
}
