package io.github.responses4j.testkit;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend that says what it was told to, sample after sample, and remembers what it was asked.
 *
 * <pre>{@code
 * ScriptedBackend backend = new ScriptedBackend()
 *         .sample(model -> model.call("call_1", "weather", "{\"city\":\"Oslo\"}").usage(20, 9))
 *         .sample(model -> model.text("It is ", "4 °C.").usage(35, 6));
 * }</pre>
 *
 * <p>A sample that was not scripted throws an {@link AssertionError}, out of the engine and into the test; {@link #assertExhausted} says
 * whether every scripted one was asked for. Safe from any thread; samples are given out in the order in which they are asked for.
 */
public final class ScriptedBackend implements Backend {
    private record Entry(SampleScript script, @Nullable Integer most) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<BackendRequest> requests = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final List<String> models = new ArrayList<>();
    private OptionalLong window = OptionalLong.empty();

    /** A backend that has nothing to say yet. */
    public ScriptedBackend() {}

    /** A backend that gives each answer in one sample. */
    public static ScriptedBackend answering(String... answers) {
        ScriptedBackend backend = new ScriptedBackend();
        for (String answer : answers) {
            backend.sample(model -> model.text(answer));
        }
        return backend;
    }

    /** A backend that says these events, one list for each sample, and nothing else. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the lists are only read
    public static ScriptedBackend of(List<ModelEvent>... samples) {
        ScriptedBackend backend = new ScriptedBackend();
        for (List<ModelEvent> sample : samples) {
            backend.add(
                    new SampleScript().say(sample.toArray(ModelEvent[]::new)).cut(), null);
        }
        return backend;
    }

    /** Adds the next sample. */
    public ScriptedBackend sample(Consumer<SampleScript> script) {
        SampleScript whole = new SampleScript();
        script.accept(whole);
        return add(whole, null);
    }

    /** Adds a sample that ends after some steps of its script, without a stop, as if the connection had gone. */
    public ScriptedBackend sampleCutAfter(int steps, Consumer<SampleScript> script) {
        SampleScript whole = new SampleScript();
        script.accept(whole);
        return add(whole, steps);
    }

    private synchronized ScriptedBackend add(SampleScript script, @Nullable Integer most) {
        entries.add(new Entry(script, most));
        return this;
    }

    /** Says that a parameter is not honoured, whenever {@link #unsupported} is asked. */
    public synchronized ScriptedBackend warning(String param, String message) {
        warnings.add(new Warning(param, message));
        return this;
    }

    /** Offers a model, whenever {@link #models} is asked. */
    public synchronized ScriptedBackend model(String name) {
        models.add(name);
        return this;
    }

    /** Says how many tokens its models can be shown; nothing unless set. */
    public synchronized ScriptedBackend contextWindow(long tokens) {
        window = OptionalLong.of(tokens);
        return this;
    }

    @Override
    public synchronized OptionalLong contextWindow(String model) {
        return window;
    }

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        Entry next = next(request);
        next.script().run(request, sink, cancellation, next.most());
    }

    private synchronized Entry next(BackendRequest request) {
        requests.add(request);
        if (requests.size() > entries.size()) {
            throw new AssertionError("sample " + requests.size() + " was not scripted; it was asked with "
                    + request.context().size() + " items");
        }
        return entries.get(requests.size() - 1);
    }

    @Override
    public synchronized List<Warning> unsupported(BackendRequest request) {
        return List.copyOf(warnings);
    }

    @Override
    public synchronized List<String> models() {
        return List.copyOf(models);
    }

    /** What it was asked so far, in order, samples that were not scripted included. */
    public synchronized List<BackendRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * What it was asked in one sample.
     *
     * @param sample which one, from 0
     * @throws AssertionError if there were not so many
     */
    public synchronized BackendRequest request(int sample) {
        if (sample >= requests.size()) {
            throw new AssertionError("there were only " + requests.size() + " samples");
        }
        return requests.get(sample);
    }

    /**
     * Checks that every scripted sample was asked for.
     *
     * @throws AssertionError if some were not
     */
    public synchronized void assertExhausted() {
        if (requests.size() < entries.size()) {
            throw new AssertionError((entries.size() - requests.size()) + " of " + entries.size()
                    + " scripted samples were not asked for");
        }
    }
}
