package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void numbersAreComparedByValue() {
        assertThat(Json.difference("n", IntNode.valueOf(5), LongNode.valueOf(5)))
                .isEmpty();
        assertThat(Json.difference("n", Json.read("0.10"), DoubleNode.valueOf(0.1)))
                .isEmpty();
        assertThat(Json.difference("n", Json.read("1"), Json.read("2"))).hasValue("n: expected 1, found 2");
        assertThat(Json.difference("n", Json.read("1.0"), Json.read("1"))).isEmpty();
        assertThat(Json.difference("n", Json.read("1e999"), Json.read("1e999"))).isEmpty();
        assertThat(Json.difference("n", Json.read("1e999"), Json.read("1"))).isPresent();
        assertThat(Json.difference("n", Json.read("1"), Json.read("\"1\""))).hasValue("n: expected 1, found \"1\"");
    }

    @Test
    void absentAndNullDiffer() {
        assertThat(difference("{}", "{'a':null}")).hasValue("x.a: expected nothing, found null");
        assertThat(difference("{'a':null}", "{}")).hasValue("x.a: expected null, found absent");
    }

    @Test
    void keysHaveNoOrderAndElementsHave() {
        assertThat(difference("{'a':1,'b':2}", "{'b':2,'a':1}")).isEmpty();
        assertThat(difference("[1,2]", "[2,1]")).hasValue("x[0]: expected 1, found 2");
        assertThat(difference("[1]", "[1,2]")).hasValue("x: expected 1 element(s), found 2");
        assertThat(difference("{'a':[{'b':1}]}", "{'a':[{'b':3}]}")).hasValue("x.a[0].b: expected 1, found 3");
    }

    @Test
    void onlyOneJsonValueIsRead() {
        for (String text : new String[] {"", "{", "{}{}", "{\"a\":1,\"a\":2}", "nope"}) {
            assertThat(Json.read(text).isMissingNode()).as(text).isTrue();
        }
        assertThat(Json.read(" {} ").isObject()).isTrue();
    }

    @Test
    void longValuesAreShortened() {
        assertThat(Json.brief("x".repeat(500))).isEqualTo("x".repeat(120) + "… (500 characters)");
    }

    private static Optional<String> difference(String expected, String actual) {
        return Json.difference("x", Json.read(expected.replace('\'', '"')), Json.read(actual.replace('\'', '"')));
    }
}
