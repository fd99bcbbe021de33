package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.hosted;
import static io.github.responses4j.testkit.Requests.item;
import static io.github.responses4j.testkit.Requests.next;
import static io.github.responses4j.testkit.Requests.offering;
import static io.github.responses4j.testkit.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.StopReason;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.ToolCallOutput;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import io.github.responses4j.tool.ToolInvocation;
import io.github.responses4j.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that the caller runs, tools that the engine runs, and both in one round. */
class EngineToolsTest {
    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private static List<String> kinds(Response response) {
        return response.output().stream().map(Item::type).toList();
    }

    private static List<String> outputs(Response response) {
        return response.output().stream()
                .filter(ToolCallOutput.class::isInstance)
                .map(item -> ((ToolCallOutput) item).callId() + ": " + ((ToolCallOutput) item).text())
                .toList();
    }

    private static HostedTool raw(String name, Function<ToolInvocation, ToolResult> body) {
        return new HostedTool() {
            @Override
            public FunctionTool definition() {
                return Requests.function(name);
            }

            @Override
            public ToolResult run(ToolInvocation invocation) {
                return body.apply(invocation);
            }
        };
    }

    @Test
    void aCallOfTheCallersIsReturnedAndItsOutputComesBack() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.text("Let me look.").call("c1", "weather", "{\"city\":\"Oslo\"}"))
                .sample(model -> model.text("4 °C."));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(engine, offering("Is it cold?", "weather")).response();
        assertThat(kinds(one)).containsExactly("message", "function_call");
        assertThat(one.status()).isEqualTo(ResponseStatus.COMPLETED);
        Response two = engines.run(engine, next(one, List.of(FunctionCallOutput.of("c1", "4 °C"))))
                .response();
        assertThat(two.outputText()).isEqualTo("4 °C.");
        assertThat(backend.request(1).context())
                .extracting(Item::type)
                .containsExactly("message", "message", "function_call", "function_call_output");
        backend.assertExhausted();
    }

    @Test
    void aCustomCallComesBackToo() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.customCall("c1", "shell", "ls"))
                .sample(model -> model.text("done"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(
                        engine,
                        ask("list").toBuilder()
                                .tool(Tool.of(JsonObject.parse("{\"type\":\"custom\",\"name\":\"shell\"}")))
                                .build())
                .response();
        assertThat(kinds(one)).containsExactly("custom_tool_call");
        engines.run(engine, next(one, List.of(CustomToolCallOutput.of("c1", "a b"))));
    }

    @Test
    void anOutputWithoutACallAndACallWithoutAnOutputAreRefused() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").call("c2", "f", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
        Response one = engines.run(engine, offering("q", "f")).response();
        refused(
                engine,
                next(one, List.of(FunctionCallOutput.of("c1", "x"))),
                "No tool output found for function call c2.");
        refused(engine, next(one, "never mind"), "No tool output found for function call c1.");
        refused(
                engine,
                ResponseRequest.builder("m", List.of(FunctionCallOutput.of("c1", "x")))
                        .build(),
                "No tool call found for function call output with call_id c1.");
        refused(
                engine,
                next(
                        one,
                        List.of(
                                FunctionCallOutput.of("c1", "x"),
                                FunctionCallOutput.of("c2", "x"),
                                FunctionCallOutput.of("c3", "x"))),
                "No tool call found for function call output with call_id c3.");
        refused(
                engine,
                ResponseRequest.builder(
                                "m",
                                List.of(
                                        FunctionCallOutput.of("c9", "too early"),
                                        item("{'type':'function_call','call_id':'c9','name':'f','arguments':'{}'}")))
                        .build(),
                "No tool call found for function call output with call_id c9.");
        assertThat(backend.requests()).hasSize(1);
        engines.run(engine, next(one, List.of(FunctionCallOutput.of("c2", "x"), FunctionCallOutput.of("c1", "x"))));
    }

    private static void refused(ResponsesEngine engine, ResponseRequest request, String message) {
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, request))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.text()).isEqualTo(message);
                    assertThat(e.param()).isEqualTo("input");
                    assertThat(e.code()).isNull();
                });
    }

    @Test
    void aHostedToolRunsInTheLoop() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.reasoning("hm")
                        .fields(JsonObject.builder()
                                .put("encrypted_content", "e")
                                .build())
                        .call("c1", "weather", "{\"city\":\"Oslo\"}")
                        .usage(new Usage(10, 1, 0, 5, 2)))
                .sample(model -> model.call("c2", "weather", "").usage(new Usage(20, 2, 0, 6, 0)))
                .sample(model -> model.text("4 °C.").usage(new Usage(30, 3, 0, 7, 0)));
        List<ToolInvocation> invocations = Collections.synchronizedList(new ArrayList<>());
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(raw("weather", invocation -> {
                    invocations.add(invocation);
                    return ToolResult.text(invocation.arguments().string("city", "nowhere") + ": 4 °C");
                })));
        RecordedRun run = engines.run(engine, offering("Is it cold?", "weather"));
        assertThat(kinds(run.response()))
                .containsExactly(
                        "reasoning",
                        "function_call",
                        "function_call_output",
                        "function_call",
                        "function_call_output",
                        "message");
        assertThat(outputs(run.response())).containsExactly("c1: Oslo: 4 °C", "c2: nowhere: 4 °C");
        assertThat(run.response().usage()).isEqualTo(new Usage(60, 6, 0, 18, 2));
        assertThat(invocations).extracting(ToolInvocation::callId).containsExactly("c1", "c2");
        assertThat(invocations.get(0).tenant()).isEqualTo(Tenant.SINGLE);
        assertThat(invocations.get(0).responseId()).isEqualTo(run.id());
        List<Item> output = run.response().output();
        assertThat(backend.request(1).context()).endsWith(output.get(0), output.get(1), output.get(2));
        assertThat(backend.request(2).context()).hasSize(6);
        // Whoever looks on learns of a call before the tool runs.
        assertThat(run.events().flushPoints().get(1))
                .isEqualTo(run.types().indexOf("response.function_call_arguments.done") + 2);
    }

    @Test
    void whatAFunctionIsOfferedAsComesFromTheRequest() {
        ScriptedBackend backend = ScriptedBackend.answering("no tool");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("weather", arguments -> "")));
        engines.run(engine, ask("q"));
        assertThat(backend.request(0).tools()).isEmpty();
    }

    @Test
    void toolsOfOneRoundRunAtOnceAndAnswerInOrder() {
        Gate first = new Gate();
        Gate second = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "a", "{}").call("c2", "b", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .tool(hosted("a", arguments -> {
                    first.open();
                    second.await();
                    return "slow";
                }))
                .tool(hosted("b", arguments -> {
                    first.await();
                    second.open();
                    return "quick";
                })));
        Response response = engines.run(engine, offering("q", "a", "b")).response();
        assertThat(outputs(response)).containsExactly("c1: slow", "c2: quick");
        assertThat(kinds(response))
                .containsExactly(
                        "function_call", "function_call", "function_call_output", "function_call_output", "message");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void atMostSoManyToolsRunAtOnce(int most) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        Gate full = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> {
                    for (int i = 0; i < 7; i++) {
                        model.call("c" + i, "f", "{}");
                    }
                })
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .limits(Limits.DEFAULT.withMaxParallelTools(most))
                .tool(hosted("f", arguments -> {
                    int now = running.incrementAndGet();
                    peak.accumulateAndGet(now, Math::max);
                    if (now == most) {
                        full.open();
                    }
                    full.await();
                    running.decrementAndGet();
                    return "ok";
                })));
        Response response = engines.run(engine, offering("q", "f")).response();
        assertThat(peak).hasValue(most);
        assertThat(outputs(response)).hasSize(7);
    }

    @Test
    void whatGoesWrongIsToldToTheModel() {
        engines.expectLog("tool f failed");
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{\"x\":1}")
                        .call("c2", "g", "{\"x\":")
                        .call("c3", "g", "[1]")
                        .call("c4", "g", "{\"a\":1,\"a\":2}")
                        .call("c5", "h", "{}")
                        .call("c6", "f", "{}"))
                .sample(model -> model.text("ok"));
        AtomicInteger ran = new AtomicInteger();
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .tool(hosted("f", arguments -> {
                    if (arguments.has("x")) {
                        throw new IllegalStateException("out of tea");
                    }
                    throw new StackOverflowError();
                }))
                .tool(hosted("g", arguments -> "ran " + ran.incrementAndGet()))
                .tool(raw("h", invocation -> ToolResult.failure("no such city"))));
        Response response = engines.run(engine, offering("q", "f", "g", "h")).response();
        assertThat(outputs(response))
                .containsExactly(
                        "c1: The tool failed: out of tea",
                        "c2: The arguments are not a JSON object: not valid JSON, or beyond its limits, at line 1, column 6.",
                        "c3: The arguments are not a JSON object: it is another JSON value.",
                        "c4: The arguments are not a JSON object: not valid JSON, or beyond its limits, at line 1, column 11.",
                        "c5: no such city",
                        "c6: The tool failed: StackOverflowError");
        assertThat(ran).hasValue(0);
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
    }

    @Test
    void aToolThatTakesTooLongIsGivenUp() {
        Gate interrupted = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model ->
                        model.call("c1", "slow", "{}").call("c2", "slow", "{}").call("c3", "quick", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .limits(Limits.DEFAULT.withToolTimeout(Duration.ofSeconds(1)))
                .tool(raw("slow", invocation -> {
                    try {
                        new Gate().awaitUnless(invocation.cancellation());
                    } catch (AssertionError e) {
                        interrupted.open();
                    }
                    return ToolResult.text("never heard");
                }))
                .tool(hosted("quick", arguments -> "in time")));
        Response response = engines.run(engine, offering("q", "slow", "quick")).response();
        assertThat(outputs(response))
                .containsExactly(
                        "c1: The tool took longer than 1000 ms.",
                        "c2: The tool took longer than 1000 ms.",
                        "c3: in time");
        interrupted.await();
    }

    @Test
    void waitingForAFreeThreadIsNotTheToolsFault() {
        // Three calls, one thread: the last one starts long after the time of one call has passed.
        Gate never = new Gate();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model ->
                        model.call("c1", "slow", "{}").call("c2", "slow", "{}").call("c3", "quick", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .limits(Limits.DEFAULT.withToolTimeout(Duration.ofSeconds(1)).withMaxParallelTools(1))
                .tool(raw("slow", invocation -> {
                    try {
                        never.await();
                    } catch (AssertionError interrupted) {
                        return ToolResult.text("given up");
                    }
                    return ToolResult.text("?");
                }))
                .tool(hosted("quick", arguments -> "in time")));
        Response response = engines.run(engine, offering("q", "slow", "quick")).response();
        assertThat(outputs(response))
                .containsExactly(
                        "c1: The tool took longer than 1000 ms.",
                        "c2: The tool took longer than 1000 ms.",
                        "c3: in time");
    }

    @Test
    void aToolThatIsNotOnOfferIsNotRun() {
        AtomicInteger ran = new AtomicInteger();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .tool(hosted("f", arguments -> "ran " + ran.incrementAndGet()))
                .tool(hosted("g", arguments -> "ok")));
        Response response = engines.run(engine, offering("q", "g")).response();
        assertThat(outputs(response)).containsExactly("c1: Not called: this tool is not on offer.");
        assertThat(ran).hasValue(0);
    }

    private static List<ResponseRequest> forbidding(String tool, String other) {
        ResponseRequest request = offering("q", tool, other);
        String allowed = "{\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"name\":\""
                + other + "\"}]}";
        return List.of(request.toBuilder().toolChoice(ToolChoice.NONE).build(), with(request, "tool_choice", allowed));
    }

    @Test
    void aCallThatIsNotAllowedIsNeitherShownNorRunAndTheModelIsTold() {
        AtomicInteger ran = new AtomicInteger();
        for (String tool : List.of("hosted", "mine")) {
            for (ResponseRequest request : forbidding(tool, "other")) {
                ScriptedBackend backend = new ScriptedBackend()
                        .sample(model -> model.call("c1", tool, "{\"a\":1}"))
                        .sample(model -> model.text("ok"));
                ResponsesEngine engine = engines.engine(builder ->
                        builder.backend(backend).tool(hosted("hosted", arguments -> "ran " + ran.incrementAndGet())));
                RecordedRun run = engines.run(engine, request);
                assertThat(kinds(run.response())).containsExactly("message");
                assertThat(run.response().status()).isEqualTo(ResponseStatus.COMPLETED);
                List<Item> told = backend.request(1).context();
                assertThat(told)
                        .extracting(Item::type)
                        .containsExactly("message", "function_call", "function_call_output");
                assertThat(told.get(1).json().string("arguments")).isEqualTo("{\"a\":1}");
                assertThat(((ToolCallOutput) told.get(2)).text())
                        .isEqualTo("Not called: this tool is not allowed now.");
                backend.assertExhausted();
            }
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void aModelThatInsistsOnWhatIsNotAllowedIsStopped() {
        ScriptedBackend backend = new ScriptedBackend();
        backend.sample(model -> model.call("c1", "f", "{}")).sample(model -> model.call("c1", "f", "{}"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).limits(Limits.DEFAULT.withMaxSteps(2)));
        Response response = engines.run(engine, forbidding("f", "g").get(0)).response();
        assertThat(response.status()).isEqualTo(ResponseStatus.INCOMPLETE);
        assertThat(response.output()).isEmpty();
    }

    @Test
    void whatIsAllowedGoesOnBesideWhatIsNot() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").call("c2", "g", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("g", arguments -> "from g")));
        Response response = engines.run(engine, forbidding("f", "g").get(1)).response();
        assertThat(kinds(response)).containsExactly("function_call", "function_call_output", "message");
        assertThat(outputs(response)).containsExactly("c2: from g");
    }

    @Test
    void withoutParallelCallsASampleHasOne() {
        for (boolean parallel : List.of(false, true)) {
            ScriptedBackend backend = new ScriptedBackend()
                    .sample(model -> model.call("c1", "f", "{}").call("c2", "f", "{}"));
            ResponsesEngine engine = engines.engine(builder -> builder.backend(backend));
            Response response = engines.run(
                            engine, with(offering("q", "f"), "parallel_tool_calls", Boolean.toString(parallel)))
                    .response();
            assertThat(kinds(response)).hasSize(parallel ? 2 : 1);
            assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        }
    }

    @Test
    void aHostedToolMayBeOfferedAsACustomTool() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.customCall("c1", "f", "free text"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder ->
                builder.backend(backend).tool(hosted("f", arguments -> arguments.string("input", ""))));
        Response response = engines.run(
                        engine,
                        ask("q").toBuilder()
                                .tool(Tool.of(JsonObject.parse("{\"type\":\"custom\",\"name\":\"f\"}")))
                                .build())
                .response();
        assertThat(kinds(response)).containsExactly("custom_tool_call", "custom_tool_call_output", "message");
        assertThat(outputs(response)).containsExactly("c1: free text");
    }

    @Test
    void hostedToolsAndTheCallersMayBeCalledInOneRound() {
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "mine", "{}").call("c2", "hosted", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).tool(hosted("hosted", arguments -> "h")));
        Response one = engines.run(engine, offering("q", "mine", "hosted")).response();
        assertThat(kinds(one)).containsExactly("function_call", "function_call", "function_call_output");
        assertThat(one.status()).isEqualTo(ResponseStatus.COMPLETED);
        engines.run(engine, next(one, List.of(FunctionCallOutput.of("c1", "m"))));
        assertThat(backend.request(1).context())
                .extracting(Item::type)
                .containsExactly(
                        "message", "function_call", "function_call", "function_call_output", "function_call_output");
    }

    @Test
    void aForcedCallIsForcedOnce() {
        String allowed =
                "{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}";
        List<ResponseRequest> forced = List.of(
                offering("q", "f").toBuilder().toolChoice(ToolChoice.REQUIRED).build(),
                offering("q", "f").toBuilder()
                        .toolChoice(ToolChoice.function("f"))
                        .build(),
                with(offering("q", "f"), "tool_choice", allowed));
        for (ResponseRequest request : forced) {
            ScriptedBackend backend = new ScriptedBackend()
                    .sample(model -> model.call("c1", "f", "{}"))
                    .sample(model -> model.text("ok"));
            ResponsesEngine engine =
                    engines.engine(builder -> builder.backend(backend).tool(hosted("f", arguments -> "x")));
            engines.run(engine, request);
            assertThat(backend.request(0).toolChoice()).isEqualTo(request.toolChoice());
            assertThat(backend.request(1).toolChoice().mode()).isEqualTo("auto");
            assertThat(backend.request(1).toolChoice().allowedNames())
                    .isEqualTo(request.toolChoice().allowedNames());
        }
    }

    private ResponsesEngine counting(ScriptedBackend backend, Limits limits, AtomicInteger ran) {
        return engines.engine(builder ->
                builder.backend(backend).limits(limits).tool(hosted("f", arguments -> "ran " + ran.incrementAndGet())));
    }

    @Test
    void stepsAreCountedUpToTheLimit() {
        AtomicInteger ran = new AtomicInteger();
        ScriptedBackend within = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}"))
                .sample(model -> model.text("ok"));
        Limits limits = Limits.DEFAULT.withMaxSteps(2);
        assertThat(engines.run(counting(within, limits, ran), offering("q", "f"))
                        .response()
                        .status())
                .isEqualTo(ResponseStatus.COMPLETED);
        ScriptedBackend beyond = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").usage(1, 1))
                .sample(model -> model.call("c2", "f", "{}").usage(2, 2))
                .sample(model -> model.text("never"));
        Response response =
                engines.run(counting(beyond, limits, ran), offering("q", "f")).response();
        assertThat(response.status()).isEqualTo(ResponseStatus.INCOMPLETE);
        assertThat(response.incompleteReason()).isEqualTo("max_steps");
        assertThat(kinds(response))
                .containsExactly("function_call", "function_call_output", "function_call", "function_call_output");
        assertThat(response.usage()).isEqualTo(Usage.of(3, 3));
        assertThat(beyond.requests()).hasSize(2);
    }

    @Test
    void anEndlessLoopEndsByDefault() {
        AtomicInteger ran = new AtomicInteger();
        ScriptedBackend backend = new ScriptedBackend();
        for (int i = 0; i < 50; i++) {
            String id = "c" + i;
            backend.sample(model -> model.call(id, "f", "{}"));
        }
        Response response = engines.run(counting(backend, Limits.DEFAULT, ran), offering("q", "f"))
                .response();
        assertThat(response.incompleteReason()).isEqualTo("max_steps");
        assertThat(backend.requests()).hasSize(32);
        assertThat(ran).hasValue(32);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void toolCallsAreCountedUpToTheLimit(boolean byRequest) {
        AtomicInteger ran = new AtomicInteger();
        Limits limits = byRequest ? Limits.DEFAULT : Limits.DEFAULT.withMaxToolCalls(2);
        ResponseRequest request = offering("q", "f");
        ResponseRequest bounded =
                byRequest ? request.toBuilder().maxToolCalls(2).build() : request;
        ScriptedBackend within = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").call("c2", "f", "{}"))
                .sample(model -> model.text("ok"));
        assertThat(engines.run(counting(within, limits, ran), bounded)
                        .response()
                        .status())
                .isEqualTo(ResponseStatus.COMPLETED);
        assertThat(ran).hasValue(2);
        for (boolean atOnce : new boolean[] {true, false}) {
            ran.set(0);
            ScriptedBackend beyond = new ScriptedBackend();
            if (atOnce) {
                beyond.sample(model ->
                        model.call("c1", "f", "{}").call("c2", "f", "{}").call("c3", "f", "{}"));
            } else {
                beyond.sample(model -> model.call("c1", "f", "{}"))
                        .sample(model -> model.call("c2", "f", "{}").call("c3", "f", "{}"));
            }
            ResponsesEngine engine = counting(beyond, limits, ran);
            Response response = engines.run(engine, bounded).response();
            assertThat(ran).hasValue(2);
            assertThat(response.incompleteReason()).isEqualTo("max_tool_calls");
            assertThat(outputs(response)).hasSize(3).last().asString().contains("the limit of tool calls is reached");
            // Every call has its output, so the response can be continued.
            beyond.sample(model -> model.text("go on"));
            engines.run(engine, next(response, "Go on."));
        }
    }

    @Test
    void theEnginesLimitHoldsWhateverTheRequestAllows() {
        AtomicInteger ran = new AtomicInteger();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").call("c2", "f", "{}"));
        engines.run(
                counting(backend, Limits.DEFAULT.withMaxToolCalls(1), ran),
                offering("q", "f").toBuilder().maxToolCalls(100).build());
        assertThat(ran).hasValue(1);
    }

    @Test
    void tokensAreBoundedOverAllSamples() {
        AtomicInteger ran = new AtomicInteger();
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").usage(9, 30))
                .sample(model -> model.call("c2", "f", "{}").usage(9, 30))
                .sample(model -> model.text("ok").usage(9, 39));
        ResponseRequest request =
                offering("q", "f").toBuilder().maxOutputTokens(100).build();
        Response response =
                engines.run(counting(backend, Limits.DEFAULT, ran), request).response();
        assertThat(backend.requests())
                .extracting(asked -> asked.maxOutputTokens())
                .containsExactly(100L, 70L, 40L);
        assertThat(response.status()).isEqualTo(ResponseStatus.COMPLETED);
        ScriptedBackend spent = new ScriptedBackend()
                .sample(model -> model.call("c1", "f", "{}").usage(9, 100))
                .sample(model -> model.text("never"));
        Response cut =
                engines.run(counting(spent, Limits.DEFAULT, ran), request).response();
        assertThat(cut.incompleteReason()).isEqualTo("max_output_tokens");
        assertThat(kinds(cut)).containsExactly("function_call", "function_call_output");
        assertThat(spent.requests()).hasSize(1);
        ScriptedBackend unbounded = ScriptedBackend.answering("ok");
        engines.run(counting(unbounded, Limits.DEFAULT, ran), offering("q", "f"));
        assertThat(unbounded.request(0).maxOutputTokens()).isNull();
    }

    @Test
    void aToolsOutputIsCutAtTheLimit() {
        String emoji = "\uD83D\uDE00";
        List<Content> parts =
                List.of(InputText.of("12345"), InputImage.ofUrl("u"), InputText.of("6789"), InputText.of("rest"));
        ScriptedBackend backend = new ScriptedBackend()
                .sample(model -> model.call("c1", "exact", "{}")
                        .call("c2", "more", "{}")
                        .call("c3", "emoji", "{}")
                        .call("c4", "parts", "{}"))
                .sample(model -> model.text("ok"));
        ResponsesEngine engine = engines.engine(builder -> builder.backend(backend)
                .limits(Limits.DEFAULT.withMaxToolOutput(8))
                .tool(hosted("exact", arguments -> "12345678"))
                .tool(hosted("more", arguments -> "123456789"))
                .tool(hosted("emoji", arguments -> "1234567" + emoji))
                .tool(raw("parts", invocation -> new ToolResult(parts, false))));
        Response response = engines.run(engine, offering("q", "exact", "more", "emoji", "parts"))
                .response();
        List<Item> cut = response.output().stream()
                .filter(FunctionCallOutput.class::isInstance)
                .toList();
        assertThat(cut)
                .extracting(item -> item.json().get("output"))
                .containsExactly(
                        Json.read("\"12345678\""),
                        Json.read("\"12345678\u2026 [cut after 8 characters]\""),
                        Json.read("\"1234567\u2026 [cut after 8 characters]\""),
                        Json.read("[{\"type\":\"input_text\",\"text\":\"12345\"},"
                                + "{\"type\":\"input_image\",\"image_url\":\"u\",\"detail\":\"auto\"},"
                                + "{\"type\":\"input_text\",\"text\":\"678\u2026 [cut after 8 characters]\"}]"));
    }

    @Test
    void aCallThatIsCutShortIsNotRun() {
        AtomicInteger ran = new AtomicInteger();
        for (StopReason reason : List.of(StopReason.MAX_OUTPUT_TOKENS, StopReason.CONTENT_FILTER)) {
            ScriptedBackend backend = new ScriptedBackend()
                    .sample(model -> model.call("c1", "f", "{}")
                            .say(
                                    new io.github.responses4j.backend.ModelEvent.CallStarted("c2", "f"),
                                    new io.github.responses4j.backend.ModelEvent.CallDelta("c2", "{\"a"))
                            .stop(reason));
            Response response = engines.run(counting(backend, Limits.DEFAULT, ran), offering("q", "f"))
                    .response();
            assertThat(response.status()).isEqualTo(ResponseStatus.INCOMPLETE);
            assertThat(response.output())
                    .extracting(Item::status)
                    .containsExactly(ItemStatus.COMPLETED, ItemStatus.INCOMPLETE);
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void argumentsThatAreCutAtAnyByteAreNeverRun() {
        AtomicInteger ran = new AtomicInteger();
        String arguments = "{\"city\":\"Oslo\",\"days\":[1,2]}";
        for (int length = 0; length < arguments.length(); length++) {
            String begun = arguments.substring(0, length);
            ScriptedBackend backend = new ScriptedBackend()
                    .sample(model -> model.say(
                                    new io.github.responses4j.backend.ModelEvent.CallStarted("c1", "f"),
                                    new io.github.responses4j.backend.ModelEvent.CallDelta("c1", begun))
                            .cut());
            RecordedRun run = engines.run(counting(backend, Limits.DEFAULT, ran), offering("q", "f"));
            assertThat(run.response().status()).isEqualTo(ResponseStatus.FAILED);
            assertThat(run.response().output()).extracting(Item::status).containsExactly(ItemStatus.INCOMPLETE);
            if (!begun.isEmpty()) {
                ScriptedBackend garbled = new ScriptedBackend()
                        .sample(model -> model.call("c1", "f", begun))
                        .sample(model -> model.text("sorry"));
                engines.run(counting(garbled, Limits.DEFAULT, ran), offering("q", "f"));
            }
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void theContextMayHaveSoManyItems() {
        ScriptedBackend backend = ScriptedBackend.answering("a", "b", "c");
        ResponsesEngine engine =
                engines.engine(builder -> builder.backend(backend).limits(Limits.DEFAULT.withMaxContextItems(3)));
        List<Item> three = List.of(Message.user("1"), Message.user("2"), Message.user("3"));
        engines.run(engine, ResponseRequest.builder("m", three).build());
        Response one = engines.run(engine, ask("1")).response();
        engines.run(engine, next(one, "3"));
        assertThatThrownBy(() -> engine.create(Tenant.SINGLE, next(one, List.of(Message.user("3"), Message.user("4")))))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("context_length_exceeded");
                    assertThat(e.param()).isEqualTo("input");
                    assertThat(e.text()).contains("exceeds the context window");
                });
        assertThat(backend.requests()).hasSize(3);
    }
}
