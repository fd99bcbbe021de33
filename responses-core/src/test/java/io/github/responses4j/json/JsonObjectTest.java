package io.github.responses4j.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
    private static final String TEXT =
            "{\"s\":\"t\",\"n\":null,\"b\":true,\"i\":7,\"d\":2.50,\"o\":{\"a\":[1]},\"l\":[{\"x\":1},\"y\",null]}";

    private final JsonObject object = JsonObject.parse(TEXT);

    @Test
    void nothingIsLost() {
        assertThat(object.toAscii()).isEqualTo(TEXT);
        assertThat(object.toString()).isEqualTo(TEXT);
        assertThat(new String(object.toBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(TEXT);
        assertThat(object.names()).containsExactly("s", "n", "b", "i", "d", "o", "l");
    }

    @Test
    void itsFootprintCountsNamesTextsAndValues() {
        assertThat(JsonObject.EMPTY.footprint()).isEqualTo(32);
        assertThat(JsonObject.parse("{\"ab\":\"cde\"}").footprint()).isEqualTo(2 * 32 + 5);
        // 14 values with the object itself, 9 names of one letter and 2 texts of one.
        assertThat(object.footprint()).isEqualTo(14 * 32 + 9 + 2);
    }

    @Test
    void absentNullAndValueAreThreeThings() {
        assertThat(object.has("n")).isTrue();
        assertThat(object.isNull("n")).isTrue();
        assertThat(object.isAbsentOrNull("n")).isTrue();
        assertThat(object.has("z")).isFalse();
        assertThat(object.isNull("z")).isFalse();
        assertThat(object.isAbsentOrNull("z")).isTrue();
        assertThat(object.isAbsentOrNull("s")).isFalse();
        assertThat(JsonObject.parse("{\"a\":null}")).isNotEqualTo(JsonObject.EMPTY);
    }

    @Test
    void readersGiveNullForAnotherType() {
        assertThat(object.string("i")).isNull();
        assertThat(object.string("i", "otherwise")).isEqualTo("otherwise");
        assertThat(object.bool("s")).isNull();
        assertThat(object.integer("s")).isNull();
        assertThat(object.integer("d")).isNull();
        assertThat(JsonObject.parse("{\"i\":9223372036854775808}").integer("i")).isNull();
        assertThat(JsonObject.parse("{\"i\":9223372036854775807}").integer("i")).isEqualTo(Long.MAX_VALUE);
        assertThat(object.number("s")).isNull();
        assertThat(object.number("d")).isEqualTo(2.5);
        assertThat(object.object("l")).isNull();
        assertThat(object.count("l")).isEqualTo(3);
        assertThat(object.count("s")).isEqualTo(-1);
        assertThat(object.count("none")).isEqualTo(-1);
        assertThat(object.objects("s")).isEmpty();
        assertThat(object.objects("l")).containsExactly(JsonObject.parse("{\"x\":1}"));
        assertThat(object.strings("l")).containsExactly("y");
        assertThat(object.strings("o")).isEmpty();
    }

    @Test
    void aRequiredStringSaysWhatIsWrong() {
        assertThat(object.requireString("s")).isEqualTo("t");
        assertThatThrownBy(() -> object.requireString("z")).isInstanceOfSatisfying(JsonShapeException.class, e -> {
            assertThat(e.problem()).isEqualTo(JsonShapeException.Problem.MISSING);
            assertThat(e.within("input[1]").path()).isEqualTo("input[1].z");
        });
        assertThatThrownBy(() -> object.requireString("n"))
                .isInstanceOfSatisfying(
                        JsonShapeException.class,
                        e -> assertThat(e.problem()).isEqualTo(JsonShapeException.Problem.MISSING));
        assertThatThrownBy(() -> object.requireString("i"))
                .isInstanceOfSatisfying(
                        JsonShapeException.class,
                        e -> assertThat(e.problem()).isEqualTo(JsonShapeException.Problem.WRONG_TYPE));
    }

    @Test
    void nobodyCanChangeIt() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.putObject("o").put("a", 1);
        JsonObject copy = JsonObject.copyOf(node);
        ((ObjectNode) node.get("o")).put("a", 2);
        assertThat(copy.toAscii()).isEqualTo("{\"o\":{\"a\":1}}");

        ((ObjectNode) object.toNode().get("o")).removeAll();
        JsonNode list = object.get("l");
        ((ArrayNode) list).removeAll();
        assertThatThrownBy(() -> object.names().add("z")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> object.objects("l").clear()).isInstanceOf(UnsupportedOperationException.class);
        JsonObject.Builder builder = object.toBuilder();
        builder.put("s", "changed").putNull("o");
        JsonObject unused = object.with("s", "changed").without("i").withAll(JsonObject.parse("{\"b\":false}"));
        assertThat(unused.string("s")).isEqualTo("changed");
        assertThat(object.toAscii()).isEqualTo(TEXT);
    }

    @Test
    void changesKeepOrderAndNeighbours() {
        assertThat(object.with("n", "v").without("o").with("z", object.get("i")).toAscii())
                .isEqualTo(
                        "{\"s\":\"t\",\"n\":\"v\",\"b\":true,\"i\":7,\"d\":2.50,\"l\":[{\"x\":1},\"y\",null],\"z\":7}");
        assertThat(object.without("z")).isSameAs(object);
    }

    @Test
    void theBuilderWritesEveryKindOfMember() {
        JsonObject built = JsonObject.ofType("t")
                .put("s", (String) null)
                .put("b", true)
                .put("n", 3)
                .put("o", (JsonObject) null)
                .put("j", (JsonNode) null)
                .put("l", List.of(JsonObject.EMPTY))
                .putStrings("ss", List.of("a"))
                .putMap("m", Map.of("k", "v"))
                .putNull("z")
                .putIfPresent("p", null)
                .putIfPresent("q", "q")
                .build();
        assertThat(built.toAscii())
                .isEqualTo(
                        "{\"type\":\"t\",\"s\":null,\"b\":true,\"n\":3,\"o\":null,\"j\":null,\"l\":[{}],\"ss\":[\"a\"],"
                                + "\"m\":{\"k\":\"v\"},\"z\":null,\"q\":\"q\"}");
        assertThat(built.isEmpty()).isFalse();
        assertThat(JsonObject.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void equalityIsOfValues() {
        JsonObject built = JsonObject.builder().put("a", 1L).put("b", 2L).build();
        assertThat(built).isEqualTo(JsonObject.parse("{\"b\":2,\"a\":1}"));
        assertThat(built).hasSameHashCodeAs(JsonObject.parse("{\"b\":2.0,\"a\":1e0}"));
        assertThat(built).isEqualTo(JsonObject.parse("{\"b\":2.0,\"a\":1e0}"));
        assertThat(built).isNotEqualTo(JsonObject.parse("{\"b\":2,\"a\":\"1\"}"));
        assertThat(built).isNotEqualTo(JsonObject.parse("{\"b\":2}"));
        assertThat(built).isNotEqualTo(null);
        JsonObject zero =
                JsonObject.builder().put("z", DoubleNode.valueOf(-0.0)).build();
        assertThat(zero).isEqualTo(JsonObject.parse("{\"z\":0}")).hasSameHashCodeAs(JsonObject.parse("{\"z\":0.00}"));
        JsonObject nan =
                JsonObject.builder().put("z", DoubleNode.valueOf(Double.NaN)).build();
        assertThat(nan).isNotEqualTo(zero);
        assertThat(JsonObject.copyOf(nan.toNode())).isEqualTo(nan);
        assertThat(JsonObject.parse("{\"l\":[1,2]}")).isNotEqualTo(JsonObject.parse("{\"l\":[2,1]}"));
        assertThat(JsonObject.parse("{\"n\":1e999999999}")).isNotEqualTo(JsonObject.parse("{\"n\":1}"));
    }
}
