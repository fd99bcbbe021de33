/**
 * The contract between the engine and whatever keeps its state: documents, ids, leases.
 *
 * <p>A store knows no item type and parses no document. It keeps text, a few columns beside it, and the rules of
 * {@link io.github.responses4j.store.ResponseStore}.
 */
@NullMarked
package io.github.responses4j.store;

import org.jspecify.annotations.NullMarked;
