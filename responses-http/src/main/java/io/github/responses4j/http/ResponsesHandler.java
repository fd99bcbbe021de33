package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.store.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;

/**
 * An engine as a Jetty handler: {@code /v1/responses} with its items, {@code /v1/models}, {@code /health} and {@code /ready}, as JSON, as
 * server-sent events and over WebSocket. Mount it anywhere in a Jetty 12.1 server; a path that is none of these is left to the other handlers.
 *
 * <p>A request occupies one thread of the server until it is answered. {@link #shutdown()} lets what runs finish and refuses what is new;
 * Jetty calls it when the server stops and has a stop timeout. Stopping the handler cancels what still runs. The engine stays open: it
 * belongs to who made it.
 */
public final class ResponsesHandler extends Handler.Abstract implements Graceful {
    /** How long a body may be unless {@link Builder#maxBodyBytes} says otherwise: 16 MiB. */
    public static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    /** How long a short body may take unless {@link Builder#bodyTimeout} says otherwise: 30 seconds. */
    public static final Duration BODY_TIMEOUT = Duration.ofSeconds(30);

    /** After how much silence a stream shows a sign of life unless {@link Builder#heartbeat} says otherwise: 15 seconds. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** How long a client may read nothing at all unless {@link Builder#writeTimeout} says otherwise: 30 seconds. */
    public static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    /** How old a WebSocket connection may become unless {@link Builder#socketLimit} says otherwise: 60 minutes. */
    public static final Duration SOCKET_LIMIT = Duration.ofMinutes(60);

    private static final long TICK_MILLIS = 250;

    private final ResponsesEngine engine;
    private final AtomicInteger open = new AtomicInteger();
    private final Shutdown shutdown = new Shutdown(this) {
        @Override
        public boolean isShutdownDone() {
            OpenSockets clients = sockets;
            return open.get() == 0 && (clients == null || clients.isEmpty());
        }
    };
    private HandlerSettings settings;
    private @Nullable Endpoints endpoints;
    private volatile @Nullable OpenSockets sockets;
    private @Nullable SocketUpgrade upgrade;

    private ResponsesHandler(ResponsesEngine engine, HandlerSettings settings) {
        this.engine = engine;
        this.settings = settings;
    }

    /** Begins a handler that serves an engine, to anybody, until keys are given. */
    public static Builder builder(ResponsesEngine engine) {
        return new Builder(engine);
    }

    /** Whether callers need a key. */
    boolean hasKeys() {
        return !settings.keys().isEmpty();
    }

    /** How many WebSocket connections there are. */
    int openSockets() {
        OpenSockets clients = sockets;
        return clients == null ? 0 : clients.count();
    }

    /** Keeps web pages of strangers away, unless hosts were given before. Before the start. */
    void guardLoopback() {
        if (settings.guard() == null) {
            settings = new HandlerSettings(
                    settings.keys(),
                    settings.profile(),
                    settings.body(),
                    settings.heartbeat(),
                    settings.writePatience(),
                    settings.watchPeers(),
                    settings.sockets(),
                    new OriginGuard(Set.of()));
        }
    }

    @Override
    protected void doStart() throws Exception {
        shutdown.cancel();
        long heartbeat = settings.heartbeat().toMillis();
        long tick = heartbeat > 0 ? Math.min(TICK_MILLIS, heartbeat / 2) : TICK_MILLIS;
        Pulse pulse = new Pulse(getServer().getScheduler(), tick);
        endpoints = new Endpoints(engine, settings, pulse, this::isShutdown);
        OpenSockets clients = new OpenSockets(
                settings, pulse, ServerThreads.blocking(getServer().getThreadPool()), shutdown::check);
        sockets = clients;
        upgrade = new SocketUpgrade(engine, clients, getServer());
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        drainSockets();
        cancelRuns();
        super.doStop();
    }

    void cancelRuns() {
        if (endpoints != null) {
            endpoints.cancelRuns();
        }
        OpenSockets clients = sockets;
        if (clients != null) {
            clients.cancelRuns();
        }
    }

    /**
     * Refuses new requests from now on, apart from questions after the health; what runs goes on. A WebSocket connection is closed when
     * nothing runs on it any more.
     *
     * @return completes when nothing runs any more
     */
    @Override
    public CompletableFuture<Void> shutdown() {
        CompletableFuture<Void> done = shutdown.shutdown();
        drainSockets();
        return done;
    }

    private void drainSockets() {
        OpenSockets clients = sockets;
        if (clients != null) {
            clients.drain();
        }
    }

    @Override
    public boolean isShutdown() {
        return shutdown.isShutdown();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Exchange.path(request);
        List<Route> routes = Route.of(path);
        Endpoints targets = endpoints;
        if (routes.isEmpty() || targets == null) {
            return false;
        }
        open.incrementAndGet();
        Exchange exchange = new Exchange(request, response, Callback.from(callback, this::closed));
        exchange.answer(() -> answer(exchange, path, routes, targets));
        return true;
    }

    private void closed() {
        open.decrementAndGet();
        shutdown.check();
    }

    private void answer(Exchange exchange, String path, List<Route> routes, Endpoints targets) {
        Request request = exchange.request();
        admit(request);
        if (isShutdown() && !routes.get(0).open()) {
            exchange.closing();
            throw HttpError.unavailable("The server is stopping.").exception();
        }
        if (!routes.get(0).open()) {
            identify(exchange);
        }
        if (exchange.method().equals("OPTIONS")) {
            exchange.response().getHeaders().put(HttpHeader.ALLOW, Route.allow(routes));
            exchange.sendEmpty(204);
            return;
        }
        if (upgrade != null && SocketUpgrade.isWanted(exchange, path)) {
            upgrade.upgrade(exchange);
            return;
        }
        Route route = routes.stream()
                .filter(each -> each.answers(exchange.method()))
                .findFirst()
                .orElseThrow(() -> HttpError.refused(
                                405, null, null, "Not allowed to " + exchange.method() + " on " + path + ".")
                        .with("Allow", Route.allow(routes))
                        .exception());
        List<String> arguments = route.arguments(path);
        exchange.arguments(arguments == null ? List.of() : arguments);
        route.endpoint().answer(targets, exchange);
    }

    private void admit(Request request) {
        OriginGuard guard = settings.guard();
        String host = Request.getServerName(request);
        String authority = request.getHttpURI().getAuthority();
        String origin = request.getHeaders().get("Origin");
        if (guard != null && !guard.admits(host, authority, origin)) {
            throw HttpError.refused(403, "forbidden_origin", null, "This host or origin may not call this server.")
                    .exception();
        }
    }

    private void identify(Exchange exchange) {
        KeyRing.Caller caller =
                settings.keys().caller(exchange.request().getHeaders().get(HttpHeader.AUTHORIZATION));
        if (caller == null) {
            throw HttpError.refused(
                            401,
                            "invalid_api_key",
                            null,
                            "A correct API key is needed, in the header 'Authorization: Bearer <key>'.")
                    .with("WWW-Authenticate", "Bearer")
                    .exception();
        }
        exchange.tenant(caller.tenant());
        String asked = exchange.request().getHeaders().get("X-Responses-Profile");
        exchange.profile(
                asked != null ? profile(asked) : caller.profile() != null ? caller.profile() : settings.profile());
    }

    private static Profile profile(String name) {
        try {
            return Profile.named(name.strip());
        } catch (IllegalArgumentException e) {
            throw HttpError.refused(400, "invalid_value", "X-Responses-Profile", String.valueOf(e.getMessage()))
                    .exception();
        }
    }

    /** Builds a {@link ResponsesHandler}; for one thread. */
    public static final class Builder {
        private final ResponsesEngine engine;
        private final List<KeyRing.Key> keys = new ArrayList<>();
        private final Set<String> hosts = new HashSet<>();
        private Profile profile = Profile.DEFAULT;
        private int maxBodyBytes = MAX_BODY_BYTES;
        private Duration bodyTimeout = BODY_TIMEOUT;
        private Duration heartbeat = HEARTBEAT;
        private Duration writeTimeout = WRITE_TIMEOUT;
        private boolean watchPeers = true;
        private Clock clock = Clock.systemUTC();
        private Duration socketLimit = SOCKET_LIMIT;

        private Builder(ResponsesEngine engine) {
            this.engine = engine;
        }

        /** Lets in who has this key, as {@link Tenant#SINGLE}. From the first key on, who has none is kept out. */
        public Builder apiKey(String key) {
            return apiKey(key, Tenant.SINGLE, null);
        }

        /** Lets in who has this key, as a tenant. */
        public Builder apiKey(String key, Tenant tenant) {
            return apiKey(key, tenant, null);
        }

        /**
         * Lets in who has this key.
         *
         * @param key the key, not empty
         * @param tenant whose responses its holder sees
         * @param profile what answers look like to its holder; null for the server's own
         */
        public Builder apiKey(String key, Tenant tenant, @Nullable Profile profile) {
            keys.add(new KeyRing.Key(key, new KeyRing.Caller(tenant, profile)));
            return this;
        }

        /** What answers look like, unless the caller's key or the header {@code X-Responses-Profile} says otherwise. */
        public Builder profile(Profile profile) {
            this.profile = profile;
            return this;
        }

        /** How long a body may be, in bytes, at least 1; a longer one gets 413. */
        public Builder maxBodyBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBodyBytes must be at least 1, was " + bytes);
            }
            this.maxBodyBytes = bytes;
            return this;
        }

        /** How long a short body may take; one that is too slow gets 408. A long one may take a second more for every 16 KiB. */
        public Builder bodyTimeout(Duration timeout) {
            this.bodyTimeout = positive("bodyTimeout", timeout);
            return this;
        }

        /** After how much silence a stream shows a sign of life, a comment; zero for never. */
        public Builder heartbeat(Duration silence) {
            if (silence.isNegative()) {
                throw new IllegalArgumentException("heartbeat must not be negative, was " + silence);
            }
            this.heartbeat = silence;
            return this;
        }

        /** How long a client may take to read what is written to it, and a second more for every 16 KiB, before it is left. */
        public Builder writeTimeout(Duration timeout) {
            this.writeTimeout = positive("writeTimeout", timeout);
            return this;
        }

        /**
         * Whether to notice clients that go away while nothing is written to them, and to cancel what runs for them; on by default. Works
         * for HTTP/1.1 without TLS; elsewhere such a client is noticed with the next heartbeat. A client that closes its half of the
         * connection while it waits counts as gone.
         */
        public Builder watchPeers(boolean watch) {
            this.watchPeers = watch;
            return this;
        }

        /**
         * How old a WebSocket connection may become. One that is too old takes nothing new; what runs on it may go on for another minute,
         * then the client is told, and the connection is closed.
         */
        public Builder socketLimit(Duration age) {
            this.socketLimit = positive("socketLimit", age);
            return this;
        }

        /** Tells how old a WebSocket connection is; the system's clock if this is not called. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Serves only requests that call this machine itself or one of the hosts named so, and of web pages only those that come from the
         * host that they call. A {@link ResponsesHttpServer} on a loopback address does so without being told.
         *
         * @param host a host name without port
         */
        public Builder allowedHost(String host) {
            hosts.add(host.toLowerCase(Locale.ROOT));
            return this;
        }

        /** The handler. */
        public ResponsesHandler build() {
            return new ResponsesHandler(
                    engine,
                    new HandlerSettings(
                            new KeyRing(keys),
                            profile,
                            new BodyReader(maxBodyBytes, bodyTimeout),
                            heartbeat,
                            writeTimeout,
                            watchPeers,
                            new SocketSettings(clock, socketLimit),
                            hosts.isEmpty() ? null : new OriginGuard(hosts)));
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " must be positive, was " + value);
            }
            return value;
        }
    }
}
