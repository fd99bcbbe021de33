package io.github.responses4j.server;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.Tool;
import java.util.List;
import java.util.OptionalLong;

/**
 * A backend whose models' window the settings state.
 *
 * @param backend the backend
 * @param tokens how many tokens its models can be shown
 */
record WindowedBackend(Backend backend, long tokens) implements Backend {
    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        backend.sample(request, sink, cancellation);
    }

    @Override
    public List<Warning> unsupported(BackendRequest request) {
        return backend.unsupported(request);
    }

    @Override
    public boolean takes(Tool tool) {
        return backend.takes(tool);
    }

    @Override
    public List<String> models() {
        return backend.models();
    }

    @Override
    public OptionalLong contextWindow(String model) {
        return OptionalLong.of(tokens);
    }
}
