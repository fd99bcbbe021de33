package io.github.responses4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.ScriptedBackend;
import io.github.responses4j.tool.HostedTool;
import org.junit.jupiter.api.Test;

/** How to test code that talks to a model: the model says what the test scripts, and the test looks at what the model was shown. */
class WeatherAgentTest {
    private final HostedTool weather = HostedTool.of(
            "get_weather",
            "Tells the weather in a city.",
            JsonObject.parse("{\"type\":\"object\"}"),
            arguments -> "4 °C in " + arguments.string("city", "?"));

    @Test
    void theAgentLooksTheWeatherUp() {
        ScriptedBackend model = new ScriptedBackend()
                .sample(says -> says.call("call_1", "get_weather", "{\"city\":\"Oslo\"}"))
                .sample(says -> says.text("It is 4 °C ", "in Oslo."));
        try (ResponsesEngine engine =
                ResponsesEngine.builder().backend(model).tool(weather).build()) {
            Response response = engine.create(
                    Tenant.SINGLE,
                    ResponseRequest.builder("any", "Is it cold in Oslo?")
                            .tool(weather.definition())
                            .build());

            assertThat(response.outputText()).isEqualTo("It is 4 °C in Oslo.");
            assertThat(model.request(1).context())
                    .last()
                    .isInstanceOfSatisfying(
                            FunctionCallOutput.class,
                            output -> assertThat(output.text()).isEqualTo("4 °C in Oslo"));
            model.assertExhausted();
        }
    }
}
