/** Stored prompt templates and their rendering. */
@NullMarked
package io.github.responses4j.prompt;

import org.jspecify.annotations.NullMarked;
