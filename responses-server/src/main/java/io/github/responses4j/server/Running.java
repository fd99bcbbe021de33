package io.github.responses4j.server;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHandler;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.store.ResponseStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that runs, with everything that it is made of. */
final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private final Settings settings;
    private final ResponsesHttpServer server;
    private final ResponsesEngine engine;
    private final ResponseStore store;
    private final List<Backend> backends;

    private Running(
            Settings settings,
            ResponsesHttpServer server,
            ResponsesEngine engine,
            ResponseStore store,
            List<Backend> backends) {
        this.settings = settings;
        this.server = server;
        this.engine = engine;
        this.store = store;
        this.backends = backends;
    }

    /**
     * Starts a server.
     *
     * @throws BadSettingsException if the settings contradict each other
     * @throws java.io.UncheckedIOException if it cannot listen there
     */
    static Running start(Settings settings) {
        List<Backend> backends = new ArrayList<>();
        ResponseStore store = ResponseStore.inMemory();
        ResponsesEngine.Builder builder = ResponsesEngine.builder().store(store);
        for (BackendSpec spec : settings.backends()) {
            Backend backend = spec.open();
            backends.add(backend);
            Long window = spec.contextWindow();
            builder.backend(spec.pattern(), window == null ? backend : new WindowedBackend(backend, window));
        }
        if (settings.secret() != null) {
            builder.secret(settings.secret().getBytes(StandardCharsets.UTF_8));
        }
        ResponsesEngine engine = builder.build();
        try {
            return new Running(settings, server(settings, engine).start(), engine, store, backends);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
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

    /** Stops gently and closes everything. */
    @Override
    public void close() {
        quietly(server);
        quietly(engine);
        for (Backend backend : backends) {
            if (backend instanceof AutoCloseable closeable) {
                quietly(closeable);
            }
        }
        quietly(store);
    }

    private static void quietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} does not close", part.getClass().getSimpleName(), e);
        }
    }
}
