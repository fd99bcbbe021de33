import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** An answer as one completion, or as the chunks of one. */
final class Wire {
    private static final long PAUSE_MILLIS = 100;
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final Map<String, Object> request;
    private final Answer answer;
    private final String id = "chatcmpl-" + NEXT_ID.incrementAndGet();
    private final long created = System.currentTimeMillis() / 1000;

    Wire(Map<String, Object> request, Answer answer) {
        this.request = request;
        this.answer = answer;
    }

    Object completion() {
        Answer.words(answer.text()).forEach(word -> pause());
        Map<String, Object> message =
                Json.of("role", "assistant", "content", answer.text().isEmpty() ? null : answer.text());
        message.put("refusal", answer.refusal().isEmpty() ? null : answer.refusal());
        if (!answer.reasoning().isEmpty()) {
            message.put("reasoning_content", answer.reasoning());
        }
        if (!answer.calls().isEmpty()) {
            message.put(
                    "tool_calls",
                    answer.calls().stream()
                            .map(call -> call(call, call.arguments()))
                            .toList());
        }
        Map<String, Object> choice = Json.of(
                "index",
                0,
                "message",
                message,
                "logprobs",
                logprobs(Answer.words(answer.text())),
                "finish_reason",
                answer.finishReason());
        Map<String, Object> body = envelope("chat.completion", List.of(choice));
        body.put("usage", usage());
        return body;
    }

    void stream(OutputStream out) throws IOException {
        chunk(out, Json.of("role", "assistant", "content", ""), null, null);
        for (String word : Answer.words(answer.reasoning())) {
            chunk(out, Json.of("reasoning_content", word), null, null);
        }
        for (String word : Answer.words(answer.text())) {
            pause();
            chunk(out, Json.of("content", word), logprobs(List.of(word)), null);
        }
        for (String word : Answer.words(answer.refusal())) {
            chunk(out, Json.of("refusal", word), null, null);
        }
        for (int index = 0; index < answer.calls().size(); index++) {
            Answer.Call call = answer.calls().get(index);
            Map<String, Object> opening = call(call, "");
            opening.put("index", index);
            chunk(out, Json.of("tool_calls", List.of(opening)), null, null);
            for (int at = 0; at < call.arguments().length(); at += 7) {
                String piece = call.arguments()
                        .substring(at, Math.min(at + 7, call.arguments().length()));
                chunk(
                        out,
                        Json.of(
                                "tool_calls",
                                List.of(Json.of("index", index, "function", Json.of("arguments", piece)))),
                        null,
                        null);
            }
        }
        chunk(out, Json.of(), null, answer.finishReason());
        if (isUsageWanted()) {
            Map<String, Object> last = envelope("chat.completion.chunk", List.of());
            last.put("usage", usage());
            frame(out, Json.write(last));
        }
        frame(out, "[DONE]");
    }

    private void chunk(OutputStream out, Object delta, Object logprobs, String finishReason) throws IOException {
        Map<String, Object> choice =
                Json.of("index", 0, "delta", delta, "logprobs", logprobs, "finish_reason", finishReason);
        Map<String, Object> body = envelope("chat.completion.chunk", List.of(choice));
        if (isUsageWanted()) {
            body.put("usage", null);
        }
        frame(out, Json.write(body));
    }

    /** A slow model takes its time over every word. */
    private void pause() {
        if (!Json.string(request.get("model")).contains("slow")) {
            return;
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void frame(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private boolean isUsageWanted() {
        return Boolean.TRUE.equals(Json.object(request.get("stream_options")).get("include_usage"));
    }

    private Map<String, Object> envelope(String kind, List<Object> choices) {
        return Json.of("id", id, "object", kind, "created", created, "model", request.get("model"), "choices", choices);
    }

    private static Map<String, Object> call(Answer.Call call, String arguments) {
        return Json.of(
                "id", call.id(), "type", "function", "function", Json.of("name", call.name(), "arguments", arguments));
    }

    private Object logprobs(List<String> tokens) {
        if (!Boolean.TRUE.equals(request.get("logprobs"))) {
            return null;
        }
        List<Object> content = new ArrayList<>();
        for (String token : tokens) {
            List<Object> bytes = new ArrayList<>();
            for (byte part : token.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(part & 0xff);
            }
            Map<String, Object> one = Json.of("token", token, "logprob", -0.25, "bytes", bytes);
            boolean alternatives = request.get("top_logprobs") instanceof Number count && count.intValue() > 0;
            content.add(Json.of(
                    "token",
                    token,
                    "logprob",
                    -0.25,
                    "bytes",
                    bytes,
                    "top_logprobs",
                    alternatives ? List.of(one) : List.of()));
        }
        return Json.of("content", content, "refusal", null);
    }

    private Object usage() {
        int prompt = 0;
        for (Object message : Json.list(request.get("messages"))) {
            prompt += Answer.words(Model.text(Json.object(message).get("content")))
                    .size();
        }
        int reasoning = Answer.words(answer.reasoning()).size();
        int answered = Answer.words(answer.text()).size()
                + Answer.words(answer.refusal()).size();
        for (Answer.Call call : answer.calls()) {
            answered += Answer.words(call.arguments()).size() + 1;
        }
        return Json.of(
                "prompt_tokens",
                prompt,
                "completion_tokens",
                reasoning + answered,
                "total_tokens",
                prompt + reasoning + answered,
                "prompt_tokens_details",
                Json.of("cached_tokens", 0),
                "completion_tokens_details",
                Json.of("reasoning_tokens", reasoning));
    }
}
