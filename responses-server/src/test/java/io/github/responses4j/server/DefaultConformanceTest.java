package io.github.responses4j.server;

/** A server without any option. */
class DefaultConformanceTest extends ServedConformance {}
