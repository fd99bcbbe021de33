package io.github.responses4j.engine;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides what of a kept context a model is shown, and how its backend is used for that. One for an engine; safe from any thread. */
final class ContextShaper {
    private final TokenCounter counter;
    private final List<StatedWindow> windows;
    private final Sealer sealer;

    ContextShaper(TokenCounter counter, List<StatedWindow> windows, Sealer sealer) {
        this.counter = counter;
        this.windows = List.copyOf(windows);
        this.sealer = sealer;
    }

    /**
     * A window as the engine's user has stated it.
     *
     * @param models which models have it
     * @param tokens its size
     */
    record StatedWindow(Pattern models, long tokens) {}

    /**
     * A context as a model is to be shown it.
     *
     * @param context the items
     * @param backend what shows it to the model
     * @param warnings what of the request cannot be kept
     */
    record Shaped(List<Item> context, ContextBackend backend, List<Warning> warnings) {}

    /**
     * Shapes the context of a request.
     *
     * @throws InvalidRequestException if it does not fit, or holds what cannot be read
     */
    Shaped shape(Loaded loaded, Backend backend) {
        ContextWindow window = window(loaded.request(), backend);
        CompactionRule rule = CompactionRule.of(loaded.request(), window.size());
        List<Item> shown = shown(loaded);
        if (rule.forced() && shown.isEmpty()) {
            throw new InvalidRequestException(
                    "Invalid 'input': there is nothing to compact.", "invalid_value", "input");
        }
        if (window.size().isPresent()) {
            window.fit(frame(window.meter(), loaded), shown, 0);
        }
        List<Warning> warnings = new ArrayList<>();
        if (rule.threshold().isEmpty()
                && !loaded.request().json().objects("context_management").isEmpty()) {
            warnings.add(new Warning(
                    "context_management",
                    "the context is not compacted: there is no threshold, and the model's window is not known"));
        }
        return new Shaped(shown, new ContextBackend(backend, window, rule, sealer, loaded.tenant()), warnings);
    }

    /** The backend of a run that has nothing left to ask. */
    ContextBackend none(Tenant tenant) {
        Backend never = (request, sink, cancellation) -> {
            throw new IllegalStateException("nothing is left to be asked");
        };
        ContextWindow window = new ContextWindow(new Meter(TokenCounter.estimate(), ""), OptionalLong.empty(), false);
        CompactionRule rule = new CompactionRule(false, OptionalLong.empty());
        return new ContextBackend(never, window, rule, sealer, tenant);
    }

    /** The tokens that a run would show its model. */
    long count(Loaded loaded, @Nullable Backend backend) {
        ContextWindow window = window(loaded.request(), backend);
        List<Item> shown = shown(loaded);
        long frame = frame(window.meter(), loaded);
        return frame + window.meter().items(window.shortened(frame, shown, 0).context());
    }

    private List<Item> shown(Loaded loaded) {
        return new ShownContext(sealer, loaded.tenant(), loaded.named()).of(loaded.kept());
    }

    private static long frame(Meter meter, Loaded loaded) {
        return meter.frame(loaded.instructions(), loaded.request().tools(), loaded.request());
    }

    private ContextWindow window(ResponseRequest request, @Nullable Backend backend) {
        String model = request.model();
        Meter meter = new Meter(model.isEmpty() ? TokenCounter.estimate() : counter, model);
        return new ContextWindow(
                meter, size(model, backend), "auto".equals(request.json().string("truncation")));
    }

    private OptionalLong size(String model, @Nullable Backend backend) {
        for (StatedWindow stated : windows) {
            if (stated.models().matcher(model).matches()) {
                return OptionalLong.of(stated.tokens());
            }
        }
        return backend == null ? OptionalLong.empty() : backend.contextWindow(model);
    }
}
