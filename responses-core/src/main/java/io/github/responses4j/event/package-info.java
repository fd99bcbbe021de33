/** The events of a response stream. */
@NullMarked
package io.github.responses4j.event;

import org.jspecify.annotations.NullMarked;
