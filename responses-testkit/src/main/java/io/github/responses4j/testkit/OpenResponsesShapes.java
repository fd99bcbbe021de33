package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.JsonKind.BOOLEAN;
import static io.github.responses4j.testkit.JsonKind.INDEX;
import static io.github.responses4j.testkit.JsonKind.INTEGER;
import static io.github.responses4j.testkit.JsonKind.NAME;
import static io.github.responses4j.testkit.JsonKind.NUMBER;
import static io.github.responses4j.testkit.JsonKind.OBJECT_OR_NULL;
import static io.github.responses4j.testkit.JsonKind.STRING;
import static io.github.responses4j.testkit.JsonKind.STRING_OR_NULL;
import static io.github.responses4j.testkit.Shape.byType;
import static io.github.responses4j.testkit.Shape.is;
import static io.github.responses4j.testkit.Shape.listOf;
import static io.github.responses4j.testkit.Shape.object;
import static io.github.responses4j.testkit.Shape.oneOf;
import static io.github.responses4j.testkit.Shape.orNull;
import static io.github.responses4j.testkit.Shape.textOr;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bodies and events of Open Responses, release 2026-04-24, as far as a server produces them. */
final class OpenResponsesShapes {
    private static final ShapeCheck PROGRESS = oneOf("in_progress", "completed", "incomplete");
    private static final ShapeCheck CHOICE_MODE = oneOf("none", "auto", "required");
    private static final ShapeCheck INTEGER_OR_NULL = orNull(is(INTEGER));

    private static final Shape USAGE = object().with("input_tokens", INDEX)
            .with("output_tokens", INDEX)
            .with("total_tokens", INDEX)
            .with("input_tokens_details", object().with("cached_tokens", INDEX))
            .with("output_tokens_details", object().with("reasoning_tokens", INDEX));

    private static final ShapeCheck ANNOTATION = byType(Map.of(
            "url_citation",
            object().with("url", STRING)
                    .with("title", STRING)
                    .with("start_index", INDEX)
                    .with("end_index", INDEX)));
    private static final ShapeCheck LOGPROBS = listOf(object().with("token", STRING)
            .with("logprob", NUMBER)
            .with("bytes", listOf(is(INDEX)))
            .with("top_logprobs", listOf(Shape.ANY)));
    private static final ShapeCheck PART = byType(parts());
    private static final ShapeCheck ITEM = byType(items());

    private static final Shape RESPONSE = response();

    /** The answer to a compaction. */
    static final Shape COMPACTION = object().with("id", NAME)
            .with("object", oneOf("response.compaction"))
            .with("output", listOf(ITEM))
            .with("created_at", INTEGER)
            .with("usage", USAGE);

    /** The body of a refused HTTP request. */
    static final Shape HTTP_ERROR = object().with(
                    "error",
                    object().with("type", NAME)
                            .with("message", STRING)
                            .with("param", STRING_OR_NULL)
                            .with("code", STRING_OR_NULL));

    /** What a WebSocket says when a turn failed. */
    static final Shape SOCKET_ERROR = object().with("type", oneOf("error"))
            .with("status", INTEGER)
            .with(
                    "error",
                    object().with("code", NAME)
                            .with("message", STRING)
                            .maybe("type", STRING)
                            .maybe("param", STRING_OR_NULL));

    private static final ShapeCheck EVENT = byType(events());

    private OpenResponsesShapes() {}

    /** A response that ended, or is on its way. */
    static Shape ofResponse() {
        return RESPONSE;
    }

    /** Any event of a stream. */
    static ShapeCheck event() {
        return EVENT;
    }

    private static Map<String, Shape> parts() {
        Shape text = object().with("text", STRING);
        return Map.of(
                "input_text", text,
                "text", text,
                "summary_text", text,
                "reasoning_text", text,
                "output_text", text.with("annotations", listOf(ANNOTATION)).maybe("logprobs", LOGPROBS),
                "refusal", object().with("refusal", STRING),
                "input_image", object().with("image_url", STRING_OR_NULL).with("detail", oneOf("low", "high", "auto")),
                "input_file", object().maybe("filename", STRING).maybe("file_url", STRING),
                "input_video", object().with("video_url", STRING));
    }

    private static Map<String, Shape> items() {
        Shape item = object().with("id", NAME);
        return Map.of(
                "message",
                item.with("status", PROGRESS)
                        .with("role", oneOf("user", "assistant", "system", "developer"))
                        .with("content", listOf(PART))
                        .maybe("phase", oneOf("commentary", "final_answer")),
                "function_call",
                item.with("call_id", STRING)
                        .with("name", STRING)
                        .with("arguments", STRING)
                        .with("status", PROGRESS),
                "function_call_output",
                item.with("call_id", STRING)
                        .with("output", textOr(Shape.ANY, listOf(PART)))
                        .with("status", PROGRESS),
                "reasoning",
                item.with("summary", listOf(PART))
                        .maybe("content", listOf(PART))
                        .maybe("encrypted_content", STRING),
                "compaction",
                item.with("encrypted_content", STRING).maybe("created_by", STRING));
    }

    private static Shape response() {
        Shape function = object().with("type", oneOf("function")).maybe("name", STRING);
        ShapeCheck choice = textOr(
                CHOICE_MODE,
                byType(Map.of(
                        "function",
                        function,
                        "allowed_tools",
                        object().with("tools", listOf(function)).with("mode", CHOICE_MODE))));
        ShapeCheck format = byType(Map.of(
                "text",
                object(),
                "json_object",
                object(),
                "json_schema",
                // The document allows null alone; servers send the schema that they were given.
                object().with("name", STRING)
                        .with("description", STRING_OR_NULL)
                        .with("schema", OBJECT_OR_NULL)
                        .with("strict", BOOLEAN)));
        ShapeCheck tool = byType(Map.of(
                "function",
                object().with("name", STRING)
                        .with("description", STRING_OR_NULL)
                        .with("parameters", OBJECT_OR_NULL)
                        .with("strict", orNull(is(BOOLEAN)))));
        Shape told = object().with("id", NAME)
                .with("object", oneOf("response"))
                .with("created_at", INTEGER)
                .with("completed_at", INTEGER_OR_NULL)
                .with("status", NAME)
                .with("incomplete_details", orNull(object().with("reason", STRING)))
                .with("model", STRING)
                .with("previous_response_id", STRING_OR_NULL)
                .with("instructions", STRING_OR_NULL)
                .with("output", listOf(ITEM))
                .with("error", orNull(object().with("code", STRING).with("message", STRING)))
                .with("usage", orNull(USAGE));
        return told.with("tools", listOf(tool))
                .with("tool_choice", choice)
                .with("truncation", oneOf("auto", "disabled"))
                .with("parallel_tool_calls", BOOLEAN)
                .with("text", object().with("format", format).maybe("verbosity", oneOf("low", "medium", "high")))
                .with("top_p", NUMBER)
                .with("presence_penalty", NUMBER)
                .with("frequency_penalty", NUMBER)
                .with("top_logprobs", INTEGER)
                .with("temperature", NUMBER)
                .with(
                        "reasoning",
                        orNull(object().with("effort", STRING_OR_NULL).with("summary", STRING_OR_NULL)))
                .with("max_output_tokens", INTEGER_OR_NULL)
                .with("max_tool_calls", INTEGER_OR_NULL)
                .with("store", BOOLEAN)
                .with("background", BOOLEAN)
                .with("service_tier", STRING)
                .with("metadata", Shape.ANY)
                .with("safety_identifier", STRING_OR_NULL)
                .with("prompt_cache_key", STRING_OR_NULL);
    }

    private static Map<String, Shape> events() {
        Map<String, Shape> events = new LinkedHashMap<>();
        Shape event = object().with("sequence_number", INTEGER);
        for (String state : List.of("created", "queued", "in_progress", "completed", "failed", "incomplete")) {
            events.put("response." + state, event.with("response", RESPONSE));
        }
        Shape ofItem = event.with("output_index", INDEX);
        events.put("response.output_item.added", ofItem.with("item", orNull(ITEM)));
        events.put("response.output_item.done", ofItem.with("item", orNull(ITEM)));
        Shape inItem = ofItem.with("item_id", STRING);
        Shape inContent = inItem.with("content_index", INDEX);
        Shape inSummary = inItem.with("summary_index", INDEX);
        for (String end : List.of("added", "done")) {
            events.put("response.content_part." + end, inContent.with("part", PART));
            events.put("response.reasoning_summary_part." + end, inSummary.with("part", PART));
        }
        grows(events, "response.output_text", "text", inContent.maybe("logprobs", LOGPROBS));
        grows(events, "response.refusal", "refusal", inContent);
        grows(events, "response.reasoning", "text", inContent);
        grows(events, "response.reasoning_summary_text", "text", inSummary);
        grows(events, "response.function_call_arguments", "arguments", inItem);
        events.put(
                "response.output_text.annotation.added",
                inContent.with("annotation_index", INDEX).with("annotation", orNull(ANNOTATION)));
        events.put(
                "error",
                event.with(
                        "error",
                        object().with("type", STRING)
                                .with("code", STRING_OR_NULL)
                                .with("message", STRING)
                                .with("param", STRING_OR_NULL)));
        return events;
    }

    private static void grows(Map<String, Shape> events, String prefix, String whole, Shape place) {
        events.put(prefix + ".delta", place.with("delta", STRING));
        events.put(prefix + ".done", place.with(whole, STRING));
    }
}
