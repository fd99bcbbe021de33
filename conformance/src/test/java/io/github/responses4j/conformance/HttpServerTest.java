package io.github.responses4j.conformance;

import io.github.responses4j.testkit.ConformanceTarget;
import io.github.responses4j.testkit.OpenResponsesHttpConformance;

/** The same for a server that has no WebSocket. */
class HttpServerTest extends OpenResponsesHttpConformance {
    @Override
    protected ConformanceTarget target() {
        return ConformanceTarget.fromProperties();
    }
}
