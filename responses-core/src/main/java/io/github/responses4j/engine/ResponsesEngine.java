package io.github.responses4j.engine;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.ModelRouter;
import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.CompactedResponse;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind {@code /v1/responses}: stored responses, chains, inherited instructions, streaming, hosted tools in a loop, over any
 * backend. Everything is scoped to a tenant. Safe from any thread; calls block.
 *
 * <p>Every method may throw a {@link ResponsesException}: the request is wrong, names what does not exist, or cannot be carried out.
 */
public final class ResponsesEngine implements AutoCloseable {
    private static final Duration LETTING_GO = Duration.ofSeconds(2);

    private final ModelRouter router;
    private final Planner planner;
    private final Workshop workshop;
    private final ClaimedWork claimed;
    private final ResponseStore.Listening hints;
    private final Archive archive;
    private final Replay replay;
    private final Conversations conversations;
    private final ExecutorService toolThreads;

    private ResponsesEngine(Builder builder) {
        router = builder.router;
        toolThreads = Threads.pool("responses-tool", builder.limits.maxParallelTools());
        workshop = Workshop.of(builder, toolThreads, this::findWork);
        ResponseStore store = workshop.store();
        ContextLoader contexts = new ContextLoader(store, builder.limits, workshop.cache());
        planner = new Planner(
                router,
                new ToolPolicies(builder.policies),
                contexts,
                new ContextShaper(
                        builder.counter, builder.windows, builder.sealer == null ? Sealer.of(null) : builder.sealer),
                workshop);
        claimed = new ClaimedWork(workshop, planner);
        conversations = new Conversations(store, contexts, builder.ids);
        archive = new Archive(store);
        replay = new Replay(store, workshop.wakeups(), workshop.watch());
        hints = store.onHint(workshop.watch()::hint);
        if (store.durable()) {
            // Other processes, or an earlier life of this one, may have left work behind.
            workshop.background().start(claimed);
            new Sweeper(store, workshop.chores()).start();
        }
    }

    private void findWork() {
        workshop.background().queued(claimed);
    }

    /** Starts an engine. It needs at least one backend. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Carries a request out and gives the response as it ended: completed, incomplete, or failed after the model had produced something.
     * A background response is queued, and given as it is then.
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
        ResponseRun run = prepare(tenant, request, RunOptions.DEFAULT);
        if (run.isBackground()) {
            return run.submit();
        }
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
     * {@code cancelled}. The events of a background response come from its log; cancelling ends only the listening.
     *
     * @throws ResponsesException if the request is refused; then there was no event
     */
    public Response stream(Tenant tenant, ResponseRequest request, EventSink sink, Cancellation cancellation) {
        ResponseRequest streamed = request.stream()
                ? request
                : request.toBuilder().set("stream", BooleanNode.TRUE).build();
        ResponseRun run = prepare(tenant, streamed, RunOptions.DEFAULT);
        if (!run.isBackground()) {
            return run.execute(sink, cancellation);
        }
        ResponseId id = run.submit().id();
        replay(tenant, id, -1, sink, cancellation);
        return retrieve(tenant, id);
    }

    /**
     * Checks a request and loads its context, for a host that wants to know what is wrong before it says anything. Nothing has happened
     * when this returns.
     *
     * @throws ResponsesException if the request is refused
     */
    public ResponseRun prepare(Tenant tenant, ResponseRequest request, RunOptions options) {
        workshop.running().requireOpen();
        return planner.run(tenant, request, options);
    }

    /**
     * Tells the events of a stored response, on this thread: those that there are, then, while it runs, those that come. A background
     * response that was created with {@code stream} keeps its events; of any other one that has ended they are told by its items, in the
     * same order each time. Returns when the response has ended, or was deleted, or on a cancel, which ends only the listening.
     *
     * @param after the number of the last event that the caller knows already, −1 for none
     * @throws NotFoundException if this tenant has no such response
     * @throws InvalidRequestException if it still runs and keeps no events; then there was no event
     */
    public void replay(Tenant tenant, ResponseId id, long after, EventSink sink, Cancellation cancellation) {
        workshop.running().requireOpen();
        if (replay.retell(archive.find(tenant, id), after, sink)) {
            return;
        }
        try {
            replay.follow(new ResponseKey(tenant, id), after, sink, cancellation);
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Cancels a background response, wherever it runs. One that has ended is given as it is.
     *
     * @return the response as it is now
     * @throws NotFoundException if this tenant has no such response
     * @throws InvalidRequestException if it is no background response
     */
    public Response cancel(Tenant tenant, ResponseId id) {
        if (!archive.find(tenant, id).background()) {
            throw new InvalidRequestException("Cannot cancel a synchronous response.", null, null);
        }
        archive.cancel(tenant, id);
        stop(new ResponseKey(tenant, id));
        return retrieve(tenant, id);
    }

    private void stop(ResponseKey key) {
        workshop.background().forget(key);
        workshop.cache().forget(key);
        workshop.running().cancel(key);
        workshop.wakeups().wake(key);
    }

    /**
     * Lists a tenant's responses, by the time of their creation.
     *
     * @throws InvalidRequestException if {@code after} is not a response of the list
     */
    public Page<Response> list(Tenant tenant, PageQuery query) {
        return archive.list(tenant, query);
    }

    /**
     * Counts the tokens that a run of the request would show its model: history, new items, instructions, tools and the format of the
     * answer. Nothing of the request is required; a request without a model is counted by {@link TokenCounter#estimate()}.
     *
     * @throws ResponsesException if the request is refused
     */
    public long countTokens(Tenant tenant, ResponseRequest request, RunOptions options) {
        return planner.count(tenant, request, options);
    }

    /**
     * Makes a context shorter: the model sums up history and new items, and what comes back is a window to go on from. Nothing is kept.
     * Tools, the format of the answer and what else shapes an answer have no meaning here.
     *
     * @param caller tells when nobody waits for the answer any more
     * @throws ResponsesException if the request is refused, or the model does not sum up
     */
    public CompactedResponse compact(Tenant tenant, ResponseRequest request, RunOptions options, Cancellation caller) {
        return new Compactor(workshop).compact(planner.plan(tenant, Compactor.only(request), options), caller);
    }

    /**
     * Reads a stored response.
     *
     * @throws NotFoundException if this tenant has no such response
     */
    public Response retrieve(Tenant tenant, ResponseId id) {
        return Documents.response(archive.find(tenant, id));
    }

    /**
     * Deletes a stored response; one that is still running is cancelled.
     *
     * @throws NotFoundException if this tenant has no such response
     */
    public void delete(Tenant tenant, ResponseId id) {
        boolean deleted = archive.delete(tenant, id);
        if (!deleted) {
            throw Archive.notFound(id);
        }
        stop(new ResponseKey(tenant, id));
    }

    /**
     * Brings back a response that was deleted, if the store keeps deleted ones for a while.
     *
     * @throws NotFoundException if there is nothing to bring back
     */
    public Response restore(Tenant tenant, ResponseId id) {
        if (!archive.restore(tenant, id)) {
            throw Archive.notFound(id);
        }
        return retrieve(tenant, id);
    }

    /**
     * Reads what a tenant's responses have used: for each a small JSON text with {@code model} and {@code usage}, as {@link
     * ResponseStore#usage} says.
     */
    public List<UsageRecord> usage(Tenant tenant, Instant from, Instant to, int max) {
        return archive.usage(tenant, from, to, max);
    }

    /**
     * Lists the items of a response's own input, with the members that the wire demands of an item that is listed.
     *
     * @throws NotFoundException if this tenant has no such response
     * @throws InvalidRequestException if {@code after} is not an item of the list
     */
    public Page<Item> inputItems(Tenant tenant, ResponseId id, PageQuery query) {
        return archive.inputItems(tenant, id, query);
    }

    /**
     * Lists everything that a response was made of: its instructions as a system message, the items of what it continues, and its own
     * input, with the members that the wire demands of an item that is listed.
     *
     * @throws NotFoundException if this tenant has no such response
     * @throws InvalidRequestException if {@code after} is not an item of the list, or a response that this one continues was deleted
     */
    public Page<Item> contextItems(Tenant tenant, ResponseId id, PageQuery query) {
        return archive.contextItems(tenant, id, query);
    }

    /** The conversations that responses build on and add to. */
    public Conversations conversations() {
        return conversations;
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

    /** Whether the engine runs the tool of a name itself when a model calls it. */
    public boolean hosts(String tool) {
        return workshop.tools().hosts(tool);
    }

    /** Whether the store can do its work now. */
    public boolean healthy() {
        return workshop.store().healthy();
    }

    /**
     * Prepares the end of this engine without loss: nothing new is begun, background responses are handed to other engines on the same
     * store as soon as they can be gone on with, those who follow a stream are left, and the other runs may come to their end. Blocks
     * until all is quiet, but not longer than {@code patience}; {@link #close} does the rest.
     *
     * @return whether everything came to its end in time
     */
    public boolean drain(Duration patience) {
        workshop.background().stopClaiming();
        workshop.wakeups().end();
        workshop.running().drain();
        return workshop.running().awaitQuiet(patience);
    }

    /**
     * Cancels what is running, waits a little for it to let go, and ends the engine's threads. The store and the backends stay open: they
     * belong to who made them.
     */
    @Override
    public void close() {
        hints.close();
        workshop.running().beginClosing();
        // The deadlines first: a run that begins from now on may set none, one that has begun is among those that run.
        workshop.deadlines().close();
        workshop.background().close();
        workshop.wakeups().end();
        workshop.running().cancelAll();
        // What lets go hands its response to others, for which the store must still be open.
        workshop.running().awaitQuiet(LETTING_GO);
        workshop.chores().close();
        workshop.leases().close();
        toolThreads.shutdown();
    }

    /** Builds a {@link ResponsesEngine}; for one thread. */
    public static final class Builder {
        final Map<String, HostedTool> tools = new LinkedHashMap<>();
        private final Map<String, ToolPolicy> policies = new LinkedHashMap<>();
        private ModelRouter router = ModelRouter.empty();

        @Nullable
        ResponseStore store;

        Limits limits = Limits.DEFAULT;
        Clock clock = Clock.systemUTC();
        IdGenerator ids = IdGenerator.random();
        private TokenCounter counter = TokenCounter.estimate();
        private final List<ContextShaper.StatedWindow> windows = new ArrayList<>();
        private @Nullable Sealer sealer;
        Function<Tenant, @Nullable Duration> timeToLive = tenant -> null;

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

        /** Counts tokens; {@link TokenCounter#estimate()} if this is not called. */
        public Builder tokenCounter(TokenCounter counter) {
            this.counter = counter;
            return this;
        }

        /**
         * States how many tokens the models that a glob matches can be shown; the first match wins, and goes before what the backend says.
         * A context that does not fit is refused, or loses its oldest turns if the request says {@code "truncation": "auto"}. Where nobody
         * states a window nothing is counted, and the model itself has the last word.
         *
         * @throws IllegalArgumentException if there is not at least one token
         */
        public Builder contextWindow(String modelPattern, long tokens) {
            if (tokens < 1) {
                throw new IllegalArgumentException("a context window has at least 1 token, was " + tokens);
            }
            windows.add(new ContextShaper.StatedWindow(ModelRouter.glob(modelPattern), tokens));
            return this;
        }

        /**
         * Gives the engine the secret with which it seals what callers keep for it: summaries and raw reasoning. Engines with the same
         * secret read each other's; without one an engine makes up its own, and what it has sealed dies with it. The bytes are copied
         * and never shown.
         *
         * @throws IllegalArgumentException if there are less than 32 bytes
         */
        public Builder secret(byte[] secret) {
            if (secret.length < Sealer.MIN_SECRET) {
                throw new IllegalArgumentException(
                        "a secret has at least " + Sealer.MIN_SECRET + " bytes, was " + secret.length);
            }
            this.sealer = Sealer.of(secret);
            return this;
        }

        /**
         * Says how long a tenant's responses are kept after their end; where it gives null, and if this is not called, the store's own time
         * counts.
         *
         * @param timeToLive gives positive durations; called from many threads
         */
        public Builder timeToLive(Function<Tenant, @Nullable Duration> timeToLive) {
            this.timeToLive = timeToLive;
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
