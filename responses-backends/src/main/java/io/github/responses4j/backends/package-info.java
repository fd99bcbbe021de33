/** Adapters from the engine to inference servers over HTTP. */
@NullMarked
package io.github.responses4j.backends;

import org.jspecify.annotations.NullMarked;
