package io.github.responses4j.store;

/**
 * The full name of a response.
 *
 * @param tenant whose it is
 * @param id its id within the tenant
 */
public record ResponseKey(Tenant tenant, ResponseId id) {}
