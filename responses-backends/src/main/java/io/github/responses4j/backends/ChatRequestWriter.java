package io.github.responses4j.backends;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import java.util.List;
import java.util.Set;

/** Writes a request as chat completions take it: only what the caller set, and a warning for what does not fit. */
final class ChatRequestWriter {
    /** Members that the engine has dealt with, or that are no business of an upstream's. */
    private static final Set<String> THE_ENGINES = Set.of(
            "model",
            "input",
            "instructions",
            "previous_response_id",
            "conversation",
            "store",
            "background",
            "stream",
            "stream_options",
            "include",
            "max_output_tokens",
            "max_tokens",
            "max_completion_tokens",
            "max_tool_calls",
            "metadata",
            "prompt",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "truncation",
            "context_management",
            "text",
            "reasoning",
            "top_logprobs");

    /** Members of chat completions that a caller must not set past the engine. */
    private static final Set<String> REFUSED = Set.of("messages", "n", "functions", "function_call");

    /** Members of responses that chat completions have no word for. */
    private static final Set<String> UNKNOWN_TO_CHAT = Set.of("moderation", "prompt_cache_options");

    private final ChatOptions options;

    ChatRequestWriter(ChatOptions options) {
        this.options = options;
    }

    /** The body of the request. */
    byte[] write(BackendRequest request) {
        return body(request, new Warnings()).toBytes();
    }

    /** What of a request does not fit. */
    List<Warning> unsupported(BackendRequest request) {
        Warnings warnings = new Warnings();
        body(request, warnings);
        return warnings.all();
    }

    JsonObject body(BackendRequest request, Warnings warnings) {
        JsonObject.Builder body = JsonObject.builder().put("model", request.model());
        body.put("messages", ChatMessages.of(request.instructions(), request.context(), options, warnings));
        further(request.settings().json(), body, warnings);
        if (request.stream()) {
            body.put("stream", true);
            if (options.streamUsage()) {
                body.put(
                        "stream_options",
                        JsonObject.builder().put("include_usage", true).build());
            }
        }
        Long bound = request.maxOutputTokens();
        if (bound != null) {
            body.put(options.maxCompletionTokens() ? "max_completion_tokens" : "max_tokens", bound);
        }
        ChatTools.write(request, body, warnings);
        text(request.settings(), body);
        reasoning(request.settings(), body, warnings);
        logprobs(request.settings(), body);
        return body.build();
    }

    private static void further(JsonObject settings, JsonObject.Builder body, Warnings warnings) {
        for (String name : settings.names()) {
            if (THE_ENGINES.contains(name) || settings.isNull(name)) {
                continue;
            }
            if (REFUSED.contains(name)) {
                warnings.add(name, "'" + name + "' is not passed on to the backend");
            } else if (UNKNOWN_TO_CHAT.contains(name)) {
                warnings.add(name, "this backend does not know '" + name + "'");
            } else {
                body.put(name, settings.get(name));
            }
        }
    }

    private static void text(ResponseRequest settings, JsonObject.Builder body) {
        JsonObject text = settings.json().object("text");
        if (text == null) {
            return;
        }
        body.putIfPresent("verbosity", text.string("verbosity"));
        JsonObject format = text.object("format");
        if (format == null) {
            return;
        }
        switch (format.string("type", "text")) {
            case "text" -> {
                // What a server does unasked.
            }
            case "json_schema" ->
                body.put(
                        "response_format",
                        JsonObject.ofType("json_schema")
                                .put("json_schema", format.without("type"))
                                .build());
            default -> body.put("response_format", format);
        }
    }

    private static void reasoning(ResponseRequest settings, JsonObject.Builder body, Warnings warnings) {
        JsonObject reasoning = settings.json().object("reasoning");
        if (reasoning != null) {
            body.putIfPresent("reasoning_effort", reasoning.string("effort"));
            for (String name : reasoning.names()) {
                if (!name.equals("effort") && !reasoning.isNull(name)) {
                    warnings.add("reasoning." + name, "this backend does not know 'reasoning." + name + "'");
                }
            }
        }
    }

    private static void logprobs(ResponseRequest settings, JsonObject.Builder body) {
        JsonNode top = settings.json().get("top_logprobs");
        boolean wanted = top != null && top.asInt() > 0;
        if (wanted || settings.includes("message.output_text.logprobs")) {
            body.put("logprobs", true);
            if (wanted) {
                body.put("top_logprobs", top);
            }
        }
    }
}
