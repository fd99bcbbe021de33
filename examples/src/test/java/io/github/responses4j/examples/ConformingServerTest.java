package io.github.responses4j.examples;

import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.testkit.ConformanceTarget;
import io.github.responses4j.testkit.OpenResponsesConformance;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

// [readme]
/** Holds a server to Open Responses. */
class ConformingServerTest extends OpenResponsesConformance {
    private static ResponsesEngine engine;
    private static ResponsesHttpServer server;

    @BeforeAll
    static void start() throws Exception {
        engine = ResponsesEngine.builder().backend(DemoBackend.create()).build();
        server = ResponsesHttpServer.builder(engine).port(0).build().start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        engine.close();
    }

    @Override
    protected ConformanceTarget target() {
        return ConformanceTarget.of(URI.create("http://127.0.0.1:" + server.port() + "/v1"), "demo");
    }
}
// [/readme]
