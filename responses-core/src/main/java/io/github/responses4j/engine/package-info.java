/** The engine: runs a request from context to committed response. */
@NullMarked
package io.github.responses4j.engine;

import org.jspecify.annotations.NullMarked;
