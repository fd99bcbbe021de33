package io.github.responses4j.backend;

import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.Tool;
import java.util.List;
import java.util.OptionalLong;

/**
 * Samples a model. Safe from any thread; one instance serves many samples at once. {@code BackendContract} in the testkit says the same
 * in tests.
 */
@FunctionalInterface
public interface Backend {
    /**
     * Samples the model once. Blocks until the model stops, calling {@code sink} on this thread, in order.
     *
     * <p>Every sample that returns has given exactly one {@link ModelEvent.Stopped}; a backend that ends without one has failed. After
     * a cancel it closes its connection and ends soon, by returning or by throwing. It never retries once the sink has been called.
     *
     * @throws BackendException if the backend fails
     */
    void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation);

    /** What of a request this backend cannot honour, found without asking it; empty if it honours everything. */
    default List<Warning> unsupported(BackendRequest request) {
        return List.of();
    }

    /**
     * Whether the backend can be given a tool of this kind as it is. What it does not take, the engine maps to functions or leaves out,
     * unless it was told otherwise.
     */
    default boolean takes(Tool tool) {
        return true;
    }

    /**
     * The models that the backend offers, as far as it can tell.
     *
     * @throws BackendException if the backend fails
     */
    default List<String> models() {
        return List.of();
    }

    /**
     * How many tokens a model can be shown, found without asking it; empty if the backend does not know. What the engine is told by its
     * user goes before.
     *
     * @param model the model's name as the request has it
     */
    default OptionalLong contextWindow(String model) {
        return OptionalLong.empty();
    }
}
