package io.github.responses4j.store;

/**
 * A response that a worker or a reaper has taken over.
 *
 * @param lease the new owner's right to write
 * @param attempt how often the response has been claimed, this time included; from 1. A claim that ended with the run handed
 *     back ({@link ResponseStore#renew}) does not count
 * @param response the response as it stands with this claim: in progress, its epoch the lease's
 */
public record Claim(Lease lease, int attempt, StoredResponse response) {}
