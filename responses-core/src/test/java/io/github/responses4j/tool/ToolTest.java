package io.github.responses4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ToolTest {
    private static final Map<String, Class<? extends Tool>> KINDS =
            Map.of("function", FunctionTool.class, "custom", CustomTool.class, "mcp", McpTool.class);

    static List<String> tools() {
        return Wire.lines("tools.jsonl");
    }

    @ParameterizedTest
    @MethodSource("tools")
    void aToolIsKeptWhole(String line) {
        for (String text : List.of(line, Wire.withStrangers(line))) {
            Tool tool = Tool.of(JsonObject.parse(text));
            assertThat(tool.json().toAscii()).isEqualTo(text);
            assertThat(tool).isInstanceOf(KINDS.getOrDefault(tool.type(), ExtensionTool.class));
        }
    }

    @Test
    void aNestedFunctionBecomesFlat() {
        Tool tool = Tool.of(JsonObject.parse("{\"type\":\"function\",\"x\":1,\"function\":"
                + "{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"},\"strict\":false}}"));
        assertThat(tool.json().toAscii())
                .isEqualTo("{\"type\":\"function\",\"x\":1,\"name\":\"f\",\"description\":\"d\","
                        + "\"parameters\":{\"type\":\"object\"},\"strict\":false}");
        FunctionTool function = (FunctionTool) tool;
        assertThat(function.description()).isEqualTo("d");
        assertThat(function.strict()).isFalse();
        assertThat(function.parameters()).isEqualTo(JsonObject.parse("{\"type\":\"object\"}"));
    }

    @Test
    void aToolWithoutWhatItNeedsIsRefused() {
        for (String text : List.of(
                "{}",
                "{\"type\":\"function\"}",
                "{\"type\":\"function\",\"name\":\"f\",\"parameters\":[]}",
                "{\"type\":\"custom\"}")) {
            assertThatThrownBy(() -> Tool.of(JsonObject.parse(text))).isInstanceOf(JsonShapeException.class);
        }
    }

    @Test
    void choicesAreReadAndWritten() {
        for (String text : List.of(
                "\"none\"",
                "\"auto\"",
                "\"required\"",
                "{\"type\":\"function\",\"name\":\"f\"}",
                "{\"type\":\"custom\",\"name\":\"f\"}",
                "{\"type\":\"mcp\",\"server_label\":\"l\",\"name\":null}",
                "{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}",
                "{\"type\":\"file_search\"}")) {
            assertThat(ToolChoice.ofWire(Json.read(text)).wire()).isEqualTo(Json.read(text));
        }
        assertThat(ToolChoice.ofWire(null)).isEqualTo(ToolChoice.AUTO);
        assertThat(ToolChoice.ofWire(Json.read("null"))).isEqualTo(ToolChoice.AUTO);
        assertThat(ToolChoice.ofWire(Json.read("\"whatever\""))).isEqualTo(ToolChoice.AUTO);
        assertThat(ToolChoice.ofWire(Json.read("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}")))
                .isEqualTo(ToolChoice.function("f"));
        assertThat(ToolChoice.ofWire(Json.read("{\"type\":\"allowed_tools\",\"tools\":[]}"))
                        .json()
                        .string("mode"))
                .isEqualTo("auto");
    }

    @Test
    void aForcedChoiceIsFreedAmongTheSameTools() {
        assertThat(ToolChoice.REQUIRED.freed()).isEqualTo(ToolChoice.AUTO);
        assertThat(ToolChoice.function("f").freed()).isEqualTo(ToolChoice.AUTO);
        assertThat(ToolChoice.NONE.freed()).isEqualTo(ToolChoice.NONE);
        assertThat(ToolChoice.AUTO.freed()).isEqualTo(ToolChoice.AUTO);
        ToolChoice allowed = ToolChoice.ofWire(
                Json.read(
                        "{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}"));
        assertThat(allowed.freed().mode()).isEqualTo("auto");
        assertThat(allowed.freed().allowedNames()).containsExactly("f");
        assertThat(allowed.freed().wire())
                .isEqualTo(Json.read("{\"type\":\"allowed_tools\",\"mode\":\"auto\","
                        + "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}"));
        assertThat(allowed.allows("f")).isTrue();
        assertThat(allowed.allows("g")).isFalse();
        assertThat(ToolChoice.NONE.allows("f")).isFalse();
        assertThat(ToolChoice.function("g").allows("f")).isTrue();
    }

    @Test
    void aHostedToolFromAFunctionGivesItsText() throws Exception {
        HostedTool tool = HostedTool.of("f", "d", JsonObject.EMPTY, arguments -> arguments.string("a", "") + "!");
        assertThat(tool.definition().name()).isEqualTo("f");
        ToolResult result = tool.run(new ToolInvocation(
                io.github.responses4j.store.Tenant.SINGLE,
                new io.github.responses4j.store.ResponseId("resp_1"),
                "call_1",
                JsonObject.parse("{\"a\":\"b\"}"),
                new Cancellation()));
        assertThat(result).isEqualTo(ToolResult.text("b!"));
        assertThat(ToolResult.failure("x").failed()).isTrue();
    }

    @Test
    void aCancelRunsItsHooksOnceAndForEver() {
        Cancellation cancellation = new Cancellation();
        List<String> ran = new ArrayList<>();
        cancellation.onCancel(() -> ran.add("kept"));
        cancellation.onCancel(() -> ran.add("taken off")).close();
        assertThat(cancellation.isCancelled()).isFalse();
        cancellation.cancel();
        cancellation.cancel();
        assertThat(cancellation.isCancelled()).isTrue();
        cancellation.onCancel(() -> ran.add("late"));
        assertThat(ran).containsExactly("kept", "late");
    }
}
