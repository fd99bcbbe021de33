package io.github.responses4j.backends;

import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.InputFile;
import io.github.responses4j.item.InputImage;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.McpApprovalRequest;
import io.github.responses4j.item.McpApprovalResponse;
import io.github.responses4j.item.McpCall;
import io.github.responses4j.item.McpListTools;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.Role;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.item.ToolCallOutput;
import io.github.responses4j.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes items as chat messages. What one turn of the model's said and called becomes one message, and the outputs of its calls
 * follow at once, since servers refuse any other order.
 */
final class ChatMessages {
    private final ChatOptions options;
    private final Warnings warnings;
    private final List<JsonObject> messages = new ArrayList<>();
    private final Map<String, Deque<Output>> outputs = new HashMap<>();
    private final Map<String, McpApprovalRequest> approvals = new HashMap<>();

    // The turn of the model's that is being put together.
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<JsonObject> calls = new ArrayList<>();
    private final List<JsonObject> answers = new ArrayList<>();
    private boolean open;

    private ChatMessages(ChatOptions options, Warnings warnings) {
        this.options = options;
        this.warnings = warnings;
    }

    /** The messages for instructions and items. */
    static List<JsonObject> of(
            @Nullable String instructions, List<Item> context, ChatOptions options, Warnings warnings) {
        ChatMessages writer = new ChatMessages(options, warnings);
        if (instructions != null && !instructions.isEmpty()) {
            writer.messages.add(message(writer.ordersRole(Role.SYSTEM), instructions));
        }
        writer.write(context);
        return writer.messages;
    }

    private void write(List<Item> context) {
        for (int i = 0; i < context.size(); i++) {
            if (context.get(i) instanceof ToolCallOutput output
                    && !output.callId().isEmpty()) {
                outputs.computeIfAbsent(output.callId(), id -> new ArrayDeque<>())
                        .add(new Output(i, output));
            } else if (context.get(i) instanceof McpApprovalRequest request && request.id() != null) {
                approvals.put(request.id(), request);
            }
        }
        for (int i = 0; i < context.size(); i++) {
            write(context.get(i), i);
        }
        close();
    }

    private void write(Item item, int place) {
        if (item instanceof Message message) {
            if (message.role() == Role.ASSISTANT) {
                assistant(message);
            } else {
                close();
                messages.add(spoken(message, place));
            }
        } else if (item instanceof ToolCall call) {
            call(call, place);
        } else if (item instanceof ToolCallOutput output) {
            close();
            if (output.callId().isEmpty()) {
                warnings.add("input[" + place + "]", "this backend cannot take an output that names no call");
            }
            late(output, place);
        } else if (item instanceof Reasoning thought) {
            reasoning(thought, place);
        } else if (item instanceof McpCall call) {
            String output = call.output();
            JsonObject error = call.json().object("error");
            String failure = error == null ? call.json().string("error", "") : error.toString();
            pair(id(item, place), call.name(), call.arguments(), output == null ? failure : output);
        } else if (item instanceof McpApprovalResponse response && !response.approve()) {
            McpApprovalRequest request = approvals.get(response.approvalRequestId());
            if (request != null) {
                pair(id(request, place), request.name(), request.arguments(), "The user did not approve this call.");
            }
        } else if (!isBookkeeping(item)) {
            warnings.add("input[" + place + "]", "this backend cannot take an item of type '" + item.type() + "'");
        }
    }

    private static boolean isBookkeeping(Item item) {
        return item instanceof McpListTools
                || item instanceof McpApprovalRequest
                || item instanceof McpApprovalResponse;
    }

    private static String id(Item item, int place) {
        String id = item.id();
        return id == null ? "call_" + place : id;
    }

    private void assistant(Message message) {
        String said = message.text();
        if (open && calls.isEmpty() && !text.isEmpty()) {
            close();
        }
        open = true;
        text.append(said);
    }

    private void call(ToolCall call, int place) {
        open = true;
        String arguments = call instanceof CustomToolCall
                ? JsonObject.builder()
                        .put(ChatTools.CUSTOM_INPUT, call.payload())
                        .build()
                        .toString()
                : call.payload();
        calls.add(function(call.callId(), call.name(), arguments));
        Deque<Output> waiting = outputs.get(call.callId());
        if (waiting != null && !waiting.isEmpty() && waiting.peek().place > place) {
            answers.add(tool(call.callId(), toolText(waiting.remove().item, place)));
        }
    }

    // An output whose call has been answered already is written; only an output without a call is left.
    private void late(ToolCallOutput output, int place) {
        Deque<Output> waiting = outputs.get(output.callId());
        if (waiting != null && !waiting.isEmpty() && waiting.peek().place == place) {
            waiting.remove();
            messages.add(tool(output.callId(), toolText(output, place)));
        }
    }

    private void reasoning(Reasoning thought, int place) {
        if (!options.reasoningContent()) {
            warnings.add("input.reasoning", "earlier reasoning is not sent to this backend");
            return;
        }
        String raw = joined(thought.content().isEmpty() ? thought.summary() : thought.content());
        if (raw.isEmpty()) {
            warnings.add("input[" + place + "]", "this backend cannot take encrypted reasoning");
            return;
        }
        if (!calls.isEmpty() || !text.isEmpty()) {
            close();
        }
        open = true;
        reasoning.append(raw);
    }

    private void pair(String callId, String name, String arguments, String output) {
        close();
        open = true;
        calls.add(function(callId, name, arguments));
        answers.add(tool(callId, output));
        close();
    }

    private void close() {
        if (!open) {
            return;
        }
        JsonObject.Builder message = JsonObject.builder().put("role", "assistant");
        if (!text.isEmpty() || calls.isEmpty()) {
            message.put("content", text.toString());
        } else {
            message.putNull("content");
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            message.put("tool_calls", calls);
        }
        messages.add(message.build());
        messages.addAll(answers);
        text.setLength(0);
        reasoning.setLength(0);
        calls.clear();
        answers.clear();
        open = false;
    }

    private String ordersRole(Role role) {
        return role == Role.DEVELOPER && !options.developerRole() ? Role.SYSTEM.wire() : role.wire();
    }

    private JsonObject spoken(Message message, int place) {
        String role = ordersRole(message.role());
        List<Content> parts = message.content();
        List<JsonObject> written = new ArrayList<>(parts.size());
        boolean onlyText = true;
        for (int i = 0; i < parts.size(); i++) {
            JsonObject part = part(parts.get(i), "input[" + place + "].content[" + i + "]");
            if (part != null) {
                written.add(part);
                onlyText &= "text".equals(part.string("type"));
            }
        }
        if (onlyText && written.size() <= 1) {
            return message(role, written.isEmpty() ? "" : written.get(0).string("text", ""));
        }
        return JsonObject.builder().put("role", role).put("content", written).build();
    }

    private @Nullable JsonObject part(Content part, String param) {
        if (part instanceof InputImage image) {
            return image(image, param);
        }
        if (part instanceof InputFile file) {
            return file(file, param);
        }
        if ("input_audio".equals(part.type())) {
            return part.json();
        }
        String text = part.plainText();
        if (text.isEmpty() && !part.json().has("text")) {
            warnings.add(param, "this backend cannot take a part of type '" + part.type() + "'");
            return null;
        }
        return JsonObject.ofType("text").put("text", text).build();
    }

    private @Nullable JsonObject image(InputImage image, String param) {
        String url = image.imageUrl();
        if (url == null) {
            warnings.add(param, "this backend cannot take an image by file id");
            return null;
        }
        JsonObject.Builder inner = JsonObject.builder().put("url", url);
        inner.putIfPresent("detail", image.json().string("detail"));
        return JsonObject.ofType("image_url").put("image_url", inner.build()).build();
    }

    private @Nullable JsonObject file(InputFile file, String param) {
        if (file.fileData() == null && file.fileId() == null) {
            warnings.add(param, "this backend cannot take a file by URL");
            return null;
        }
        JsonObject inner = JsonObject.builder()
                .putIfPresent("file_id", file.fileId())
                .putIfPresent("filename", file.filename())
                .putIfPresent("file_data", file.fileData())
                .build();
        return JsonObject.ofType("file").put("file", inner).build();
    }

    private String toolText(ToolCallOutput output, int place) {
        List<Content> parts = new ArrayList<>();
        if (output instanceof io.github.responses4j.item.FunctionCallOutput function) {
            parts.addAll(function.output());
        } else if (output instanceof io.github.responses4j.item.CustomToolCallOutput custom) {
            parts.addAll(custom.output());
        }
        if (parts.stream().anyMatch(part -> part instanceof InputImage || part instanceof InputFile)) {
            warnings.add("input[" + place + "].output", "this backend takes only the text of a tool's output");
        }
        return joined(parts);
    }

    private static String joined(List<Content> parts) {
        StringBuilder all = new StringBuilder();
        parts.forEach(part -> all.append(part.plainText()));
        return all.toString();
    }

    private static JsonObject message(String role, String content) {
        return JsonObject.builder().put("role", role).put("content", content).build();
    }

    private static JsonObject tool(String callId, String content) {
        return JsonObject.builder()
                .put("role", "tool")
                .put("tool_call_id", callId)
                .put("content", content)
                .build();
    }

    private static JsonObject function(String callId, String name, String arguments) {
        return JsonObject.builder()
                .put("id", callId)
                .put("type", "function")
                .put(
                        "function",
                        JsonObject.builder()
                                .put("name", name)
                                .put("arguments", arguments)
                                .build())
                .build();
    }

    /**
     * An output and where it stands.
     *
     * @param place the item's number in the context
     * @param item the output
     */
    private record Output(int place, ToolCallOutput item) {}
}
