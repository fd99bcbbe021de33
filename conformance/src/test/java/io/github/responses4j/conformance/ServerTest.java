package io.github.responses4j.conformance;

import io.github.responses4j.testkit.ConformanceTarget;
import io.github.responses4j.testkit.OpenResponsesConformance;

/** The cases of the test kit against the server that the system properties name. */
class ServerTest extends OpenResponsesConformance {
    @Override
    protected ConformanceTarget target() {
        return ConformanceTarget.fromProperties();
    }
}
