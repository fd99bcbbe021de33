package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.HostedTool;

/** A tool that the engine runs itself: the model calls it, the engine feeds the result back, the model answers. */
public final class ToolLoopMain {
    private ToolLoopMain() {}

    /** Asks something that needs the tool. */
    public static void main(String[] args) {
        HostedTool weather = HostedTool.of(
                "get_weather",
                "Tells the weather in a city.",
                JsonObject.parse("""
                        {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}"""),
                arguments -> "4 °C and rain in " + arguments.string("city", "an unknown place"));
        try (ResponsesEngine engine = ResponsesEngine.builder()
                .backend(DemoBackend.create())
                .tool(weather)
                .build()) {
            Response response = engine.create(
                    Tenant.SINGLE,
                    ResponseRequest.builder("demo", "What is the weather in Oslo?")
                            .tool(weather.definition())
                            .build());
            for (Item item : response.output()) {
                System.out.println(item.type());
            }
            System.out.println(response.outputText());
        }
    }
}
