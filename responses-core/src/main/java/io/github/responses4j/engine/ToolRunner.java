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
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.FunctionTool;
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
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the hosted tools that a model has called: at once, within limits, with the results in the order of the calls. */
final class ToolRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRunner.class);

    private static final String INTERRUPTED =
            "The call was interrupted. Whether it has taken effect is not known; it was not made again.";

    private final Map<String, HostedTool> tools;
    private final ExecutorService executor;
    private final Deadlines deadlines;
    private final Limits limits;

    ToolRunner(Map<String, HostedTool> tools, ExecutorService executor, Deadlines deadlines, Limits limits) {
        this.tools = Map.copyOf(tools);
        this.executor = executor;
        this.deadlines = deadlines;
        this.limits = limits;
    }

    boolean hosts(String name) {
        return tools.containsKey(name);
    }

    /** On whose behalf calls are run, and which tools they may call. */
    record Caller(
            Tenant tenant, ResponseId responseId, ResponseRequest request, Cancellation cancellation, Journal journal) {
        boolean offers(String name) {
            return request.toolChoice().allows(name)
                    && request.tools().stream()
                            .anyMatch(tool -> tool instanceof FunctionTool function
                                            && function.name().equals(name)
                                    || tool instanceof CustomTool custom
                                            && custom.name().equals(name));
        }
    }

    ToolRound run(List<Item> items, long budget, Caller caller) {
        List<Running> all = new ArrayList<>();
        boolean waitsForCaller = false;
        boolean limitReached = false;
        int ran = 0;
        for (Item item : items) {
            if (!(item instanceof ToolCall call)) {
                continue;
            }
            boolean inNamespace = !item.json().isAbsentOrNull("namespace");
            if (inNamespace || !tools.containsKey(call.name())) {
                waitsForCaller = true;
            } else if (!caller.offers(call.name())) {
                all.add(new Running(call, ToolResult.failure("Not called: this tool is not on offer.")));
            } else if (ran < budget) {
                all.add(new Running(call, caller));
                ran++;
            } else {
                all.add(new Running(call, ToolResult.failure("Not called: the limit of tool calls is reached.")));
                limitReached = true;
            }
        }
        return new ToolRound(outputs(all, caller.cancellation()), ran, limitReached, waitsForCaller);
    }

    private List<Item> outputs(List<Running> all, Cancellation cancellation) {
        try (Cancellation.Registration ignored = cancellation.onCancel(() -> all.forEach(Running::stop))) {
            for (Running running : all) {
                try {
                    executor.execute(running.task);
                } catch (RejectedExecutionException closed) {
                    cancellation.cancel();
                }
            }
            List<Item> outputs = new ArrayList<>();
            try {
                for (Running running : all) {
                    outputs.add(output(running.call, running.await(cancellation)));
                }
            } catch (StoreException e) {
                all.forEach(Running::stop);
                throw e;
            }
            return outputs;
        }
    }

    /** One call on its way. */
    private final class Running {
        private final ToolCall call;
        private final FutureTask<ToolResult> task;
        private volatile boolean late;
        /** The thread that is in the tool, guarded by this: nothing but the tool is ever interrupted. */
        private @Nullable Thread inTool;

        Running(ToolCall call, Caller caller) {
            this.call = call;
            this.task = new FutureTask<>(() -> run(caller));
        }

        Running(ToolCall call, ToolResult known) {
            this.call = call;
            this.task = new FutureTask<>(() -> known);
        }

        private ToolResult run(Caller caller) throws Exception {
            HostedTool tool = Objects.requireNonNull(tools.get(call.name()));
            JsonObject arguments;
            try {
                arguments = arguments(call);
            } catch (InvalidJsonException e) {
                return ToolResult.failure("The arguments are not a JSON object: " + e.getMessage() + ".");
            }
            ToolResult unsaid = withheld(tool, caller);
            if (unsaid != null) {
                return unsaid;
            }
            // The time of a call runs from its start: waiting for a free thread is not the tool's fault.
            Deadlines.Deadline alarm;
            try {
                alarm = deadlines.in(limits.toolTimeout(), this::giveUp);
            } catch (RejectedExecutionException closed) {
                caller.cancellation().cancel();
                return ToolResult.failure("Cancelled.");
            }
            try (alarm) {
                return run(
                        tool,
                        new ToolInvocation(
                                caller.tenant(), caller.responseId(), call.callId(), arguments, caller.cancellation()));
            }
        }

        private ToolResult run(HostedTool tool, ToolInvocation invocation) throws Exception {
            synchronized (this) {
                if (task.isCancelled()) {
                    return ToolResult.failure("Cancelled.");
                }
                inTool = Thread.currentThread();
            }
            try {
                return tool.run(invocation);
            } finally {
                synchronized (this) {
                    inTool = null;
                    // An interrupt that came too late is nobody's.
                    Thread.interrupted();
                }
            }
        }

        /** Ends the waiting, and the tool if it is running; a thread that talks to the store is left in peace. */
        private void stop() {
            task.cancel(false);
            synchronized (this) {
                if (inTool != null) {
                    inTool.interrupt();
                }
            }
        }

        /** What the model is told instead of calling the tool; null if it may be called. */
        private @Nullable ToolResult withheld(HostedTool tool, Caller caller) {
            ToolStart start = caller.journal().starts(call);
            if (start == ToolStart.FENCED) {
                caller.cancellation().cancel();
                return ToolResult.failure("Cancelled.");
            }
            return start == ToolStart.ALREADY_STARTED && !tool.repeatable() ? ToolResult.failure(INTERRUPTED) : null;
        }

        private void giveUp() {
            late = true;
            stop();
        }

        ToolResult await(Cancellation cancellation) {
            try {
                return task.get();
            } catch (InterruptedException e) {
                // Whoever interrupts the caller's thread wants the run to end.
                cancellation.cancel();
                Thread.currentThread().interrupt();
                return ToolResult.failure("Cancelled.");
            } catch (CancellationException e) {
                return ToolResult.failure(
                        late
                                ? "The tool took longer than "
                                        + limits.toolTimeout().toMillis() + " ms."
                                : "Cancelled.");
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
                if (cancellation.isCancelled()) {
                    return ToolResult.failure("Cancelled.");
                }
                if (cause instanceof StoreException notNoted) {
                    // The tool was not called: that is no result of its own.
                    throw notNoted;
                }
                LOG.warn("tool {} failed", call.name(), cause);
                String message = cause.getMessage();
                return ToolResult.failure("The tool failed: "
                        + (message == null ? cause.getClass().getSimpleName() : message));
            }
        }
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
        List<Content> parts = cut(result.content());
        if (parts.size() == 1 && parts.get(0) instanceof InputText text) {
            json.put("output", text.text());
        } else {
            json.put("output", parts.stream().map(Content::json).toList());
        }
        return Item.of(json.build());
    }

    /** Keeps as many characters of text as the limit allows, all parts together. */
    private List<Content> cut(List<Content> parts) {
        int left = limits.maxToolOutput();
        List<Content> kept = new ArrayList<>();
        for (Content part : parts) {
            if (!(part instanceof InputText text)) {
                kept.add(part);
            } else if (text.text().length() <= left) {
                kept.add(part);
                left -= text.text().length();
            } else {
                kept.add(InputText.of(
                        head(text.text(), left) + "… [cut after " + limits.maxToolOutput() + " characters]"));
                break;
            }
        }
        return kept;
    }

    /** The beginning of a text; a character that takes two places is not split. */
    private static String head(String text, int length) {
        boolean splits = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
        return text.substring(0, splits ? length - 1 : length);
    }
}
