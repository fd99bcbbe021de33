package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.response.InvalidRequestException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which other Responses services let their callers say the same thing, turned into the standard one. The request keeps the
 * {@link RequestRules} already, which know all the ways.
 */
final class Dialects {
    private Dialects() {}

    static void toStandard(ObjectNode body) {
        rename(body, "max_tokens", "max_output_tokens");
        rename(body, "max_completion_tokens", "max_output_tokens");
        rename(body, "conversation_id", "conversation");
        modalities(body);
        reasoning(body);
        responseFormat(body);
        metadata(body);
        labels(body.path("tools"));
        if (body.path("input") instanceof ArrayNode input) {
            DialectParts.toStandard(input);
        }
    }

    // Bud, and every habit from chat completions.
    private static void rename(ObjectNode body, String dialect, String standard) {
        JsonNode value = body.remove(dialect);
        if (value == null || value.isNull()) {
            return;
        }
        JsonNode there = body.path(standard);
        if (there.isMissingNode() || there.isNull()) {
            body.set(standard, value);
        } else if (!there.equals(value) && !there.path("id").equals(value)) {
            throw twoNames(dialect, standard);
        }
    }

    // Bud: what the answer is made of. Text is what there is.
    private static void modalities(ObjectNode body) {
        JsonNode modalities = body.remove("modalities");
        if (modalities == null) {
            return;
        }
        for (JsonNode modality : modalities) {
            if (!"text".equals(modality.textValue())) {
                throw new InvalidRequestException(
                        "Unsupported modality: '" + modality.asText() + "'. Supported modalities are: 'text'.",
                        "unsupported_modality",
                        "modalities");
            }
        }
    }

    // Bud: "reasoning": true; its older form: {"reasoning_effort": …}; chat completions: "reasoning_effort".
    private static void reasoning(ObjectNode body) {
        JsonNode reasoning = body.path("reasoning");
        if (reasoning.isBoolean()) {
            if (reasoning.booleanValue()) {
                body.putObject("reasoning").put("effort", "medium");
            } else {
                body.putNull("reasoning");
            }
        } else if (reasoning instanceof ObjectNode object) {
            move(object, "reasoning_effort", object, "effort");
            move(object, "generate_summary", object, "summary");
        }
        JsonNode effort = body.remove("reasoning_effort");
        if (effort == null || effort.isNull()) {
            return;
        }
        ObjectNode standard =
                body.path("reasoning") instanceof ObjectNode object ? object : body.putObject("reasoning");
        if (!standard.hasNonNull("effort") || reasoning.isBoolean()) {
            standard.set("effort", effort);
        } else if (!standard.path("effort").equals(effort)) {
            throw twoNames("reasoning_effort", "reasoning.effort");
        }
    }

    private static void move(ObjectNode from, String dialect, ObjectNode to, String standard) {
        if (from.hasNonNull(dialect) && !to.hasNonNull(standard)) {
            to.set(standard, from.remove(dialect));
        }
    }

    // Chat completions: "response_format", and the schema's members one level deeper.
    private static void responseFormat(ObjectNode body) {
        JsonNode format = body.remove("response_format");
        ObjectNode text = body.path("text") instanceof ObjectNode object ? object : null;
        if (text != null && text.hasNonNull("format")) {
            text.set("format", flat(text.get("format")));
        }
        if (format == null || format.isNull()) {
            return;
        }
        if (text == null) {
            text = body.putObject("text");
        }
        if (!text.hasNonNull("format")) {
            text.set("format", flat(format));
        } else if (!text.path("format").equals(flat(format))) {
            throw twoNames("response_format", "text.format");
        }
    }

    private static JsonNode flat(JsonNode format) {
        if (!(format.path("json_schema") instanceof ObjectNode schema)) {
            return format;
        }
        ObjectNode flat = format.deepCopy();
        flat.remove("json_schema");
        flat.setAll(schema);
        return flat.put("type", "json_schema");
    }

    // A pair without a value is no pair.
    private static void metadata(ObjectNode body) {
        if (body.path("metadata") instanceof ObjectNode metadata) {
            metadata.properties().removeIf(pair -> pair.getValue().isNull());
        }
    }

    // The Elixir server needs no label: a server is known by its host.
    private static void labels(JsonNode tools) {
        for (JsonNode tool : tools) {
            String host = host(tool.path("server_url").textValue());
            if (tool instanceof ObjectNode mcp
                    && "mcp".equals(mcp.path("type").textValue())
                    && !mcp.hasNonNull("server_label")
                    && host != null) {
                mcp.put("server_label", host);
            }
        }
    }

    private static @Nullable String host(@Nullable String url) {
        try {
            return url == null ? null : URI.create(url).getHost();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static InvalidRequestException twoNames(String dialect, String standard) {
        return new InvalidRequestException(
                "'" + dialect + "' and '" + standard + "' are two names for one parameter, but have two values.",
                "invalid_value",
                dialect);
    }
}
