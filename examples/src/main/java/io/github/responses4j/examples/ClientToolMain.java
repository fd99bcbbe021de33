package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.List;

/** A tool that the caller runs: the response ends with the call, and the next request brings its output. */
public final class ClientToolMain {
    private ClientToolMain() {}

    /** Asks, runs the tool by hand, and asks on. */
    public static void main(String[] args) {
        JsonObject schema = JsonObject.parse("""
                {"type": "object", "properties": {"timezone": {"type": "string"}}, "required": ["timezone"]}""");
        try (ResponsesEngine engine =
                ResponsesEngine.builder().backend(DemoBackend.create()).build()) {
            Response asked = engine.create(
                    Tenant.SINGLE,
                    ResponseRequest.builder("demo", "What time is it in Tokyo?")
                            .function("get_time", "Tells the time.", schema)
                            .build());
            List<Item> outputs = new ArrayList<>();
            for (Item item : asked.output()) {
                if (item instanceof FunctionCall call) {
                    System.out.println("called " + call.name());
                    outputs.add(FunctionCallOutput.of(call.callId(), "12:30"));
                }
            }
            Response answered = engine.create(
                    Tenant.SINGLE,
                    ResponseRequest.builder("demo", outputs)
                            .previousResponseId(asked.id())
                            .build());
            System.out.println(answered.outputText());
        }
    }
}
