package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a backend says, as one line an event, and where it flushed. Safe to be read while a backend speaks. */
public final class BackendRecorder implements ModelEventSink {
    /** The line that stands for a flush. */
    public static final String FLUSH = "flush";

    private final List<String> log = new CopyOnWriteArrayList<>();

    /** A recorder that has heard nothing. */
    public BackendRecorder() {}

    @Override
    public void accept(ModelEvent event) {
        log.add(describe(event));
    }

    @Override
    public void flush() {
        log.add(FLUSH);
    }

    /** Events and flushes, in order. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** Events, in order. */
    public List<String> events() {
        return log.stream().filter(line -> !line.equals(FLUSH)).toList();
    }

    /** Whether the model has stopped. */
    public boolean hasStopped() {
        return log.stream().anyMatch(line -> line.startsWith("stopped "));
    }

    /** One line for an event, such as {@code text "Hello"} or {@code arguments call_1 "{}"}. */
    public static String describe(ModelEvent event) {
        if (event instanceof ModelEvent.TextDelta text) {
            return "text " + quoted(text.text()) + (text.logprobs() == null ? "" : " logprobs " + text.logprobs());
        }
        if (event instanceof ModelEvent.RefusalDelta refusal) {
            return "refusal " + quoted(refusal.text());
        }
        if (event instanceof ModelEvent.ReasoningDelta reasoning) {
            return "reasoning " + quoted(reasoning.text());
        }
        if (event instanceof ModelEvent.ReasoningSummaryDelta summary) {
            return "summary " + summary.part() + " " + quoted(summary.text());
        }
        if (event instanceof ModelEvent.CallStarted call) {
            String fields = call.fields().isEmpty() ? "" : " " + call.fields();
            return (call.custom() ? "custom call " : "call ") + call.callId() + " " + call.name() + fields;
        }
        if (event instanceof ModelEvent.CallDelta call) {
            return "arguments " + call.callId() + " " + quoted(call.text());
        }
        if (event instanceof ModelEvent.CallEnded call) {
            return "call ended " + call.callId();
        }
        return describeRest(event);
    }

    private static String describeRest(ModelEvent event) {
        if (event instanceof ModelEvent.AnnotationAdded added) {
            return "annotation " + added.annotation().json();
        }
        if (event instanceof ModelEvent.ItemFields fields) {
            return "fields " + fields.fields();
        }
        if (event instanceof ModelEvent.WholeItem whole) {
            String previews = whole.previews().isEmpty() ? "" : " previews " + whole.previews();
            return "item " + whole.item().json() + previews;
        }
        if (event instanceof ModelEvent.UsageReported reported) {
            return "usage " + reported.usage().inputTokens() + " ("
                    + reported.usage().cachedTokens() + " cached) "
                    + reported.usage().outputTokens() + " (" + reported.usage().reasoningTokens() + " reasoning)";
        }
        if (event instanceof ModelEvent.Stopped stopped) {
            return "stopped " + stopped.reason();
        }
        return "item ended";
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
