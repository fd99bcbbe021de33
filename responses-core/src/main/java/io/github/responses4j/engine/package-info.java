/** The engine: loading context, the agentic loop, running tools, limits. */
@NullMarked
package io.github.responses4j.engine;

import org.jspecify.annotations.NullMarked;
