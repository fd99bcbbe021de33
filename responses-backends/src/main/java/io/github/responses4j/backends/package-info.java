/**
 * Adapters from the engine to inference servers over HTTP, and a model for demonstrations. Only the factories are public.
 *
 * <p>Streams are read on the caller's thread, by a reader of our own instead of okhttp-sse's. The reason is safety: that one takes a
 * line of any length into memory, and replaces invalid UTF-8 without a word, where a stream must fail. Speed is no reason: over the
 * same connection the two differed by 6 to 23 percent of processor time an event, depending on the JVM, with
 * other timeouts set for each, and the rule that what one read produced is flushed once is kept at the socket, below any reader.
 */
@NullMarked
package io.github.responses4j.backends;

import org.jspecify.annotations.NullMarked;
