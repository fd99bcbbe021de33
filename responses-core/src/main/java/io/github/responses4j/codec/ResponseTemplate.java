package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.McpTool;
import io.github.responses4j.tool.Tool;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request as it is created: every member that Open Responses and the OpenAI clients demand is there, with what the
 * request says or with the default that is in force.
 */
public final class ResponseTemplate {
    private static final JsonNode ONE = DecimalNode.valueOf(new BigDecimal("1.0"));
    private static final JsonNode ZERO = DecimalNode.valueOf(new BigDecimal("0.0"));
    private static final JsonObject FILE_SEARCH = JsonObject.ofType("file_search")
            .put("max_num_results", 20)
            .put(
                    "ranking_options",
                    JsonObject.builder()
                            .put("ranker", "auto")
                            .put("score_threshold", ZERO)
                            .build())
            .putNull("filters")
            .build();
    private static final String REDACTED = "<redacted>";
    private static final Pattern URL = Pattern.compile(
            "(?<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?<authority>[^/\\\\?#]*)(?<rest>.*)", Pattern.DOTALL);

    private ResponseTemplate() {}

    /**
     * A response that has just been created.
     *
     * @param id its id
     * @param createdAt when it was created
     * @param request what it answers
     * @param instructions the instructions in force, inherited ones included; null if there are none
     */
    public static JsonObject of(
            ResponseId id, Instant createdAt, ResponseRequest request, @Nullable String instructions) {
        JsonObject json = request.json();
        ResponseId previous = request.previousResponseId();
        ResponseStatus status = request.background() ? ResponseStatus.QUEUED : ResponseStatus.IN_PROGRESS;
        JsonObject.Builder response = JsonObject.builder()
                .put("id", id.value())
                .put("object", "response")
                .put("created_at", createdAt.getEpochSecond())
                .put("status", status.wire())
                .put("background", request.background())
                .putNull("completed_at")
                .putNull("error")
                .putNull("incomplete_details")
                .put("instructions", instructions)
                .put("max_output_tokens", json.get("max_output_tokens"))
                .put("max_tool_calls", json.get("max_tool_calls"))
                .put("metadata", orElse(json.object("metadata"), JsonObject.EMPTY))
                .put("model", request.model())
                .put("output", List.<JsonObject>of())
                .put("parallel_tool_calls", request.parallelToolCalls())
                .put("previous_response_id", previous == null ? null : previous.value());
        settings(json, response);
        further(request, response);
        return response.put("store", request.store())
                .put("text", text(json))
                .put("tool_choice", request.toolChoice().wire())
                .put(
                        "tools",
                        request.tools().stream().map(ResponseTemplate::echo).toList())
                .putNull("usage")
                .build();
    }

    private static void settings(JsonObject json, JsonObject.Builder response) {
        response.put("presence_penalty", orElse(json.get("presence_penalty"), ZERO))
                .put("frequency_penalty", orElse(json.get("frequency_penalty"), ZERO))
                .put("prompt_cache_key", json.get("prompt_cache_key"))
                .put("reasoning", reasoning(json.object("reasoning")))
                .put("safety_identifier", json.get("safety_identifier"))
                .put("service_tier", json.string("service_tier", "auto"))
                .put("temperature", orElse(json.get("temperature"), ONE))
                .put("top_logprobs", orElse(json.get("top_logprobs"), IntNode.valueOf(0)))
                .put("top_p", orElse(json.get("top_p"), ONE))
                .put("truncation", json.string("truncation", "disabled"))
                .put("user", json.get("user"));
    }

    /** Members that the wire has only if there is something to say. */
    private static void further(ResponseRequest request, JsonObject.Builder response) {
        ConversationId conversation = request.conversation();
        if (conversation != null) {
            response.put(
                    "conversation",
                    JsonObject.builder().put("id", conversation.value()).build());
        }
        for (String name : List.of("prompt", "prompt_cache_retention", "prompt_cache_options")) {
            if (!request.json().isAbsentOrNull(name)) {
                response.put(name, request.json().get(name));
            }
        }
    }

    private static JsonObject reasoning(@Nullable JsonObject asked) {
        JsonObject both =
                JsonObject.builder().putNull("effort").putNull("summary").build();
        return asked == null ? both : both.withAll(asked);
    }

    private static JsonObject text(JsonObject json) {
        JsonObject asked = orElse(json.object("text"), JsonObject.EMPTY);
        JsonObject format = asked.object("format");
        return asked.toBuilder()
                .put("format", format == null ? JsonObject.ofType("text").build() : format(format))
                .put("verbosity", asked.string("verbosity", "medium"))
                .build();
    }

    private static JsonObject format(JsonObject format) {
        if (!"json_schema".equals(format.string("type"))) {
            return format;
        }
        return format.toBuilder()
                .put("description", format.string("description"))
                .put("strict", Boolean.TRUE.equals(format.bool("strict")))
                .build();
    }

    private static JsonObject echo(Tool tool) {
        JsonObject json = tool.json();
        if (tool instanceof FunctionTool function) {
            return json.toBuilder()
                    .put("description", function.description())
                    .put("parameters", function.parameters())
                    .put("strict", Boolean.TRUE.equals(function.strict()))
                    .build();
        }
        if (tool.type().equals("file_search")) {
            return FILE_SEARCH.withAll(json);
        }
        return tool instanceof McpTool ? withoutSecrets(json) : json;
    }

    // Secrets live in the memory of the run only.
    private static JsonObject withoutSecrets(JsonObject mcp) {
        JsonObject.Builder safe = mcp.toBuilder();
        if (!mcp.isAbsentOrNull("authorization")) {
            safe.put("authorization", REDACTED);
        }
        JsonObject headers = mcp.object("headers");
        if (headers != null) {
            JsonObject.Builder names = JsonObject.builder();
            headers.names().forEach(name -> names.put(name, REDACTED));
            safe.put("headers", names.build());
        } else if (!mcp.isAbsentOrNull("headers")) {
            safe.put("headers", REDACTED);
        }
        if (!mcp.isAbsentOrNull("server_url")) {
            safe.put("server_url", origin(mcp.string("server_url", "")));
        }
        return safe.build();
    }

    // Keys hide in user names, paths and queries; what is left is where the server stands.
    private static String origin(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return REDACTED;
        }
        String authority = parts.group("authority");
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        return parts.group("scheme") + host + (parts.group("rest").isEmpty() ? "" : "/" + REDACTED);
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null || value instanceof JsonNode node && node.isNull() ? otherwise : value;
    }
}
