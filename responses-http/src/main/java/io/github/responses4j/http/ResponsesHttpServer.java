package io.github.responses4j.http;

import io.github.responses4j.engine.ResponsesEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * An engine as an HTTP server of its own.
 *
 * <pre>{@code
 * try (ResponsesHttpServer server = ResponsesHttpServer.builder(engine).port(8080).build().start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Listens on this machine only unless told otherwise, and on others only with API keys. Safe from any thread.
 */
public final class ResponsesHttpServer implements AutoCloseable {
    /** How long running requests may take to finish when the server stops, unless {@link Builder#stopTimeout} says otherwise: 30 seconds. */
    public static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    /** How long the head of a request may take unless {@link Builder#headTimeout} says otherwise: 10 seconds. */
    public static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);

    /** How long a connection stays open between requests unless {@link Builder#idleTimeout} says otherwise: 75 seconds. */
    public static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);

    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(2);
    private static final long TICK_MILLIS = 1000;
    private static final int BACKLOG = 1024;

    /** Every segment of a path stands for itself here and is looked up as it is, so nothing about it is ambiguous. */
    private static final UriCompliance PATHS = UriCompliance.DEFAULT.with(
            "RESPONSES",
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    private final ResponsesHandler handler;
    private final Server server;
    private final ServerConnector connector;
    private final Duration stopTimeout;

    private ResponsesHttpServer(Builder builder) {
        handler = builder.handler;
        stopTimeout = builder.stopTimeout;
        server = new Server(ServerThreads.pool());
        server.setErrorHandler(new JsonErrors());
        connector = new ServerConnector(server, 1, -1, new HttpConnectionFactory(http()));
        connector.setHost(builder.host);
        connector.setPort(builder.port);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(builder.idleTimeout.toMillis());
        server.addConnector(connector);
        long tick = Math.min(TICK_MILLIS, builder.headTimeout.toMillis() / 2);
        HeadWatch heads = new HeadWatch(new Pulse(server.getScheduler(), tick), builder.headTimeout);
        connector.addBean(heads);
        server.setHandler(heads.around(handler));
        if (isLoopback(builder.host)) {
            handler.guardLoopback();
        }
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(PATHS);
        http.setSendServerVersion(false);
        // The client's own answer is on its way then; whatever else is wrong with the connection is seen by who uses
        // it.
        http.setNotifyRemoteAsyncErrors(true);
        return http;
    }

    /** Begins a server for an engine, with a handler that serves anybody. */
    public static Builder builder(ResponsesEngine engine) {
        return builder(ResponsesHandler.builder(engine).build());
    }

    /** Begins a server for a handler, which then belongs to the server. */
    public static Builder builder(ResponsesHandler handler) {
        return new Builder(handler);
    }

    /**
     * Begins to listen.
     *
     * @return this
     * @throws UncheckedIOException if it cannot listen there, such as when the port is taken
     */
    public ResponsesHttpServer start() {
        try {
            server.start();
            return this;
        } catch (IOException e) {
            stopServer();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            stopServer();
            throw e;
        } catch (Exception e) {
            stopServer();
            throw new IllegalStateException("the server does not start", e);
        }
    }

    /** The port that it listens on; the real one if it was to choose one itself. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Where clients on this machine find it, without {@code /v1}. */
    public URI uri() {
        String host = connector.getHost();
        String name = host == null || isAny(host) ? "127.0.0.1" : host;
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port());
    }

    /**
     * Stops gently: refuses new requests at once, lets what runs finish for as long as {@link Builder#stopTimeout} says, cancels what is
     * left, and closes everything. Does nothing if the server has stopped already. The engine stays open.
     */
    public void stop() {
        CompletableFuture<Void> drained = handler.shutdown();
        if (!await(drained, stopTimeout)) {
            handler.cancelRuns();
            await(drained, CANCEL_TIMEOUT);
        }
        stopServer();
    }

    /** Same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private void stopServer() {
        try {
            server.stop();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        }
    }

    private static boolean await(CompletableFuture<Void> done, Duration patience) {
        try {
            done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | CancellationException e) {
            return true;
        }
    }

    private static boolean isLoopback(String host) {
        return OriginGuard.isLoopback(host) || resolves(host, InetAddress::isLoopbackAddress);
    }

    private static boolean isAny(String host) {
        return resolves(host, InetAddress::isAnyLocalAddress);
    }

    private static boolean resolves(String host, java.util.function.Predicate<InetAddress> test) {
        try {
            return test.test(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Builds a {@link ResponsesHttpServer}; for one thread. */
    public static final class Builder {
        private final ResponsesHandler handler;
        private String host = "127.0.0.1";
        private int port = 8080;
        private boolean insecure;
        private Duration stopTimeout = STOP_TIMEOUT;
        private Duration headTimeout = HEAD_TIMEOUT;
        private Duration idleTimeout = IDLE_TIMEOUT;

        private Builder(ResponsesHandler handler) {
            this.handler = handler;
        }

        /** The address to listen on; 127.0.0.1 if this is not called. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** The port to listen on, 8080 if this is not called; 0 chooses a free one. */
        public Builder port(int port) {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("a port is 0 to 65535, was " + port);
            }
            this.port = port;
            return this;
        }

        /** Listens on addresses that other machines reach although there is no API key: anybody may then call. */
        public Builder insecure() {
            this.insecure = true;
            return this;
        }

        /** How long running requests may take to finish when the server stops. */
        public Builder stopTimeout(Duration timeout) {
            this.stopTimeout = timeout;
            return this;
        }

        /** How long the head of a request may take; a connection on which it takes longer is closed. */
        public Builder headTimeout(Duration timeout) {
            this.headTimeout = timeout;
            return this;
        }

        /** How long a connection stays open between requests. */
        public Builder idleTimeout(Duration timeout) {
            this.idleTimeout = timeout;
            return this;
        }

        /**
         * The server, not yet started.
         *
         * @throws IllegalStateException if other machines could reach it without a key, and nobody said that they may
         */
        public ResponsesHttpServer build() {
            if (!insecure && !handler.hasKeys() && !isLoopback(host)) {
                throw new IllegalStateException("listening on " + host
                        + " would let anybody in: give an API key, or say that this is meant (insecure)");
            }
            return new ResponsesHttpServer(this);
        }
    }
}
