package io.github.responses4j.backends;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.Usage;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A model for demonstrations and tests: no key, no network, and the same answer to the same request every time. It greets, knows
 * what it was told in the conversation, computes, knows some capitals, calls a tool that the question names, fills a JSON schema, and
 * otherwise says the question back. A token is a word.
 */
public final class DemoBackend implements Backend {
    private static final long CONTEXT_WINDOW = 128_000;

    private final Duration pause;
    private final Sleeper sleeper;

    private DemoBackend(Duration pause, Sleeper sleeper) {
        this.pause = pause;
        this.sleeper = sleeper;
    }

    /** The model, answering at once. */
    public static DemoBackend create() {
        return paced(Duration.ZERO);
    }

    /** The model, taking some time over every word of a stream. */
    public static DemoBackend paced(Duration perWord) {
        return new DemoBackend(perWord, Sleeper.real());
    }

    static DemoBackend paced(Duration perWord, Sleeper sleeper) {
        return new DemoBackend(perWord, sleeper);
    }

    /** Functions and custom tools. */
    @Override
    public boolean takes(Tool tool) {
        return tool instanceof FunctionTool || tool instanceof CustomTool;
    }

    @Override
    public List<String> models() {
        return List.of("demo");
    }

    @Override
    public List<Warning> unsupported(BackendRequest request) {
        Warnings warnings = new Warnings();
        List<Item> context = request.context();
        for (int i = 0; i < context.size(); i++) {
            if (context.get(i) instanceof Compaction) {
                warnings.add("input[" + i + "]", "the demo model cannot read what another server has compacted");
            }
        }
        return warnings.all();
    }

    @Override
    public OptionalLong contextWindow(String model) {
        return OptionalLong.of(CONTEXT_WINDOW);
    }

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        DemoConversation conversation = DemoConversation.of(request);
        List<DemoTools.Call> calls = DemoTools.calls(request, conversation);
        long written;
        StopReason reason;
        if (calls.isEmpty()) {
            List<String> words = words(DemoAnswers.answer(request, conversation));
            Long asked = request.maxOutputTokens();
            long bound = asked == null ? Long.MAX_VALUE : asked;
            boolean cut = words.size() > bound;
            List<String> said = cut ? words.subList(0, (int) bound) : words;
            say(said, request.stream(), sink, cancellation);
            written = said.size();
            reason = cut ? StopReason.MAX_OUTPUT_TOKENS : StopReason.DONE;
        } else {
            written = call(calls, sink);
            reason = StopReason.TOOL_CALLS;
        }
        sink.accept(new ModelEvent.UsageReported(Usage.of(read(request), written)));
        sink.accept(new ModelEvent.Stopped(reason));
    }

    private void say(List<String> words, boolean stream, ModelEventSink sink, Cancellation cancellation) {
        if (!stream) {
            sink.accept(new ModelEvent.TextDelta(String.join("", words)));
            return;
        }
        for (String word : words) {
            if (cancellation.isCancelled()) {
                throw UpstreamFailures.cancelled(null);
            }
            sink.accept(new ModelEvent.TextDelta(word));
            sink.flush();
            pause(cancellation);
        }
    }

    private void pause(Cancellation cancellation) {
        if (pause.isZero()) {
            return;
        }
        try {
            sleeper.sleep(pause, cancellation);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UpstreamFailures.cancelled(e);
        }
    }

    private static long call(List<DemoTools.Call> calls, ModelEventSink sink) {
        long written = 0;
        for (DemoTools.Call call : calls) {
            sink.accept(new ModelEvent.CallStarted(call.id(), call.name(), call.custom()));
            for (String word : words(call.payload())) {
                sink.accept(new ModelEvent.CallDelta(call.id(), word));
                written++;
            }
            sink.accept(new ModelEvent.CallEnded(call.id()));
        }
        return written;
    }

    private static long read(BackendRequest request) {
        String instructions = request.instructions();
        long words = instructions == null ? 0 : count(instructions);
        for (Item item : request.context()) {
            words += count(DemoConversation.textOf(item));
        }
        return words;
    }

    private static long count(String text) {
        return text.isBlank() ? 0 : words(text).size();
    }

    /** The words of a text, each with the space before it. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
                words.add(text.substring(start, i));
                start = i;
            }
        }
        words.add(text.substring(start));
        return words;
    }
}
