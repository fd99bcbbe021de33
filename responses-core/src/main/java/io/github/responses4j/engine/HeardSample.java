package io.github.responses4j.engine;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.response.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands on what a backend says but its end, which is held back until it is known whether anything follows. For one sample. */
final class HeardSample implements ModelEventSink {
    private final ModelEventSink sink;
    private final StringBuilder text = new StringBuilder();
    private final List<Item> whole = new ArrayList<>();
    private boolean calls;
    private @Nullable Usage usage;
    private @Nullable StopReason reason;

    HeardSample(ModelEventSink sink) {
        this.sink = sink;
    }

    @Override
    public void accept(ModelEvent event) {
        if (event instanceof ModelEvent.UsageReported reported) {
            usage = reported.usage();
            return;
        }
        if (reason != null) {
            return;
        }
        if (event instanceof ModelEvent.Stopped stopped) {
            reason = stopped.reason();
            return;
        }
        if (event instanceof ModelEvent.TextDelta delta) {
            text.append(delta.text());
        } else if (event instanceof ModelEvent.RefusalDelta delta) {
            text.append(delta.text());
        } else if (event instanceof ModelEvent.WholeItem item) {
            whole.add(item.item());
            calls |= item.item() instanceof ToolCall;
        } else {
            calls |= event instanceof ModelEvent.CallStarted;
        }
        sink.accept(event);
    }

    @Override
    public void flush() {
        sink.flush();
    }

    /** What the model said: its text as one message, and items that came whole. */
    List<Item> items() {
        List<Item> items = new ArrayList<>(whole);
        if (!text.isEmpty()) {
            items.add(Message.assistant(text.toString()));
        }
        return items;
    }

    String text() {
        return text.toString();
    }

    Usage usage() {
        return usage == null ? Usage.NONE : usage;
    }

    /** Whether the model has ended its turn: it was not cut short, and waits for no tool. */
    boolean endsTurn() {
        return !calls && (reason == StopReason.DONE || reason == StopReason.TOOL_CALLS);
    }

    /**
     * Why the model stopped.
     *
     * @throws BackendException if it has not said so
     */
    StopReason reason() {
        if (reason == null) {
            throw new BackendException(
                    BackendException.Kind.BROKEN, "The model's answer ended before it was complete.", null);
        }
        return reason;
    }

    /** Hands on what was held back, with what was used beside. */
    void release(Usage more) {
        if (usage != null || !more.equals(Usage.NONE)) {
            sink.accept(new ModelEvent.UsageReported(usage().plus(more)));
        }
        if (reason != null) {
            sink.accept(new ModelEvent.Stopped(reason));
        }
    }
}
