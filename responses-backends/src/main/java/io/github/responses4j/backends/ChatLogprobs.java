package io.github.responses4j.backends;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Log probabilities: chat completions may leave out the bytes or say that they are null, responses may not. */
final class ChatLogprobs {
    private ChatLogprobs() {}

    static JsonNode toResponses(JsonNode tokens) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (JsonNode token : tokens) {
            ObjectNode one = token(token);
            ArrayNode alternatives = one.putArray("top_logprobs");
            for (JsonNode alternative : token.path("top_logprobs")) {
                alternatives.add(token(alternative));
            }
            all.add(one);
        }
        return all;
    }

    private static ObjectNode token(JsonNode token) {
        ObjectNode one = JsonNodeFactory.instance.objectNode();
        one.put("token", token.path("token").asText(""));
        one.set("logprob", token.path("logprob").isNumber() ? token.path("logprob") : one.numberNode(0));
        one.set("bytes", token.path("bytes").isArray() ? token.path("bytes") : one.arrayNode());
        return one;
    }
}
