package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.engine.ResponseRun;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.engine.SessionMemory;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.Tenant;

/**
 * Who speaks on a connection, and the engine that answers.
 *
 * @param engine the engine
 * @param tenant whose responses are used
 * @param options what answers look like, and what the connection remembers
 */
record SocketCaller(ResponsesEngine engine, Tenant tenant, RunOptions options) {
    SocketCaller(ResponsesEngine engine, Exchange exchange) {
        this(
                engine,
                exchange.tenant(),
                RunOptions.DEFAULT
                        .withProfile(exchange.profile())
                        // One for each lane, so that lanes that go on in turn find what they left.
                        .withMemory(new SessionMemory(SocketLanes.MAX_LANES)));
    }

    Profile profile() {
        return options.profile();
    }

    ResponseRun prepare(ResponseRequest request) {
        return engine.prepare(tenant, request, options);
    }

    /** What the caller sees of responses. */
    Shown shown() {
        return new Shown(options.profile(), engine);
    }

    /** Forgets what was continued without success. */
    void forget(ResponseId previous) {
        SessionMemory memory = options.memory();
        if (memory != null) {
            memory.forget(previous);
        }
    }
}
