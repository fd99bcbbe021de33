package io.github.responses4j.store;

import java.time.Instant;

/**
 * What a response has used.
 *
 * @param id the response, which may be gone
 * @param createdAt when the response was created, by the store's clock
 * @param status the status in which it ended
 * @param usage what its end has said of it ({@link Append.Terminal#usage}), as it was given
 */
public record UsageRecord(ResponseId id, Instant createdAt, ResponseStatus status, String usage) {}
