package io.github.responses4j.store;

/** x. */
public record Progress(ResponseStatus status, long lastSeq) {}
