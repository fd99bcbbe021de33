package io.github.responses4j.store;

/**
 * A response that a worker has taken over.
 *
 * @param lease the worker's right to write
 * @param attempt how often the response has been claimed, this time included; from 1
 * @param response the response as it stands with this claim: in progress, its epoch the lease's
 */
public record Claim(Lease lease, int attempt, StoredResponse response) {}
