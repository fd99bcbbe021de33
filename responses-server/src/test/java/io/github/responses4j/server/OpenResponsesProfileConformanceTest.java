package io.github.responses4j.server;

/** A server in the profile that is made for Open Responses. */
class OpenResponsesProfileConformanceTest extends ServedConformance {
    OpenResponsesProfileConformanceTest() {
        super("--profile", "open-responses");
    }
}
