package io.github.responses4j.engine;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A backend that is given fewer kinds of tools than the request has: the others are mapped to functions and back, or left out. */
final class FittedBackend implements Backend {
    private final Backend backend;
    private final ToolPolicies policies;

    FittedBackend(Backend backend, ToolPolicies policies) {
        this.backend = backend;
        this.policies = policies;
    }

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        FittedTools tools = FittedTools.of(request, backend, policies);
        backend.sample(tools.request(), new Unmapping(tools, sink), cancellation);
    }

    @Override
    public List<Warning> unsupported(BackendRequest request) {
        FittedTools tools = FittedTools.of(request, backend, policies);
        List<Warning> warnings = new ArrayList<>(tools.warnings());
        backend.unsupported(tools.request()).forEach(warning -> warnings.add(tools.inTheRequest(warning)));
        return warnings;
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
        return backend.contextWindow(model);
    }

    /** Turns calls of functions back into calls of what the functions stand for. For one sample. */
    private static final class Unmapping implements ModelEventSink {
        private final FittedTools tools;
        private final ModelEventSink sink;

        /** The arguments so far of calls whose text stands in a JSON object: it can be read when they are whole. */
        private final Map<String, StringBuilder> wrapped = new LinkedHashMap<>();

        Unmapping(FittedTools tools, ModelEventSink sink) {
            this.tools = tools;
            this.sink = sink;
        }

        @Override
        public void accept(ModelEvent event) {
            if (event instanceof ModelEvent.CallStarted call) {
                started(call);
            } else if (event instanceof ModelEvent.CallDelta delta && wrapped.containsKey(delta.callId())) {
                wrapped.get(delta.callId()).append(delta.text());
            } else if (event instanceof ModelEvent.CallEnded ended) {
                StringBuilder arguments = wrapped.remove(ended.callId());
                if (arguments != null) {
                    unwrap(ended.callId(), arguments);
                }
                sink.accept(event);
            } else if (event instanceof ModelEvent.WholeItem whole) {
                sink.accept(new ModelEvent.WholeItem(tools.unmapped(whole.item()), whole.previews()));
            } else {
                if (event instanceof ModelEvent.Stopped) {
                    wrapped.forEach(this::unwrap);
                    wrapped.clear();
                }
                sink.accept(event);
            }
        }

        private void started(ModelEvent.CallStarted call) {
            FittedTools.Origin origin = tools.origin(call.name());
            if (origin == null) {
                sink.accept(call);
                return;
            }
            if (origin.custom() && !call.custom()) {
                wrapped.put(call.callId(), new StringBuilder());
            }
            sink.accept(new ModelEvent.CallStarted(
                    call.callId(), origin.name(), call.custom() || origin.custom(), origin.fields(call.fields())));
        }

        private void unwrap(String callId, StringBuilder arguments) {
            sink.accept(new ModelEvent.CallDelta(callId, FittedTools.input(arguments.toString())));
        }

        @Override
        public void flush() {
            sink.flush();
        }
    }
}
