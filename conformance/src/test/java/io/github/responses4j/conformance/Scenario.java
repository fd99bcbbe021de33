package io.github.responses4j.conformance;

import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.UrlCitation;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.SampleScript;
import io.github.responses4j.testkit.ScriptedBackend;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One request, and what the model says to it, sample after sample.
 *
 * @param name what it shows
 * @param request the members of the request, {@code model} and {@code stream} apart
 * @param samples what the model says
 */
record Scenario(String name, String request, List<Consumer<SampleScript>> samples) {
    private static final String TOOLS = """
            "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}},
                      {"type": "function", "name": "clock", "description": "Tells the time.", "strict": true,
                       "parameters": {"type": "object", "properties": {}, "required": [], "additionalProperties": false}}]""";

    private static Scenario of(String name, String request, Consumer<SampleScript> sample) {
        return new Scenario(name, request, List.of(sample));
    }

    /** A backend that goes through the samples so many times. */
    ScriptedBackend backend(int times) {
        ScriptedBackend backend = new ScriptedBackend();
        for (int i = 0; i < times; i++) {
            samples.forEach(backend::sample);
        }
        return backend;
    }

    @Override
    public String toString() {
        return name;
    }

    static List<Scenario> all() {
        return Stream.of(texts(), tools(), endings(), compactions(), settings())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> texts() {
        return List.of(
                of(
                        "text",
                        "\"input\": \"Hello\"",
                        model -> model.text("Hel", "lo").usage(3, 2)),
                of("nothing said", "\"input\": \"Hello\"", model -> model.usage(3, 0)),
                of(
                        "citations",
                        "\"input\": \"Where?\"",
                        model -> model.text("See the page")
                                .annotation(UrlCitation.of("https://example.com/", "A page", 8, 12))
                                .text(".")
                                .usage(3, 2)),
                of(
                        "log probabilities",
                        "\"input\": \"Hello\", \"top_logprobs\": 1, \"include\": [\"message.output_text.logprobs\"]",
                        model -> model.text("Hi", Json.read("""
                                [{"token": "Hi", "logprob": -0.1, "bytes": [72, 105],
                                  "top_logprobs": [{"token": "Hi", "logprob": -0.1, "bytes": [72, 105]}]}]""")).usage(3, 1)),
                of(
                        "refusal",
                        "\"input\": \"Do harm\"",
                        model -> model.refusal("I ", "will not.").usage(3, 3)),
                of(
                        "phase",
                        "\"input\": \"Hello\"",
                        model -> model.text("One moment.")
                                .fields(JsonObject.parse("{\"phase\": \"commentary\"}"))
                                .usage(3, 3)),
                of(
                        "raw reasoning",
                        "\"input\": \"Think\", \"reasoning\": {\"effort\": \"low\"}",
                        model -> model.reasoning("Let me ", "see.").text("42").usage(3, 9)),
                of(
                        "reasoning summary, encrypted",
                        "\"input\": \"Think\", \"reasoning\": {\"summary\": \"auto\"}, \"include\": [\"reasoning.encrypted_content\"]",
                        model -> model.summary(0, "First ")
                                .summary(0, "this.")
                                .summary(1, "Then that.")
                                .fields(JsonObject.parse("{\"encrypted_content\": \"c2VjcmV0\"}"))
                                .text("42")
                                .usage(3, 9)));
    }

    private static List<Scenario> tools() {
        return List.of(
                of(
                        "two calls",
                        "\"input\": \"How is it, and when?\", " + TOOLS,
                        model -> model.call("call_1", "weather", "{\"city\":\"Oslo\"}")
                                .call("call_2", "clock", "{}")
                                .usage(9, 9)),
                of(
                        "a call after text",
                        "\"input\": \"How is it?\", \"tool_choice\": {\"type\": \"function\", \"name\": \"weather\"}, "
                                + TOOLS,
                        model -> model.text("I shall look.")
                                .call("call_1", "weather", "{}")
                                .usage(9, 9)),
                of("outputs", """
                        "input": [{"role": "user", "content": "How is it?"},
                          {"type": "function_call", "call_id": "call_0", "name": "weather", "arguments": "{}"},
                          {"type": "function_call_output", "call_id": "call_0", "output": [{"type": "input_text", "text": "4 degrees"}]}],
                        "tool_choice": {"type": "allowed_tools", "tools": [{"type": "function", "name": "clock"}]},""" + " " + TOOLS, model -> model.text("Cold.").usage(9, 1)),
                new Scenario(
                        "a tool that the engine runs",
                        "\"input\": \"Look it up\"",
                        List.of(
                                model -> model.call("call_1", "lookup", "{\"word\":\"cold\"}")
                                        .usage(9, 4),
                                model -> model.text("It is cold.").usage(15, 3))),
                new Scenario(
                        "a tool that fails",
                        "\"input\": \"Look it up\"",
                        List.of(
                                model -> model.call("call_1", "lookup", "{\"word\":\"\"}")
                                        .usage(9, 4),
                                model -> model.text("I found nothing.").usage(15, 3))));
    }

    private static List<Scenario> endings() {
        return List.of(
                of(
                        "out of tokens",
                        "\"input\": \"Tell me all\", \"max_output_tokens\": 16",
                        model -> model.text("Once ", "upon ").stop(StopReason.MAX_OUTPUT_TOKENS)),
                of(
                        "out of tokens in a call",
                        "\"input\": \"Tell me all\", \"max_output_tokens\": 16, " + TOOLS,
                        model -> model.say(
                                        new ModelEvent.CallStarted("call_1", "weather"),
                                        new ModelEvent.CallDelta("call_1", "{\"ci"))
                                .stop(StopReason.MAX_OUTPUT_TOKENS)),
                of(
                        "filtered",
                        "\"input\": \"Tell me all\"",
                        model -> model.text("Once ").stop(StopReason.CONTENT_FILTER)),
                of(
                        "failure within the answer",
                        "\"input\": \"Hello\"",
                        model -> model.text("Once ").fail(Kind.BROKEN, "The model went away.")));
    }

    private static List<Scenario> compactions() {
        return List.of(
                of(
                        "a compaction asked for",
                        "\"input\": [{\"role\": \"user\", \"content\": \"Hello\"}, {\"type\": \"compaction_trigger\"}]",
                        model -> model.text("They said hello.").usage(30, 4)),
                new Scenario(
                        "a compaction behind the answer",
                        "\"context_management\": [{\"type\": \"compaction\", \"compact_threshold\": 1000}], \"input\": \""
                                + "So much to say. ".repeat(400) + "\"",
                        List.of(
                                model -> model.text("I see.").usage(1600, 2),
                                model -> model.text("They said much.").usage(1700, 4))));
    }

    private static List<Scenario> settings() {
        return List.of(
                of("every setting", """
                        "input": "Hello", "instructions": "Be brief.", "temperature": 0.5, "top_p": 0.25, "presence_penalty": 0.5,
                        "frequency_penalty": -0.5, "max_output_tokens": 100, "max_tool_calls": 3, "parallel_tool_calls": false,
                        "truncation": "auto", "service_tier": "default", "metadata": {"a": "b"}, "safety_identifier": "who",
                        "prompt_cache_key": "key", "store": true, "text": {"verbosity": "low"}""", model -> model.text("Hi").usage(3, 1)),
                of("nulls", """
                        "input": "Hello", "instructions": null, "temperature": null, "top_p": null, "max_output_tokens": null,
                        "tools": null, "tool_choice": null, "metadata": null, "text": null, "reasoning": null,
                        "parallel_tool_calls": null, "prompt_cache_key": null, "safety_identifier": null""", model -> model.text("Hi").usage(3, 1)),
                of(
                        "structured output",
                        """
                        "input": "Where?", "text": {"format": {"type": "json_schema", "name": "place", "strict": true,
                          "schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
                            "additionalProperties": false}}}""",
                        model -> model.text("{\"city\":", "\"Oslo\"}").usage(3, 4)),
                of(
                        "structured output, named only",
                        """
                        "input": "Where?", "text": {"format": {"type": "json_schema", "name": "place", "schema": {"type": "object"}}}""",
                        model -> model.text("{}").usage(3, 4)),
                of(
                        "JSON",
                        "\"input\": \"Where? In JSON.\", \"text\": {\"format\": {\"type\": \"json_object\"}}",
                        model -> model.text("{}").usage(3, 4)),
                of("images and files", """
                        "input": [{"type": "message", "role": "user", "content": [
                          {"type": "input_text", "text": "What is it?"},
                          {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"},
                          {"type": "input_image", "image_url": "https://example.com/a.png"},
                          {"type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,aGk="}]}]""", model -> model.text("A square.").usage(30, 2)),
                of(
                        "not kept",
                        "\"input\": \"Hello\", \"store\": false",
                        model -> model.text("Hi").usage(3, 1)));
    }
}
