package io.github.responses4j.store;

/**
 * The right to write one run, held by one process until it expires or is taken over.
 *
 * @param tenant whose response it is
 * @param id the response
 * @param owner the process that holds the lease
 * @param epoch the fence: a write with an epoch that is no longer current is rejected
 */
public record Lease(Tenant tenant, ResponseId id, NodeId owner, long epoch) {}
