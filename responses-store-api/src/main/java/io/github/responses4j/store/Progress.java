package io.github.responses4j.store;

/**
 * How far a response has come.
 *
 * @param status where it stands
 * @param lastSeq the number of the last event in its log, −1 if there is none
 */
public record Progress(ResponseStatus status, long lastSeq) {}
