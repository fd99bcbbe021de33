package io.github.responses4j.server;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHandler;
import io.github.responses4j.http.ResponsesHttpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that runs, with everything that it is made of. */
final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private final Settings settings;
    private final ResponsesHttpServer server;
    private final ResponsesEngine engine;
    private final List<AutoCloseable> parts;

    private Running(Settings settings, ResponsesHttpServer server, ResponsesEngine engine, List<AutoCloseable> parts) {
        this.settings = settings;
        this.server = server;
        this.engine = engine;
        this.parts = List.copyOf(parts);
    }

    /**
     * Starts a server.
     *
     * @throws BadSettingsException if the settings contradict each other
     * @throws CannotStartException if the store, or the secret beside it, cannot be opened
     * @throws java.io.UncheckedIOException if it cannot listen there
     */
    static Running start(Settings settings) {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            return start(settings, opened);
        } catch (RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /** Opens from the bottom to the top; what is opened is to be closed in the other order. */
    private static Running start(Settings settings, List<AutoCloseable> opened) {
        OpenStore store = OpenStore.open(settings.store(), settings.keeping(), settings.lease());
        opened.add(store);
        // Before anything else can keep it from starting: a store without a secret looks as if it had lost one.
        String secret = secret(settings, store.found());
        ResponsesEngine.Builder builder = ResponsesEngine.builder()
                .store(store.store())
                .limits(Limits.DEFAULT.withBackground(BackgroundLimits.DEFAULT.withLease(settings.lease())))
                .timeToLive(settings.keeping().tenants()::get);
        for (BackendSpec spec : settings.backends()) {
            Backend backend = spec.open();
            if (backend instanceof AutoCloseable closeable) {
                opened.add(closeable);
            }
            Long window = spec.contextWindow();
            builder.backend(spec.pattern(), window == null ? backend : new WindowedBackend(backend, window));
        }
        if (secret != null) {
            builder.secret(secret.getBytes(StandardCharsets.UTF_8));
        }
        ResponsesEngine engine = builder.build();
        opened.add(engine);
        ResponsesHttpServer server = server(settings, engine).start();
        opened.add(server);
        return new Running(settings, server, engine, opened);
    }

    /** What is sealed lives as long as the store: beside its file there is a secret, for another database somebody has to give one. */
    private static @Nullable String secret(Settings settings, boolean found) {
        if (settings.secret() != null || settings.store().kind() == StoreKind.MEMORY) {
            return settings.secret();
        }
        Path file = settings.store().file();
        if (file == null) {
            LOG.warn(
                    "there is no RESPONSES_SECRET: what this server seals, no other one can read, nor itself after a restart");
            return null;
        }
        return SecretFile.beside(file, found, LOG::warn);
    }

    private static ResponsesHttpServer server(Settings settings, ResponsesEngine engine) {
        ResponsesHandler.Builder handler = ResponsesHandler.builder(engine).profile(settings.profile());
        settings.apiKeys().forEach(handler::apiKey);
        ResponsesHttpServer.Builder server = ResponsesHttpServer.builder(handler.build())
                .host(settings.host())
                .port(settings.port());
        if (settings.insecure()) {
            server.insecure();
        }
        try {
            return server.build();
        } catch (IllegalStateException e) {
            throw new BadSettingsException(e.getMessage() + ": --api-key or --insecure");
        }
    }

    /** The port that it listens on. */
    int port() {
        return server.port();
    }

    /** One line that says where the server is and how to try it. */
    String readyLine() {
        String key = settings.apiKeys().isEmpty() ? "" : " -H 'Authorization: Bearer <key>'";
        return "Ready: curl -s " + server.uri() + "/v1/responses -H 'Content-Type: application/json'" + key
                + " -d '{\"model\":\"" + settings.backends().get(0).exampleModel()
                + "\",\"input\":\"What is the capital of France?\"}'";
    }

    /** One line that says where responses are kept. */
    String storeLine() {
        StoreSpec store = settings.store();
        return "Kept in: " + (store.kind() == StoreKind.MEMORY ? "memory, until the server stops" : store.shown());
    }

    /**
     * Stops gently and closes everything: background responses go to other servers on the same store, whoever follows one is left without
     * an end to resume elsewhere, and the other runs may finish.
     */
    @Override
    public void close() {
        Thread drain = new Thread(() -> engine.drain(ResponsesHttpServer.STOP_TIMEOUT), "responses-drain");
        drain.start();
        quietly(server);
        try {
            drain.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeAll(parts);
    }

    private static void closeAll(List<AutoCloseable> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            quietly(parts.get(i));
        }
    }

    private static void quietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} does not close", part.getClass().getSimpleName(), e);
        }
    }
}
