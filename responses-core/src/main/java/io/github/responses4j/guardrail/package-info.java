/** Checks on what goes into a model and what comes out of it. */
@NullMarked
package io.github.responses4j.guardrail;

import org.jspecify.annotations.NullMarked;
