package io.github.responses4j.engine;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelRouter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolPolicy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind {@code /v1/responses}: stored responses, chains, inherited instructions, streaming, hosted tools in a loop, over any
 * backend. Everything is scoped to a tenant. Safe from any thread; calls block.
 *
 * <p>Every method may throw a {@link ResponsesException}: the request is wrong, names what does not exist, or cannot be carried out.
 */
public final class ResponsesEngine implements AutoCloseable {
    private final ModelRouter router;
    private final Planner planner;
    private final Workshop workshop;
    private final ExecutorService toolThreads;
    private final ScheduledExecutorService timer;

    private ResponsesEngine(Builder builder) {
        Limits limits = builder.limits;
        router = builder.router;
        toolThreads = Threads.pool("responses-tool", limits.maxParallelTools());
        timer = Threads.timer("responses-timer");
        workshop = new Workshop(
                builder.store == null ? ResponseStore.inMemory() : builder.store,
                new ToolRunner(builder.tools, toolThreads, timer, limits),
                limits,
                builder.clock,
                builder.ids,
                new NodeId(builder.ids.next("node")),
                timer,
                new ConcurrentHashMap<>());
        planner = new Planner(
                router,
                new ToolPolicies(builder.policies),
                new ContextLoader(workshop.store(), limits),
                workshop.ids(),
                workshop.clock());
    }

    /** Starts an engine. It needs at least one backend. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Carries a request out and gives the response as it ended: completed, incomplete, or failed after the model had produced something.
     *
     * @throws ResponsesException if the request is refused, or fails before the model has produced anything
     */
    public Response create(Tenant tenant, ResponseRequest request) {
        return create(tenant, request, new Cancellation());
    }

    /**
     * Carries a request out, unless it is cancelled: then the response ends as {@code cancelled}, with what there is so far.
     *
     * @throws ResponsesException if the request is refused, or fails before the model has produced anything
     */
    public Response create(Tenant tenant, ResponseRequest request, Cancellation cancellation) {
        ResponseRun run = prepare(tenant, request, Profile.DEFAULT);
        Response response = run.execute(EventSink.discard(), cancellation);
        run.rejection().ifPresent(rejection -> {
            throw rejection;
        });
        return response;
    }

    /**
     * Carries a request out and tells its events as they happen, on this thread. The last event is terminal; it leaves when the response
     * is stored, so whoever has seen it can continue the response at once. A failure is an event too, and the response is then
     * {@code failed}.
     *
     * @throws ResponsesException if the request is refused; then there was no event
     */
    public Response stream(Tenant tenant, ResponseRequest request, EventSink sink) {
        return stream(tenant, request, sink, new Cancellation());
    }

    /**
     * As {@link #stream(Tenant, ResponseRequest, EventSink)}, unless it is cancelled: then the events just end, and the response is
     * {@code cancelled}.
     *
     * @throws ResponsesException if the request is refused; then there was no event
     */
    public Response stream(Tenant tenant, ResponseRequest request, EventSink sink, Cancellation cancellation) {
        ResponseRequest streamed = request.stream()
                ? request
                : request.toBuilder().set("stream", BooleanNode.TRUE).build();
        return prepare(tenant, streamed, Profile.DEFAULT).execute(sink, cancellation);
    }

    /**
     * Checks a request and loads its context, for a host that wants to know what is wrong before it says anything. Nothing has happened
     * when this returns.
     *
     * @throws ResponsesException if the request is refused
     */
    public ResponseRun prepare(Tenant tenant, ResponseRequest request, Profile profile) {
        return new ResponseRun(planner.plan(tenant, request, profile), workshop);
    }

    /**
     * Reads a stored response.
     *
     * @throws NotFoundException if this tenant has no such response
     */
    public Response retrieve(Tenant tenant, ResponseId id) {
        return guarded(() -> workshop.store().find(tenant, id))
                .map(Documents::response)
                .orElseThrow(() -> notFound(id));
    }

    /**
     * Deletes a stored response; one that is still running is cancelled.
     *
     * @throws NotFoundException if this tenant has no such response
     */
    public void delete(Tenant tenant, ResponseId id) {
        boolean deleted = guarded(() -> workshop.store().delete(tenant, id));
        Cancellation running = workshop.running().get(new ResponseKey(tenant, id));
        if (running != null) {
            running.cancel();
        }
        if (!deleted) {
            throw notFound(id);
        }
    }

    /**
     * Lists the items of a response's own input, with the members that the wire demands of an item that is listed.
     *
     * @throws NotFoundException if this tenant has no such response
     * @throws InvalidRequestException if {@code after} is not an item of the list
     */
    public Page<Item> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        try {
            Page<StoredItem> page = guarded(() -> workshop.store().inputItems(tenant, id, query))
                    .orElseThrow(() -> notFound(id));
            return new Page<>(
                    page.data().stream()
                            .map(Documents::item)
                            .map(ListedItems::of)
                            .toList(),
                    page.hasMore());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("Item with id '" + query.after() + "' not found.", null, "after");
        }
    }

    /** The models on offer, in order: what the routes name, and what the backends tell. */
    public List<String> models() {
        List<String> models = new ArrayList<>();
        for (ModelRouter.Route route : router.routes()) {
            if (!route.pattern().contains("*")) {
                models.add(route.pattern());
            }
            models.addAll(Models.of(route));
        }
        return models.stream().distinct().toList();
    }

    /** Whether the store can do its work now. */
    public boolean healthy() {
        return workshop.store().healthy();
    }

    /** Cancels what is running and ends the engine's threads. The store and the backends stay open: they belong to who made them. */
    @Override
    public void close() {
        // The timer first: a run that begins from now on finds none, one that has begun is among those that run.
        timer.shutdownNow();
        workshop.running().values().forEach(Cancellation::cancel);
        toolThreads.shutdownNow();
    }

    private static <T> T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (StoreException e) {
            throw new ServerException("The response store is not available.", true, e);
        }
    }

    private static NotFoundException notFound(ResponseId id) {
        return new NotFoundException("Response with id '" + id + "' not found.", null);
    }

    /** Builds a {@link ResponsesEngine}; for one thread. */
    public static final class Builder {
        private final Map<String, HostedTool> tools = new LinkedHashMap<>();
        private final Map<String, ToolPolicy> policies = new LinkedHashMap<>();
        private ModelRouter router = ModelRouter.empty();
        private @Nullable ResponseStore store;
        private Limits limits = Limits.DEFAULT;
        private Clock clock = Clock.systemUTC();
        private IdGenerator ids = IdGenerator.random();

        private Builder() {}

        /** Adds the backend for every model that no earlier pattern takes. */
        public Builder backend(Backend backend) {
            return backend("*", backend);
        }

        /** Adds a backend for the models that a glob matches, such as {@code gpt-*}; the first match wins. */
        public Builder backend(String pattern, Backend backend) {
            router = router.with(pattern, backend);
            return this;
        }

        /** Keeps responses there; {@link ResponseStore#inMemory()} if this is not called. */
        public Builder store(ResponseStore store) {
            this.store = store;
            return this;
        }

        /**
         * Adds a tool that the engine runs. A request offers it by a function tool of the same name, such as the tool's own definition.
         *
         * @throws IllegalArgumentException if there is a tool of this name already
         */
        public Builder tool(HostedTool tool) {
            if (tools.putIfAbsent(tool.definition().name(), tool) != null) {
                throw new IllegalArgumentException(
                        "two hosted tools are called '" + tool.definition().name() + "'");
            }
            return this;
        }

        /**
         * Says what happens to tools of a type, such as {@code web_search}. Unless it is called, a backend is given the tools that it takes;
         * of the others custom tools and namespaces are mapped to functions, and the rest is left out with a warning.
         *
         * @throws IllegalArgumentException if tools of this type are to be mapped and cannot be
         */
        public Builder toolPolicy(String toolType, ToolPolicy policy) {
            ToolPolicies.check(toolType, policy);
            policies.put(toolType, policy);
            return this;
        }

        /** Bounds every run; {@link Limits#DEFAULT} if this is not called. */
        public Builder limits(Limits limits) {
            this.limits = limits;
            return this;
        }

        /** Tells the time; the system's if this is not called. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Makes ids; {@link IdGenerator#random()} if this is not called. */
        public Builder ids(IdGenerator ids) {
            this.ids = ids;
            return this;
        }

        /**
         * The engine.
         *
         * @throws IllegalStateException if it has no backend
         */
        public ResponsesEngine build() {
            if (router.routes().isEmpty()) {
                throw new IllegalStateException("an engine needs a backend");
            }
            Objects.requireNonNull(limits, "limits");
            return new ResponsesEngine(this);
        }
    }
}
