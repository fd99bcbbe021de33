package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.response.InvalidRequestException;

/** The ways in which other Responses services let their callers say the same thing, turned into the standard one. */
final class Dialects {
    private Dialects() {}

    static void toStandard(ObjectNode body) {
        reasoning(body);
        maxTokens(body);
    }

    // Bud: "reasoning": true; its older form: {"reasoning_effort": …}.
    private static void reasoning(ObjectNode body) {
        JsonNode reasoning = body.path("reasoning");
        if (reasoning.isBoolean()) {
            if (reasoning.booleanValue()) {
                body.putObject("reasoning").put("effort", "medium");
            } else {
                body.putNull("reasoning");
            }
        } else if (reasoning instanceof ObjectNode object && object.has("reasoning_effort") && !object.has("effort")) {
            object.set("effort", object.remove("reasoning_effort"));
        }
    }

    // Bud, and every chat-completions habit: "max_tokens".
    private static void maxTokens(ObjectNode body) {
        JsonNode maxTokens = body.remove("max_tokens");
        if (maxTokens == null || maxTokens.isNull()) {
            return;
        }
        JsonNode standard = body.path("max_output_tokens");
        if (standard.isMissingNode() || standard.isNull()) {
            body.set("max_output_tokens", maxTokens);
        } else if (!standard.equals(maxTokens)) {
            throw new InvalidRequestException(
                    "'max_tokens' and 'max_output_tokens' are two names for one parameter, but have two values.",
                    "invalid_value",
                    "max_tokens");
        }
    }
}
