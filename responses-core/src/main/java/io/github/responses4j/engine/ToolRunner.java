package io.github.responses4j.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.CustomToolCallOutput;
import io.github.responses4j.item.FunctionCallOutput;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolInvocation;
import io.github.responses4j.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the hosted tools that a model has called: at once, within limits, with the results in the order of the calls. */
final class ToolRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRunner.class);

    private final Map<String, HostedTool> tools;
    private final ExecutorService executor;
    private final Limits limits;

    ToolRunner(Map<String, HostedTool> tools, ExecutorService executor, Limits limits) {
        this.tools = Map.copyOf(tools);
        this.executor = executor;
        this.limits = limits;
    }

    /** On whose behalf calls are run. */
    record Caller(Tenant tenant, ResponseId responseId, Cancellation cancellation) {}

    ToolRound run(List<Item> items, long budget, Caller caller) {
        List<ToolCall> hosted = new ArrayList<>();
        boolean waitsForCaller = false;
        for (Item item : items) {
            if (item instanceof ToolCall call) {
                if (tools.containsKey(call.name())) {
                    hosted.add(call);
                } else {
                    waitsForCaller = true;
                }
            }
        }
        int allowed = (int) Math.min(hosted.size(), Math.max(0, budget));
        List<Item> outputs = new ArrayList<>();
        outputs.addAll(runAll(hosted.subList(0, allowed), caller));
        for (ToolCall call : hosted.subList(allowed, hosted.size())) {
            outputs.add(output(call, ToolResult.failure("Not called: the limit of tool calls is reached.")));
        }
        return new ToolRound(outputs, allowed, allowed < hosted.size(), waitsForCaller);
    }

    private List<Item> runAll(List<ToolCall> calls, Caller caller) {
        List<Future<ToolResult>> running = new ArrayList<>();
        for (ToolCall call : calls) {
            try {
                running.add(executor.submit(() -> runOne(call, caller)));
            } catch (RejectedExecutionException closed) {
                caller.cancellation().cancel();
            }
        }
        try (Cancellation.Registration ignored =
                caller.cancellation().onCancel(() -> running.forEach(future -> future.cancel(true)))) {
            List<Item> outputs = new ArrayList<>();
            for (int i = 0; i < running.size(); i++) {
                outputs.add(output(calls.get(i), await(calls.get(i), running.get(i), caller.cancellation())));
            }
            return outputs;
        }
    }

    private ToolResult await(ToolCall call, Future<ToolResult> future, Cancellation cancellation) {
        try {
            return future.get(limits.toolTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            return ToolResult.failure(
                    "The tool took longer than " + limits.toolTimeout().toSeconds() + " s.");
        } catch (InterruptedException e) {
            // Whoever interrupts the caller's thread wants the run to end.
            cancellation.cancel();
            Thread.currentThread().interrupt();
            return ToolResult.failure("Cancelled.");
        } catch (CancellationException e) {
            return ToolResult.failure("Cancelled.");
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            LOG.warn("tool {} failed", call.name(), cause);
            String message = cause.getMessage();
            return ToolResult.failure(
                    "The tool failed: " + (message == null ? cause.getClass().getSimpleName() : message));
        }
    }

    private ToolResult runOne(ToolCall call, Caller caller) throws Exception {
        HostedTool tool = tools.get(call.name());
        if (tool == null || caller.cancellation().isCancelled()) {
            throw new CancellationException();
        }
        JsonObject arguments;
        try {
            arguments = arguments(call);
        } catch (InvalidJsonException e) {
            return ToolResult.failure("The arguments are not a JSON object: " + e.getMessage() + ".");
        }
        return tool.run(new ToolInvocation(
                caller.tenant(), caller.responseId(), call.callId(), arguments, caller.cancellation()));
    }

    private static JsonObject arguments(ToolCall call) {
        if (call instanceof CustomToolCall custom) {
            return JsonObject.builder().put("input", custom.input()).build();
        }
        String text = call.payload();
        if (text.isBlank()) {
            return JsonObject.EMPTY;
        }
        if (Json.read(text) instanceof ObjectNode object) {
            return JsonObject.adopt(object);
        }
        throw new InvalidJsonException("it is another JSON value", null);
    }

    private Item output(ToolCall call, ToolResult result) {
        JsonObject.Builder json = JsonObject.ofType(
                        call instanceof CustomToolCall ? CustomToolCallOutput.TYPE : FunctionCallOutput.TYPE)
                .put("call_id", call.callId())
                .put("status", ItemStatus.COMPLETED.wire());
        List<Content> parts = result.content();
        if (parts.size() == 1 && parts.get(0) instanceof InputText text) {
            json.put("output", cut(text.text()));
        } else {
            json.put("output", parts.stream().map(Content::json).toList());
        }
        return Item.of(json.build());
    }

    private String cut(String text) {
        return text.length() <= limits.maxToolOutput()
                ? text
                : text.substring(0, limits.maxToolOutput()) + "… [cut after " + limits.maxToolOutput() + " characters]";
    }
}
