package io.github.responses4j.backends;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.testkit.BackendContract;
import io.github.responses4j.testkit.RecordedWire;
import io.github.responses4j.testkit.WireAnswer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ResponsesBackendContractTest extends BackendContract {
    private static final List<RecordedWire> WIRES = Stream.of(
                    "text",
                    "tools",
                    "custom-tool",
                    "reasoning",
                    "refusal",
                    "logprobs",
                    "hosted",
                    "image",
                    "namespace",
                    "length",
                    "content-filter",
                    "flat",
                    "only-done",
                    "whole")
            .map(feature -> RecordedWire.load(ResponsesBackendContractTest.class, "/wire/responses", feature))
            .toList();

    private static WireServer server;
    private static HttpTransport transport;

    @BeforeAll
    static void start() {
        server = new WireServer();
        transport = WireServer.impatient();
    }

    @AfterAll
    static void stop() {
        transport.close();
        server.close();
    }

    @Override
    protected Backend backend(WireAnswer answer) {
        server.answering(answer);
        return ResponsesBackend.builder(server.url())
                .apiKey(SECRET)
                .transport(transport)
                .build();
    }

    @Override
    protected JsonObject lastBody() {
        return server.lastBody();
    }

    @Override
    protected List<RecordedWire> wires() {
        return WIRES;
    }

    @Override
    protected String essence(RecordedWire wire) {
        // The terminal event ends the answer; the mark behind it is a habit of some servers.
        return wire.answer().replace("data: [DONE]", "");
    }

    @Override
    protected String emptyChunk() {
        return "data: {\"type\":\"response.unknown\"}\n\n";
    }

    @Override
    protected String errorChunk(String message) {
        return "data: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"" + message + "\"}\n\n";
    }
}
